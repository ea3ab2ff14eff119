"""Digits up close: on the way between two latents, one digit on request, and the training images nearest to a tile."""

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from playground import interpolation, nearest
from playground.config import digits_of
from playground.nearest import Neighbours
from playground.plots import digits as scenes
from playground.snapshot import IMAGES, Snapshot
from playground.training import Trainer
from playground.ui import components
from playground.ui.choices import press
from playground.ui.delivery import wait
from playground.ui.fragments import fragment, in_fragment_run
from playground.ui.state import Playground, editions

NAME = "digits"
TICK = 0.7  # seconds between two looks
PATIENCE = 1.0  # seconds to wait for a game that rests
RESENT = 3.0  # seconds for which a picture is sent again: a slow browser may have skipped the first
STEPS, REQUESTED = 11, 40  # tiles of a way, and of one digit on request
SHEET = 10  # tiles a row


@dataclass
class Asked:
    """One question to a run that is asked again whenever its stamp has changed, and its newest answer."""

    stamp: Hashable = None  # of the answer
    answer: Any = None
    at: float = -RESENT  # when it came
    _coming: tuple[Hashable, Future[Any]] | None = None

    def look(self, stamp: Hashable, ask: Callable[[], Future[Any]]) -> None:
        """Take an answer along that has come; ask anew if it is about something else. Never waits."""
        if self._coming is not None and self._coming[1].done():
            of, future = self._coming
            self._coming = None
            if not future.cancelled() and future.exception() is None:
                self.stamp, self.answer, self.at = of, future.result(), time.monotonic()
            elif not future.cancelled():
                self.stamp = of  # what cannot be answered is not asked again
        if self._coming is None and stamp != self.stamp:
            self._coming = stamp, ask()

    @property
    def fresh(self) -> bool:
        """Whether a browser may not have it yet."""
        return self.answer is not None and time.monotonic() - self.at < RESENT

    @property
    def waiting(self) -> bool:
        return self._coming is not None


@dataclass
class UpClose:
    """What a session looks at up close."""

    tile: int = 0  # of the sheet
    pair: int = 0  # number of the two end latents
    place: float = 0.5  # between them
    digit: int | None = None  # asked for, in a conditional game
    edition: int = field(default_factory=editions.__next__)  # of its widgets
    drawn: Asked = field(default_factory=Asked)
    near: Asked = field(default_factory=Asked)


@dataclass(frozen=True)
class Drawn:
    """What the generator draws for it: images, (n, 784)."""

    iteration: int
    way: Tensor  # at even steps between the ends
    here: Tensor  # at the slider, (1, 784)
    requested: Tensor | None  # of one digit on request


def up_close(here: Playground) -> UpClose:
    """This session's own."""
    return here.kept.setdefault(NAME, UpClose())


def fits(here: Playground) -> bool:
    return here.kind == "mnist"


def picking(here: Playground, snapshot: Snapshot | None) -> tuple[int | None, Callable[[int], None]]:
    """Which tile the main picture marks, and what hears of another one."""
    if not fits(here) or snapshot is None:
        return None, lambda tile: None
    return up_close(here).tile if here.panel == NAME else None, lambda tile: pick(here, tile)


def pick(here: Playground, tile: int) -> None:
    """Look at a tile, and open the panel that shows it."""
    look = up_close(here)
    look.tile, look.edition = min(max(tile, 0), IMAGES - 1), next(editions)
    here.notes = [f"{named(look.tile)}: its nearest training images are in **Digits up close**, below the picture."]
    if here.panel != NAME:
        here.panel, here.edition = NAME, next(editions)
    here.around = ()  # the next tick has the page drawn


def named(tile: int) -> str:
    return f"Tile {tile + 1} (row {tile // SHEET + 1}, column {tile % SHEET + 1})"


def draw(here: Playground) -> None:
    """The panel."""
    look = up_close(here)
    choices = digits_of(here.config.digits) if here.config.labels else ()
    if look.digit not in choices:
        look.digit = choices[-3 if len(choices) > 2 else 0] if choices else None  # 7 of all ten
    with st.container(horizontal=True, vertical_alignment="bottom", key="gp-close"):
        number(look)
        press(here, "New pair of latents", lambda: renew(look), "Two other ends A and B, drawn apart from the game")
        if choices:
            request(look, choices)
    fragment(closely, TICK, here)


def renew(look: UpClose) -> None:
    look.pair += 1


def number(look: UpClose) -> None:
    """The tile to compare, for those who do not click on it."""
    edition, key = look.edition, f"close:{look.edition}:tile"

    def moved() -> None:
        number = st.session_state[key]
        if edition == look.edition and number is not None:
            look.tile = int(number) - 1

    help = "Which tile of the picture above to compare, counted row by row. Or click on it there, or use arrow keys and Enter."
    st.number_input("Tile", 1, IMAGES, look.tile + 1, key=key, on_change=moved, help=help, width=130)


def request(look: UpClose, choices: tuple[int, ...]) -> None:
    """The digit asked for."""
    key = f"close:{look.edition}:digit:{choices}"

    def moved() -> None:
        digit = st.session_state[key]
        if digit is not None:
            look.digit = digit

    help = "Y in P(X | Y): the digit that the generator is asked for, on the way from A to B and in the grid below."
    st.pills("Digit asked for", choices, default=look.digit, key=key, on_change=moved, help=help)


def closely(here: Playground) -> None:
    """One tick of the panel: it follows the training, and waits only for a game that rests."""
    look, run = up_close(here), here.run
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Between two latents**")
        slider(look)

    def wanting() -> bool:
        ask(here, look)
        return not run.playing and (look.drawn.waiting or look.near.waiting)

    wait(wanting, PATIENCE)
    with left:
        way(here, look)
    with right:
        st.markdown("**Nearest training images**")
        beside(here, look)
    on_request(here, look)


def slider(look: UpClose) -> None:
    """The place between the ends."""
    key = f"close:{look.edition}:place"

    def moved() -> None:
        look.place = float(st.session_state[key])

    help = "0 is the image of latent A, 1 that of latent B."
    st.slider("From A to B", 0.0, 1.0, look.place, 0.01, key=key, on_change=moved, help=help)


def ask(here: Playground, look: UpClose) -> None:
    """Have the run answer what has changed."""
    run, snapshot = here.run, here.run.snapshot
    if snapshot is None:
        return
    moment = id(run), snapshot.game, snapshot.iteration, snapshot.config
    pair, place, digit, tile = look.pair, look.place, look.digit, look.tile
    look.drawn.look((*moment, pair, place, digit), lambda: run.ask(lambda game: drawn(game, pair, place, digit)))
    look.near.look((*moment, tile), lambda: chained(run.ask(lambda game: nearest.tile_of(game, tile))))


def drawn(trainer: Trainer, number: int, place: float, digit: int | None) -> Drawn:
    """All that the panel draws, in one question."""
    asked = digit if trainer.config.labels else None
    ways = interpolation.between(trainer, number, [*torch.linspace(0, 1, STEPS).tolist(), place], asked)
    requested = None if asked is None else interpolation.of_digit(trainer, asked, REQUESTED)
    return Drawn(trainer.iteration, ways[:STEPS], ways[STEPS:], requested)


def chained(found: Future[Callable[[], Neighbours]]) -> Future[Neighbours]:
    """The answer of a search that begins, in a thread of its own, once the run has said for what."""
    answer: Future[Neighbours] = Future()

    def begin(of: Future[Callable[[], Neighbours]]) -> None:
        if of.cancelled():
            answer.cancel()
        elif error := of.exception():
            answer.set_exception(error)
        else:
            nearest.look_up(of.result()).add_done_callback(finish)

    def finish(of: Future[Neighbours]) -> None:
        error = of.exception()
        answer.set_exception(error) if error else answer.set_result(of.result())

    found.add_done_callback(begin)
    return answer


def way(here: Playground, look: UpClose) -> None:
    """From A to B."""
    views, answer = [], look.drawn.answer
    if answer is not None and sends(look.drawn):
        what = f", asked for {look.digit}" if answer.requested is not None else ""
        strip, (at,) = scenes.pixels(answer.way.numpy()), scenes.pixels(answer.here.numpy())
        views = [scenes.way_scene(strip, at, look.place, iteration=answer.iteration, what=what)]
    components.stage(views, key=f"{here.page}:way", height=330)
    how = interpolation.INTERPOLATIONS[here.config.latent]
    st.caption(f"The way is {how.title}. {how.why}")


def beside(here: Playground, look: UpClose) -> None:
    """A tile and the training images nearest to it, with what is usual."""
    answer: Neighbours | None = look.near.answer
    views = [compared(answer)] if answer is not None and sends(look.near) else []
    components.stage(views, key=f"{here.page}:beside", height=270)
    st.markdown(judged(answer) if answer else "Looking through the training images …")


def compared(answer: Neighbours) -> Any:
    """The tile and its neighbours side by side."""
    images = torch.stack([answer.image, *(near.image for near in answer.near.values())])
    captions = [f"tile {answer.tile + 1}", *(f"nearest in {name}" for name in answer.near)]
    return scenes.beside_scene(scenes.pixels(images.numpy()), captions, iteration=answer.iteration)


def judged(answer: Neighbours) -> str:
    """What the distances say."""
    lines = [f"{answer.verdict}", ""]
    for name, near in answer.near.items():
        lines.append(
            f"- In {nearest.SPACES[name].title} a {near.digit} is nearest, at **{near.distance:.1f}**; fresh real digits have "
            f"theirs at {near.real:.1f} (median), and {100 * near.share:.0f} % of them as near or nearer."
        )
    return "\n".join([*lines, "", f"{named(answer.tile)} against all {answer.trained_on:,} images trained on."])


def on_request(here: Playground, look: UpClose) -> None:
    """Many fakes of the one digit asked for."""
    if not here.config.labels:
        st.caption("To ask for a digit, P(X | Y), set **Conditional on** to Digit among the players' knobs.")
        return
    answer = look.drawn.answer
    st.markdown(f"**Asked for a {look.digit}**: P(X | Y = {look.digit}), {REQUESTED} latents")
    views = []
    if answer is not None and answer.requested is not None and sends(look.drawn):
        views = [scenes.digits_scene(scenes.pixels(answer.requested.numpy()), SHEET, iteration=answer.iteration)]
    components.stage(views, key=f"{here.page}:requested", height=300)


def sends(asked: Asked) -> bool:
    """Whether a picture must go to the browser: after it came, and whenever the page is drawn anew."""
    return asked.fresh or not in_fragment_run()
