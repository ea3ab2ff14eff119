"""A page's state: what it shows around its pictures, and clicks that Streamlit delivers twice."""

import pytest

from playground.engine import Run
from playground.experiments import EXPERIMENTS
from playground.ui import state, words
from playground.ui.state import CLICK_ECHO, Playground, once

NAME = "mode-collapse-1d"


@pytest.fixture
def here() -> Playground:
    """A page that has been drawn."""
    config = EXPERIMENTS[NAME].config
    page = Playground("1d", NAME, config, Run(config))
    page.begin()
    return page


def clicks(here: Playground, label: str, acts: list[str]) -> None:
    """A click on a button as the page drew it last."""
    once(here, label, lambda: acts.append(label))(here.renders)


def test_a_folder_opened_in_a_ticks_way_leaves_the_page_outdated(
    here: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tick alone answers the click: the browser shows an open folder, the page has drawn nothing into it."""
    monkeypatch.setattr(state.st, "session_state", widgets := {"1d:group:data": False})
    here.folders["1d:group:data"] = False
    assert not here.outdated
    widgets["1d:group:data"] = True
    assert here.outdated
    here.begin()
    here.folders["1d:group:data"] = True
    assert not here.outdated
    widgets.clear()  # on another page meanwhile
    assert not here.outdated


def test_a_drawn_page_is_up_to_date_until_something_moves(here: Playground) -> None:
    assert not here.outdated
    here.move(generator_lr=0.01)
    assert here.outdated
    here.begin()
    assert not here.outdated
    here.move(generator_lr=-1.0)  # nothing moves, but the page has a warning to show
    assert here.troubles and here.outdated
    here.edition = here.around[2]
    assert here.outdated
    here.begin()
    here.run.playing = True  # as a run does that stops by itself, the other way round
    assert here.outdated


@pytest.mark.parametrize(("name", "value"), [("panel", "seeds"), ("member", 3)])
def test_what_is_looked_at_outdates_the_page_once(here: Playground, name: str, value: object) -> None:
    """A tick may be all that answers the click that opened a panel or chose a seed."""
    setattr(here, name, value)
    assert here.outdated
    here.begin()
    assert not here.outdated


@pytest.mark.parametrize("act", [lambda here: here.open("two-gaussians-1d"), lambda here: here.cure(EXPERIMENTS[NAME])])
def test_an_experiment_and_a_cure_outdate_the_page(here: Playground, act) -> None:
    act(here)
    assert here.outdated


def test_a_run_that_comes_to_rest_late_outdates_a_page_that_ticks_for_it(here: Playground, monkeypatch) -> None:
    rests = [False]
    monkeypatch.setattr(type(here.run), "settled", property(lambda run: rests[0]))
    here.run.pause()
    here.begin()
    assert here.moving and words.resting(here) == "pausing …"
    here.ticking = here.moving
    assert not here.outdated
    rests[0] = True
    assert here.outdated and not here.moving and words.resting(here) == "paused"
    here.begin()
    here.ticking = here.moving
    assert not here.outdated


def test_a_click_acts_once_for_each_drawing_of_its_button(here: Playground) -> None:
    acts: list[str] = []
    clicks(here, "Step", acts)
    clicks(here, "Step", acts)
    assert acts == ["Step"]
    here.begin()
    clicks(here, "Step", acts)
    assert acts == ["Step", "Step"]


def test_two_buttons_of_one_drawing_both_act(here: Playground) -> None:
    """A quick hand meets the second before the page has been drawn anew for the first."""
    acts: list[str] = []
    clicks(here, "Step", acts)
    clicks(here, "Reset", acts)
    assert acts == ["Step", "Reset"]


def test_a_click_that_a_tick_has_answered_does_not_act_on_the_new_page(here: Playground, monkeypatch) -> None:
    now, acts = [100.0], []
    monkeypatch.setattr(state.time, "monotonic", lambda: now[0])
    clicks(here, "Cure it", acts)
    here.answer()  # the tick finds the page outdated and has it drawn anew
    here.begin()
    clicks(here, "Cure it", acts)
    assert acts == ["Cure it"]
    clicks(here, "Reset", acts)  # another button is another click
    assert acts == ["Cure it", "Reset"]
    now[0] += CLICK_ECHO
    here.begin()
    clicks(here, "Cure it", acts)
    assert acts == ["Cure it", "Reset", "Cure it"]


def test_quick_steps_after_a_pause_that_a_tick_has_answered_all_act(here: Playground) -> None:
    acts: list[str] = []
    clicks(here, "Pause", acts)
    here.answer()
    for _ in range(2):
        here.begin()
        clicks(here, "Step", acts)
    assert acts == ["Pause", "Step", "Step"]


def test_a_button_acts_again_at_once_when_a_tick_has_answered_something_else(here: Playground) -> None:
    """Somebody plays, looks back along the tape, and plays on."""
    acts: list[str] = []
    clicks(here, "Play", acts)
    here.begin()
    here.answer()  # to a hand on the tape
    here.begin()
    clicks(here, "Play", acts)
    assert acts == ["Play", "Play"]


def test_a_button_acts_again_at_once_after_another_one(here: Playground) -> None:
    acts: list[str] = []
    clicks(here, "Pause", acts)
    here.answer()
    for label in ("Play", "Pause"):
        here.begin()
        clicks(here, label, acts)
    assert acts == ["Pause", "Play", "Pause"]


def test_a_moved_knob_keeps_its_widget_all_the_while(here: Playground, monkeypatch) -> None:
    """The script that a callback overtakes may still be drawing: a widget of another edition would lose the next move."""
    edition, seen = here.edition, []
    monkeypatch.setattr(here.run, "change", lambda config: seen.append(here.edition))
    here.hear("generator_lr", 0.01)
    assert seen == [edition] and here.edition == edition and here.config.generator_lr == 0.01
    here.hear("generator_lr", -1.0)  # cannot be: the widget must show again what is
    assert here.troubles and here.edition != edition
