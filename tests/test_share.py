"""What is taken away is what was played."""

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from html import unescape

import pytest

from playground.engine import Run
from playground.experiments import EXPERIMENTS
from playground.report import write_history
from playground.training import Diverged, Trainer
from playground.ui import share
from playground.ui.state import Playground

NAME = "mode-collapse-1d"


@pytest.fixture
def here() -> Iterator[Playground]:
    """A page after two steps."""
    run = Run(config := EXPERIMENTS[NAME].config.with_(seed=7))
    page = Playground("1d", NAME, config, run, written={"experiment": NAME, "seed": "7"})
    for _ in range(2):
        run.step()
    until = time.monotonic() + 20
    while (run.tick() is None or not run.settled) and time.monotonic() < until:
        time.sleep(0.01)
    yield page
    run.pause()


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_history_is_that_of_the_command_line(here: Playground):
    trainer = Trainer(here.config)
    trainer.advance(2)
    trainer.meter.settle()
    write_history(csv.writer(text := io.StringIO(newline="")), trainer)
    taken, expected = rows(share.history(here)), rows(text.getvalue())
    assert taken[0] == expected[0] and taken[0][:3] == ["seed", "iteration", "loss_discriminator"]
    kept = [i for i, name in enumerate(taken[0]) if name in ("seed", "iteration", "d_real") or name.startswith("loss_")]
    assert [[row[i] for i in kept] for row in taken] == [[row[i] for i in kept] for row in expected]
    assert [row[:2] for row in taken[1:]] == [["7", "0"], ["7", "1"], ["7", "2"]]


def test_a_run_that_diverged_still_has_its_history(here: Playground):
    def strike(trainer: Trainer) -> None:
        raise Diverged("the loss is not finite")

    with pytest.raises(Diverged):
        here.run.ask(strike).result(20)
    assert here.run.trouble and len(rows(share.history(here))) == 4


def test_a_run_that_could_not_be_set_up_says_so(here: Playground, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(here.run, "_trainer", None)
    with pytest.raises(RuntimeError, match="no history"):
        share.history(here)


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_of_figures_says_what_it_shows(here: Playground, dark: bool):
    page = share.figures(here, "http://here/mixture_1d", dark=dark)
    words = unescape(re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.S))
    assert "Iteration 2, seed 7." in words and EXPERIMENTS[NAME].title in words
    assert f"http://here/mixture_1d?experiment={NAME}&seed=7" in words
    (data,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page)
    assert len(json.loads(data)) == 1 + len(share.beside(here))


def test_settings_are_those_that_matter_under_their_labels(here: Playground):
    told = share.settings(here.config)
    assert told["Seed"] == "7" and told["Objective"] == here.config.objective
    assert "Clip" not in " ".join(told) or here.config.constraint == "clip"


def test_no_picture_yet_is_an_answer_too(here: Playground):
    here.run.snapshot = None
    with pytest.raises(RuntimeError, match="no picture yet"):
        share.figures(here, "", dark=False)


def test_a_link_without_differences_is_the_page_itself():
    assert share.link("http://here/mixture_2d", {}) == "http://here/mixture_2d"
    assert share.link("http://here/mnist", {"digits": "1,7"}) == "http://here/mnist?digits=1%2C7"
