"""A failure is one click away, and so is its cure; a run that diverges says so and can be saved."""

import pytest

from playground.experiments import EXPERIMENTS, Experiment
from playground.ui.choices import complaint, telling
from playground.ui.claims import remedy
from tests.e2e.test_live import PATHS
from tests.e2e.visitor import Visitor, wait_for

FAILURES = {
    page: {name: each for name, each in EXPERIMENTS.items() if each.failure and each.page == page} for page in PATHS
}
ABSURD = "/mixture_2d?objective=wasserstein&optimiser=sgd&generator_lr=1&discriminator_lr=1"


@pytest.mark.parametrize("page", PATHS)
def test_every_failure_is_at_hand_and_so_is_its_cure(visit, page: str):
    visitor = visit("/mixture_2d?experiment=mode-collapse-2d" if page == "2d" else PATHS[page])
    visitor.wait_for_iteration(1)
    if page == "2d":
        a_verdict_stands_beside_the_picture(visitor)
    the_most_telling_failures_are_one_click_away(visitor, page)
    for name, failure in FAILURES[page].items():
        a_failure_starts_with_its_own_knobs_and_its_cure_keeps_the_weights(visitor, name, failure)


def a_verdict_stands_beside_the_picture(visitor: Visitor) -> None:
    visitor.wait_for_iteration(310)  # before 300 the verdict is "not yet"
    verdict = visitor.page.get_by_test_id("stMarkdownContainer").filter(has_text="Iteration")
    wait_for(verdict.inner_text, lambda text: "of 8 modes" in text and "Not yet" not in text, "a verdict")


def the_most_telling_failures_are_one_click_away(visitor: Visitor, page: str) -> None:
    nearest = telling(FAILURES[page])
    assert 1 <= len(nearest) <= 3
    for name in nearest:
        games, failure = visitor.game, FAILURES[page][name]
        visitor.press(str(failure.failure))
        visitor.wait_for_query(f"experiment={name}")
        visitor.button(f"Cure it: {remedy(failure)}").wait_for()
        visitor.wait_for_game(games + 1)


def a_failure_starts_with_its_own_knobs_and_its_cure_keeps_the_weights(
    visitor: Visitor, name: str, failure: Experiment
) -> None:
    games = visitor.game
    visitor.press_in("Break it", complaint(failure))
    visitor.wait_for_query(f"experiment={name}")
    visitor.read(failure.watch)
    visitor.wait_for_game(games + 1)
    visitor.wait_for_iteration(5)
    visitor.press(f"Cure it: {remedy(failure)}")
    visitor.read("Cure, on the same weights:")
    for knob, value in failure.cured.changed(failure.config).items():
        visitor.read(f"{knob.replace('_', ' ')}: {getattr(failure.config, knob)} → {value}")
    visitor.wait_for_iteration(visitor.iteration + 2)
    drawn = visitor.drawn()
    assert drawn == sorted(drawn) and visitor.game == games + 1, name


def test_a_run_that_diverges_says_so_and_can_be_saved(visit):
    visitor = visit(ABSURD)
    visitor.read("no longer a finite number")
    visitor.button("Play").wait_for()
    visitor.choose("Optimiser", "Adam")
    visitor.choose("Constraint", "Gradient penalty")
    visitor.slide("Generator's learning rate", 9)  # 0.001
    visitor.slide("Discriminator's learning rate", 9)
    visitor.press("Reset")
    visitor.play()
    visitor.wait_for_iteration(20)
    assert visitor.page.get_by_text("no longer a finite number").count() == 0
