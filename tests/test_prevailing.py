"""What a page says while a run plays: calm where verdicts take turns, quick where something has happened."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.config import Config
from playground.diagnosis import Verdict, diagnose
from playground.engine import Run
from playground.snapshot import take
from playground.training import Trainer
from playground.ui.live import TICK
from playground.ui.prevailing import LATELY, Prevailing
from playground.ui.state import Playground
from playground.ui.words import verdict, words

HELD = round(LATELY / TICK)  # ticks


def shown(names: str, voice: Prevailing | None = None, subject: object = "a game", start: float = 0.0) -> str:
    """The names on the page, a letter a tick, where those are what each tick's numbers say."""
    voice = voice or Prevailing()
    said = [voice.hear(Verdict(name, "", True), subject, start + i * TICK) for i, name in enumerate(names)]
    return "".join(each.name for each in said)


def test_the_first_verdict_is_shown_at_once_and_gives_way_to_the_next_that_prevails():
    assert shown("N") == "N"
    assert shown("NHHHH") == "NNHHH"  # heard twice as often


def test_an_odd_verdict_now_and_then_is_never_shown():
    names = "HHHHHHHCHHHHHDHH" * 4
    assert set(shown(names)) == {"H"}


def test_two_that_take_turns_do_not_flicker():
    assert len(set(shown("CM" * 40))) == len(set(shown("CMH" * 30))) == 1


def test_what_has_come_to_stay_is_shown_soon():
    said = shown("C" * 30 + "H" * 30)
    late = said.index("H") - 30
    assert 0 < late * TICK <= LATELY and set(said[30 + late :]) == {"H"}


@given(st.text("ABCD", min_size=10, max_size=100))
def test_each_stands_for_a_while_and_was_true_lately(names: str):
    said = shown(names)
    turns = [i for i, (before, now) in enumerate(pairwise(said), 1) if before != now]
    assert all((after - before) * TICK >= LATELY - 1e-9 for before, after in pairwise(turns))
    for i, name in enumerate(said):
        assert name in names[max(0, i - 2 * HELD - 1) : i + 1]


def test_the_sentence_is_the_newest_under_that_name():
    voice = Prevailing()
    for i, name in enumerate("CCCMC"):
        said = voice.hear(Verdict(name, f"sentence {i}", True), "a game", i * TICK)
        assert said.text == f"sentence {i if name == 'C' else 2}"


@pytest.mark.parametrize("other", ["another game", "other knobs"])
def test_of_something_else_the_first_verdict_is_shown_at_once_too(other: str):
    voice = Prevailing()
    assert set(shown("C" * 20, voice)) == {"C"}
    assert shown("HHH", voice, other, 20 * TICK) == "HHH"
    assert shown("CCC", voice, other, 23 * TICK) == "HHH"


def test_a_run_at_rest_is_judged_by_the_moment_that_is_seen_and_one_that_plays_by_what_prevails(monkeypatch):
    config = Config(data="ring")
    run = Run(config)
    here, snapshot = Playground("page", "ring-gan", config, run), take(Trainer(config))
    now = Verdict(diagnose(snapshot).name, "now", False)
    monkeypatch.setattr("playground.ui.words.diagnose", lambda _: now)
    assert verdict(now) in words(here, snapshot)
    run.playing = True
    assert verdict(now) in words(here, snapshot)
    odd = Verdict("Mode collapse", "an odd moment", True)
    monkeypatch.setattr("playground.ui.words.diagnose", lambda _: odd)
    said = words(here, snapshot)
    assert verdict(odd) not in said and verdict(now) in said
    run.playing = False
    assert verdict(odd) in words(here, snapshot)
