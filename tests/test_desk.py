"""A lesson's desk: what a link puts on it, what a hand changes there, and what the page makes of it."""

import time

import pytest

from playground.lessons import LESSONS
from playground.lessons.pace import GLIMPSE, STORY
from playground.meter import PACES
from playground.ui import components, live
from playground.ui.course import CHEER, Course, News, Workbench, lay, query_of, valued
from playground.ui.lesson import STYLE
from playground.ui.state import FIRST_LOOK
from playground.ui.terms import with_terms

BENCH = "binary_cross_entropy"  # begins with a bench; its third part is a game


def test_a_lesson_opens_at_its_first_part_and_a_link_at_the_one_it_names():
    assert Course().open(BENCH, {}).part == 0
    mine = Course()
    desk = mine.open(BENCH, {"part": "2", "teach": "1", "d": "0.25"})
    assert desk.part == 1 and mine.teaching and not desk.troubles
    assert isinstance(desk.live, Workbench) and desk.live.values["d"] == 0.25


@pytest.mark.parametrize("part", ["0", "9", "-1", "two", "", "1e9", "²"])
def test_a_part_that_is_not_there_opens_the_nearest_and_says_so(part: str):
    desk = Course().open(BENCH, {"part": part})
    assert 0 <= desk.part < len(LESSONS[BENCH].sections)
    assert desk.troubles and "parts 1 to" in desk.troubles[0]


def test_values_of_a_link_are_kept_within_their_bounds_and_strange_ones_explained():
    bench = LESSONS[BENCH].sections[0].live
    values, troubles = valued(bench, {"p1": "7", "p2": "much", "q": "1", "p3": "nan"})  # type: ignore[arg-type]
    assert values["p1"] == bench.controls["p1"].high  # type: ignore[union-attr]
    assert values["p2"] == bench.start["p2"] and values["p3"] == bench.start["p3"]  # type: ignore[union-attr]
    assert len(troubles) == 3 and any("'much'" in text for text in troubles) and any("'q'" in text for text in troubles)


def test_the_address_of_a_part_opens_it_as_it_is():
    desk = lay(BENCH, 1, {"d": "0.25"}, {})
    assert query_of(desk, teaching=True) == {"part": "2", "teach": "1", "d": "0.25"}
    game = lay(BENCH, 2, {"generator_lr": "0.002", "nonsense": "1"}, {})
    assert query_of(game, teaching=False) == {"part": "3", "generator_lr": "0.002"}
    assert game.troubles and "nonsense" in game.troubles[0]


def test_what_is_done_is_noted_once_and_stays_done():
    mine = Course()
    desk = mine.open(BENCH, {})
    assert not mine.judge(desk)
    assert isinstance(desk.live, Workbench)
    prompt = desk.section.prompts[0]
    desk.live.hear({name: float(value) for name, value in prompt.moves.items()} | {"stranger": 1.0})
    assert mine.judge(desk) and len(desk.news.said(0)) == 1
    desk.live.put(desk.live.bench.start)
    assert not mine.judge(desk) and len(desk.news.said(1)) == 1  # a tick that brings nothing new takes no praise away
    assert mine.is_done(BENCH, prompt)


def test_praise_stays_until_it_is_read_however_often_the_page_is_drawn_meanwhile():
    news = News()
    assert not news.said(0)
    news.add(["one"])
    news.add(["two"])  # before the page was drawn
    assert news.said(10) == news.said(10 + CHEER - 0.1) == ["one", "two"]
    assert not news.said(10 + CHEER)
    news.add(["three"])
    assert news.said(30) == ["three"]
    news.add(["four"])  # while the one before is still said
    assert news.said(31) == news.said(31 + CHEER - 0.1) == ["four"] and not news.said(31 + CHEER)


def test_praise_fades_from_the_page_as_long_as_it_is_said():
    assert f"animation: gp-cheer {CHEER:g}s" in STYLE.read_text()


def test_a_lesson_is_finished_with_all_its_prompts_and_the_right_answer():
    mine, lesson = Course(), LESSONS[BENCH]
    mine.done[BENCH] = {prompt.text: "" for prompt in lesson.prompts}
    assert not mine.finished(BENCH)
    right = next(i for i, answer in enumerate(lesson.question.answers) if answer.right)
    mine.answers[BENCH] = (right + 1) % len(lesson.question.answers)
    assert not mine.finished(BENCH)
    mine.answers[BENCH] = right
    assert mine.finished(BENCH)


def test_another_part_takes_the_place_of_the_one_before():
    mine = Course()
    first = mine.open(BENCH, {})
    mine.go(BENCH, 0)
    assert mine.desk is first
    mine.go(BENCH, 1)
    assert mine.desk is not first and mine.desk is not None and mine.desk.part == 1


def test_a_picture_that_is_gone_is_not_heard(monkeypatch: pytest.MonkeyPatch):
    heard: list[object] = []
    monkeypatch.setattr(components.st, "session_state", {"here": {"moved": 3}})
    components.listener("gone", "moved", heard.append)()
    components.listener("here", "moved", heard.append)()
    assert heard == [3]


def test_a_page_gets_all_the_rest_when_a_browser_has_drawn_its_picture_or_should_have(monkeypatch: pytest.MonkeyPatch):
    state: dict[str, dict[str, bool]] = {"lesson-1:stage": {}}
    monkeypatch.setattr(components.st, "session_state", state)
    assert not live.seen("lesson-1", time.monotonic()) and not live.seen("nowhere", time.monotonic())
    assert live.seen("lesson-1", time.monotonic() - FIRST_LOOK)
    state["lesson-1:stage"]["drawn"] = True
    assert live.seen("lesson-1", time.monotonic())


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_game_promises_takes_a_story_and_is_measured_within_it(name: str):
    for section in LESSONS[name].sections:
        promised = max((prompt.after + prompt.within for prompt in section.prompts), default=0)
        if section.games and promised:
            assert promised / section.pace.speed == pytest.approx(STORY)
            assert section.pace.every in PACES and section.pace.every <= max(PACES[0], GLIMPSE * section.pace.speed)
            desk = lay(name, LESSONS[name].sections.index(section), {}, {})
            assert isinstance(desk.live, tuple)
            assert all(
                (here.run.pace, here.run.every) == (section.pace.speed, section.pace.every) for here in desk.live
            )


def test_only_a_page_that_is_opened_arrives():
    mine = Course()
    desk = mine.open(BENCH, {})
    desk.drawn += 1
    assert desk.arriving
    desk.drawn += 1
    assert not desk.arriving
    mine.go(BENCH, 1)
    assert mine.desk is not None
    mine.desk.drawn += 1
    assert not mine.desk.arriving, "its words are not taken away for a second"


def test_a_term_is_explained_once_but_not_within_formulas_code_and_links():
    known: set[str] = set()
    text = with_terms("$loss$ `loss` [loss](http://x) Loss and loss, [[noise]]", known)
    assert (
        text.count("<abbr") == 2
        and ">Loss</abbr> and loss" in text
        and text.startswith("$loss$ `loss` [loss](http://x)")
    )
    assert known == {"loss", "noise"} and with_terms("a loss", known) == "a loss"
    with pytest.raises(ValueError, match="'nonsense'"):
        with_terms("[[nonsense]]")
