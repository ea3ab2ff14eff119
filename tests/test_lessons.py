"""The course holds what it promises: a prompt comes true when it is done and not before, on 16 seeds where chance has a say."""

import pytest

from playground.lessons import LESSONS
from playground.lessons.bench import Bench
from playground.lessons.lesson import Prompt, Section
from playground.lessons.quiz import Quiz
from tests.prompts import SEEDS, of_bench, outcomes

PROMPTS = [
    pytest.param(section, prompt, id=f"{name}-{part}-{i}")
    for name, lesson in LESSONS.items()
    for part, section in enumerate(lesson.sections, 1)
    if not isinstance(section.live, Quiz)  # test_quiz.py
    for i, prompt in enumerate(section.prompts, 1)
]
ON_BENCHES = [each for each in PROMPTS if isinstance(each.values[0].live, Bench)]  # type: ignore[union-attr]
IN_GAMES = [each for each in PROMPTS if each not in ON_BENCHES]


@pytest.mark.parametrize(("section", "prompt"), ON_BENCHES)
def test_a_prompt_of_a_bench_comes_true_when_done_and_not_before(section: Section, prompt: Prompt) -> None:
    assert isinstance(section.live, Bench)
    assert of_bench(section.live, prompt) == (False, True)
    assert prompt.praised(section.live.reading({k: float(v) for k, v in prompt.moves.items()}))


@pytest.mark.slow
@pytest.mark.parametrize(("section", "prompt"), IN_GAMES)
def test_a_prompt_of_a_game_comes_true_on_fifteen_of_sixteen_seeds(section: Section, prompt: Prompt) -> None:
    seeds = 1 if section.games[0].config.data == "mnist" else SEEDS  # `tools.check_prompts` plays 16 games of digits
    early, came = outcomes(section, prompt, seeds)
    assert sum(early) <= seeds // 16, "true before anybody did it"
    assert sum(came) >= seeds * 15 // 16
