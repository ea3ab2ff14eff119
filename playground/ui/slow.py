"""Slow motion: a panel that shows one iteration of the running game stage by stage."""

from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import streamlit as st

from playground.slow_motion import SlowMotion, Stage, Update, play
from playground.slow_motion.forms import short
from playground.slow_motion.update import Array
from playground.ui import components
from playground.ui.fragments import fragment
from playground.ui.keys import key_of
from playground.ui.slow_pictures import picture
from playground.ui.state import Playground, editions, once

NAME = "slow"
POLL = 0.2  # seconds between two looks at an iteration that is being played
CATCH_UP = (
    1.0  # seconds between two looks at a game that plays on: a click that met its tick is answered late, not never
)
AGAIN = "Another iteration"
HEIGHT = 430  # px of the picture


@dataclass
class Film:
    """What the panel of one page holds: an iteration that is being played or was, and the stage shown."""

    answer: Future[SlowMotion]
    game: int  # of the run, when it was asked
    at: int = 0  # the stage
    drawn: int = 0  # stamps each drawing of the buttons

    @property
    def motion(self) -> SlowMotion | None:
        """The iteration, once it has been played."""
        return self.answer.result() if self.answer.done() and self.trouble is None else None

    @property
    def trouble(self) -> str | None:
        """Why there is none to show."""
        if not self.answer.done():
            return None
        if self.answer.cancelled():
            return "There was no game to play it on."
        error = self.answer.exception()
        return None if error is None else f"The iteration could not be shown: {error}."


def turn(film: Film, to: int) -> None:
    """Go to a stage."""
    if film.motion is not None:
        film.at = min(max(to, 0), len(film.motion.stages) - 1)


def film_of(here: Playground) -> Film | None:
    return here.kept.get(NAME)


def record(here: Playground) -> None:
    """Pause the game and play one iteration of it for the panel."""
    here.run.pause()
    game = here.run.snapshot.game if here.run.snapshot else 0
    here.kept[NAME] = Film(here.run.ask(partial(play, member=here.member)), game)


def opened(here: Playground) -> None:
    """Pause the game; where its last iteration is not the one on film, play one."""
    here.run.pause()
    film = film_of(here)
    if film is None or (film.answer.done() and not is_present(here, film)):
        record(here)


def is_present(here: Playground, film: Film) -> bool:
    """Whether the game still rests where the film ends."""
    seen, motion = here.run.snapshot, film.motion
    return (
        motion is not None
        and seen is not None
        and (seen.game, seen.iteration, seen.member) == (film.game, motion.iteration, motion.member)
    )


def draw(here: Playground) -> None:
    """The panel."""
    if film_of(here) is None:
        record(here)
    film = film_of(here)
    waiting = film is not None and not film.answer.done()
    every = POLL if waiting else CATCH_UP if here.run.playing else None
    fragment(panel, every, here, waiting)


def panel(here: Playground, waiting: bool) -> None:
    """What stands in it: runs alone when a stage is turned."""
    film = film_of(here)
    if film is None:
        return
    if waiting and film.answer.done():
        st.rerun()
    film.drawn = next(editions)
    motion = film.motion
    if motion is None or not motion.stages:
        st.info(
            film.trouble
            or ("Playing one iteration …" if motion is None else "Both players are frozen: nothing happens.")
        )
        again(here, film)
        return
    stage = motion.stages[film.at]
    st.markdown(heading(here, film, motion))
    controls(here, film, motion)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        narrated(here, stage)
    with right:
        components.stage([picture(stage, motion.iteration)], key=f"slow:{here.page}:stage", height=HEIGHT)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        counted(stage)
    with right:
        examples(stage)


def heading(here: Playground, film: Film, motion: SlowMotion) -> str:
    """Which iteration it is, and whether the game has gone on since."""
    seen = here.run.snapshot
    who = f", member {motion.member}" if motion.config.population > 1 else ""
    start = f"**Iteration {motion.iteration:,} in slow motion{who}**"
    if seen is None or is_present(here, film):
        return f"{start} · the game rests right after it"
    if seen.game != film.game:
        return f"{start} · of an earlier game"
    return f"{start} · the game has moved on to {seen.iteration:,}"


def controls(here: Playground, film: Film, motion: SlowMotion) -> None:
    """Back, next, where we are, and a way to jump from update to update."""
    count = len(motion.stages)
    page = partial(button, here, film)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        page("Back", film.at - 1, "The stage before", "arrow_back", off=film.at == 0)
        page("Next", film.at + 1, "The next stage", "arrow_forward", off=film.at == count - 1, kind="primary")
        again(here, film)
        jump(here, film, motion)
    st.progress((film.at + 1) / count, f"Stage {film.at + 1} of {count}")


def button(here: Playground, film: Film, label: str, to: int, help: str, icon: str, *,
           off: bool, kind: str = "secondary") -> None:  # fmt: skip
    st.button(
        label,
        help=help,
        icon=f":material/{icon}:",
        shortcut=key_of(label),
        disabled=off,
        type=kind,  # type: ignore[arg-type]
        key=f"{here.page}:slow:{label}",
        on_click=once(here, label, partial(turn, film, to)),
        args=(film.drawn,),
    )


def again(here: Playground, film: Film) -> None:
    """A button that plays one more iteration; it changes the page around the panel too."""

    def act() -> None:
        if film is film_of(here):
            record(here)

    if st.button(
        AGAIN,
        help="Pause the game, play one more iteration and show it from its first stage",
        icon=":material/slow_motion_video:",
        shortcut=key_of(AGAIN),
        key=f"{here.page}:slow:again",
        on_click=once(here, AGAIN, act),
        args=(film.drawn,),
    ):
        st.rerun()


def jump(here: Playground, film: Film, motion: SlowMotion) -> None:
    """The updates of the iteration, each a click away."""
    first: dict[str, int] = {}
    for i, stage in enumerate(motion.stages):
        first.setdefault(stage.turn, i)
    if len(first) < 3:
        return
    now, key = motion.stages[film.at].turn, f"{here.page}:slow:{film.drawn}"

    def chosen() -> None:
        picked = st.session_state.get(key)
        if picked in first and film is film_of(here):
            turn(film, first[picked])

    st.segmented_control(
        "Jump to an update",
        list(first),
        default=now,
        key=key,
        on_change=chosen,
        label_visibility="collapsed",
        help="The discriminator's updates in order, then the generator's",
    )


def narrated(here: Playground, stage: Stage) -> None:
    """The title, the caption and the diagram."""
    u = stage.update
    which = f" · update {u.number} of {u.of}" if u.of > 1 else ""
    st.subheader(f"{stage.title}{which}", anchor=False)
    st.markdown(stage.caption)
    parts = LIT[stage.kind]
    alt = f"Data flow, z to G to fake to D, with real data to D, losses behind it. Now: {stage.title}. {stage.caption}"
    components.flow(parts, notes(stage), alt, key=f"slow:{here.page}:flow")


def counted(stage: Stage) -> None:
    """The formula with this batch's numbers, and more of them."""
    st.latex(stage.formula)
    st.markdown(table(("In this batch", ""), stage.numbers))


def examples(stage: Stage) -> None:
    if stage.examples:
        st.caption("The first of the batch")
        st.markdown(table(stage.examples[0], stage.examples[1:]))


def table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """A table in Markdown; the numbers stand to the right."""
    lines = [head, tuple(":--" if i == 0 else "--:" for i in range(len(head))), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


LIT = {  # kind of stage → the parts of the diagram at work
    "latents": ("z",),
    "fakes": ("z", "z-G", "G", "G-fake", "fake"),
    "outputs": ("fake", "real", "fake-D", "real-D", "D"),
    "loss": ("D", "D-LD", "LD"),
    "gradient": ("LD", "LD-D", "D"),
    "update": ("D",),
    "turn": ("z", "z-G", "G", "G-fake", "fake", "fake-D", "D", "D-LG", "LG"),
    "pull": ("LG", "LG-D", "D-fake", "fake", "fake-G", "G"),
    "move": ("G",),
}


def notes(stage: Stage) -> dict[str, str]:
    """The numbers that stand in the diagram by now."""
    u, known = stage.update, list(LIT).index(stage.kind)
    found = {"z": (0, f"n = {u.count}"), "fake": (2, f"{u.name} = {mean(u, u.d_fake)}")}
    if u.player == "discriminator" and u.d_real is not None:
        found["real"] = 2, f"{u.name} = {mean(u, u.d_real)}"
        found["LD"] = 3, short(u.loss)
        found["D"] = (4, f"‖∇‖ {short(u.gradient)}") if stage.kind != "update" else (5, f"‖Δ‖ {short(u.step)}")
    if u.player == "generator":
        found["LG"] = 6, short(u.loss)
        found["G"] = (7, f"‖∇‖ {short(u.gradient)}") if stage.kind != "move" else (8, f"‖Δ‖ {short(u.step)}")
    return {part: text for part, (since, text) in found.items() if since <= known}


def mean(u: Update, d: Array) -> str:
    return short(float(u.said(d).mean()))
