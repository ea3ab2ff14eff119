"""A live page trains, obeys its knobs while it trains, and can be left and found again."""

import pytest
from playwright.sync_api import WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e.looks import LOOKS
from tests.e2e.visitor import Visitor, wait_for

TITLES = {"1d": "1D mixture", "2d": "2D mixture", "mnist": "MNIST"}
PATHS = {"1d": "/mixture_1d", "2d": "/mixture_2d", "mnist": "/mnist"}
PLAIN = PATHS | {"1d": "/mixture_1d?experiment=mode-collapse-1d"}  # one step of a non-saturating D without constraint


@pytest.mark.parametrize("page", PLAIN)
def test_a_page_plays_by_itself_and_obeys_its_button_and_its_knobs(visit, page: str):
    visitor = visit(PLAIN[page])
    plays_by_itself_pauses_and_plays_on(visitor)
    hot_knobs_act_on_the_running_game(visitor)
    a_cold_knob_starts_a_new_game_and_says_so(visitor)


def plays_by_itself_pauses_and_plays_on(visitor: Visitor) -> None:
    visitor.wait_for_iteration(2)
    rested = visitor.pause()
    visitor.play()
    visitor.wait_for_iteration(rested + 1)


def hot_knobs_act_on_the_running_game(visitor: Visitor) -> None:
    visitor.choose("Objective", "Wasserstein")
    visitor.wait_for_iteration(visitor.iteration + 2)
    visitor.choose("Constraint", "Gradient penalty")
    visitor.wait_for_iteration(visitor.iteration + 2)
    visitor.slide("Discriminator steps", 5)
    visitor.wait_for_query("discriminator_steps=5")
    visitor.wait_for_iteration(visitor.iteration + 2)
    visitor.read("Wasserstein, gradient penalty")
    drawn = visitor.drawn()
    assert drawn == sorted(drawn) and visitor.game == 0


def a_cold_knob_starts_a_new_game_and_says_so(visitor: Visitor) -> None:
    visitor.wait_for_iteration(5)
    visitor.unfold("Players")
    visitor.slide("Latent dimension", 5)  # 32: no page starts with it
    visitor.read("Started a new game, because latent dim")
    visitor.wait_for_game(1)


@pytest.mark.parametrize(
    ("path", "look", "last"),
    [("/lipschitz?part=3", "light-laptop", "Do you see it?"), (PATHS["2d"], "dark-phone", "Charts")],
)
def test_a_longer_verdict_moves_nothing_under_a_hand(visit, path: str, look: str, last: str):
    """Where a page moves between a press and its release, a browser knows of no click."""
    visitor = visit(path, **LOOKS[look])
    visitor.read(last)  # of what comes after the picture
    visitor.pause()
    visitor.press("Reset")
    visitor.wait_for_iteration(0, 0)
    places = visitor.places(visitor.stage)
    short = len(visitor.verdict())  # "not yet"
    visitor.play()
    wait_for(lambda: len(visitor.verdict()), lambda now: now > short + 40, "a longer verdict")
    visitor.wait_for_frames(10)
    assert len(places()) == 1


@pytest.mark.parametrize("look", ["light-laptop", "dark-phone"])
def test_buttons_that_take_turns_move_nothing_beside_them(visit, look: str):
    """Streamlit shows the one that goes beside the one that comes for a moment."""
    visitor = visit("/lipschitz?part=3", **LOOKS[look])
    visitor.read("Do you see it?")  # of what comes last
    visitor.wait_for_iteration(2)
    places = visitor.places(visitor.button("Reset"))
    for _ in range(2):
        visitor.press("Full speed")
        visitor.button("Slower").wait_for()
        visitor.pause()
        visitor.press("Slower")
        visitor.button("Full speed").wait_for()
        visitor.play()
    assert len(places()) == 1


def test_a_chart_keeps_the_room_of_its_caption_before_it_is_drawn(visit):
    visitor = visit(PATHS["2d"], **LOOKS["dark-phone"])
    unseen = visitor.page.locator(".gp-chart:not([data-draws]) figcaption")
    unseen.nth(1).wait_for(state="attached")
    heights = unseen.evaluate_all("captions => captions.map(({ clientHeight }) => clientHeight)")
    unseen.last.scroll_into_view_if_needed()
    drawn = visitor.page.locator(".gp-chart[data-draws] figcaption").last
    drawn.wait_for()
    assert min(heights) >= drawn.evaluate("({ clientHeight }) => clientHeight") > 0


def test_words_and_pictures_do_not_fade_while_a_busy_server_keeps_a_page_waiting(visit):
    """Streamlit fades what a run of the script has not brought anew after half a second."""
    visitor = visit()
    late = Latecomer()
    visitor.page.route_web_socket("**/_stcore/stream", late.carry)
    visitor.open(PATHS["2d"])
    visitor.menu("Share").wait_for()
    visitor.wait_for_frames(3)
    late.waits = True
    wait_for(lambda: visitor.page.wait_for_timeout(100) or late.holds, bool, "the next run")
    visitor.page.wait_for_timeout(2000)  # Streamlit's fading begins after .5 s and takes 1 s
    old = visitor.page.locator('[data-testid="stMain"] [data-stale="true"]')
    assert set(old.evaluate_all("all => all.map((each) => getComputedStyle(each).opacity)")) == {"1"}
    late.catch_up()
    visitor.wait_for_frames(3)


class Latecomer:
    """Carries the server's messages to a page; told to wait, it keeps what the next run of the script makes."""

    def __init__(self) -> None:
        self.waits = self.holds = False
        self.held: list[str | bytes] = []

    def carry(self, page: WebSocketRoute) -> None:
        self.page = page
        page.connect_to_server().on_message(self.hear)

    def hear(self, message: str | bytes) -> None:
        if self.holds:
            self.held.append(message)
            return
        said = ForwardMsg.FromString(message) if isinstance(message, bytes) else ForwardMsg()
        self.holds = self.waits and said.session_status_changed.script_is_running  # said once it has begun
        self.page.send(message)

    def catch_up(self) -> None:
        self.waits = self.holds = False
        while self.held:
            self.page.send(self.held.pop(0))


def test_a_run_waits_while_another_page_is_open(visit):
    visitor = visit(PATHS["2d"])
    visitor.wait_for_iteration(5)
    visitor.choose("Objective", "Wasserstein")
    visitor.wait_for_query("objective=wasserstein")
    left = visitor.wait_for_iteration(10)
    visitor.follow("Playgrounds", TITLES["1d"])
    visitor.wait_for_iteration(1)
    seen = len(visitor.drawn("2d"))
    visitor.follow("Playgrounds", TITLES["2d"])
    visitor.wait_for_query("objective=wasserstein")
    wait_for(lambda: len(visitor.drawn("2d")), lambda frames: frames > seen + 2, "the 2D page's frames")
    assert all(frame >= (0, left) for frame in visitor.drawn("2d")[seen:])
