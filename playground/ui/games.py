"""Games in a lesson: the playground's own picture, buttons and charts, with the few knobs that the lesson is about."""

from collections.abc import Callable, Sequence

import streamlit as st

from playground.lessons.lesson import Game
from playground.ui import knobs
from playground.ui.choices import press
from playground.ui.course import Desk, put_all
from playground.ui.fragments import fragment
from playground.ui.live import PICTURE, TICK, current, frame
from playground.ui.panels import panels
from playground.ui.pictures import CHARTS
from playground.ui.state import Playground


def games(desk: Desk, judge: Callable[[], bool], *, teaching: bool) -> None:
    """All games of a part, side by side if there are several, under one row of buttons.

    `judge` says at every tick whether the page around them has more to say.
    """
    heres, all_games = desk.live, desk.section.games
    assert isinstance(heres, tuple)
    for here in heres:
        here.begin()
    with st.container(key="gp-control"):
        if desk.arriving:
            st.html(f'<div class="gp-coming{" gp-levers" if all_games[0].knobs else ""}"></div>')
        else:
            control(heres, all_games[0], desk.section.pace.speed)
            levers(heres, all_games[0])
            figure(heres, teaching=teaching)
    columns = st.columns(len(heres), gap="medium")
    for here, game, column in zip(heres, all_games, columns, strict=True):
        with column:
            if game.title:
                st.subheader(game.title)
            current(here)
            here.ticking = here.moving
            fragment(tick, TICK if here.ticking else None, here, judge)
    if all_games[0].panels and not desk.arriving:
        panels(heres[0], all_games[0].panels)
        fragment(watch, 2 * TICK, judge)


def tick(here: Playground, judge: Callable[[], bool]) -> None:
    """One tick of one game."""
    fresh = judge()
    frame(here, beside=False)
    if fresh:
        st.rerun()


def watch(judge: Callable[[], bool]) -> None:
    """Judge prompts about a panel too, which is drawn alone while the game rests."""
    if judge():
        st.rerun()


def figure(heres: Sequence[Playground], *, teaching: bool) -> None:
    """One figure at a time, for a class: which."""
    for here in heres:
        here.solo = here.solo or PICTURE if teaching else None
    if not teaching:
        return
    first = heres[0]
    titles = {PICTURE: "Picture", **{name: CHARTS[name][0] for name in first.charts or ()}}
    key = f"{first.page}:{first.edition}:figure"

    def chosen() -> None:
        for here in heres:
            here.solo = st.session_state[key] or PICTURE

    shown = first.solo if first.solo in titles else PICTURE
    st.segmented_control(
        "Figure",
        titles,
        default=shown,
        format_func=titles.__getitem__,
        key=key,
        on_change=chosen,
        label_visibility="collapsed",
    )


def control(heres: Sequence[Playground], game: Game, pace: float) -> None:
    """One row of buttons for all games."""

    def each(act: str) -> Callable[[], None]:
        def act_on_all() -> None:
            for here in heres:
                here.go_on(getattr(here.run, act))

        return act_on_all

    first = heres[0]
    with st.container(horizontal=True, gap="xsmall"):
        if first.run.playing:
            press(first, "Pause", each("pause"), "Rest where it is", icon=":material/pause:")
        else:
            press(first, "Play", each("play"), "Train on", icon=":material/play_arrow:", kind="primary")
        press(first, "Step", each("step"), "One iteration of both players", icon=":material/skip_next:")
        if len(heres) == 1:
            alone = first.run
            only_d, only_g = lambda: alone.step(generator=False), lambda: alone.step(discriminator=False)
            press(first, "D only", lambda: first.go_on(only_d), "Only the discriminator's updates")
            press(first, "G only", lambda: first.go_on(only_g), "Only the generator's updates")
        press(first, "Reset", each("reset"), "The same first weights and draws", icon=":material/replay:")
        hurry(heres, pace)
        for label in game.buttons:
            press(first, label, lambda label=label: put_all(heres, game, label), "", kind="primary")


def hurry(heres: Sequence[Playground], pace: float) -> None:
    """The button between a pace that eyes can follow and full speed."""

    def go(pace: float | None) -> None:
        for here in heres:
            here.run.pace = pace

    if heres[0].run.pace is None:
        press(heres[0], "Slower", lambda: go(pace), "Slow enough to watch", icon=":material/slow_motion_video:")
    else:
        press(heres[0], "Full speed", lambda: go(None), "All that this computer can", icon=":material/fast_forward:")


def levers(heres: Sequence[Playground], game: Game) -> None:
    """The knobs that the lesson is about; those of the first game, which the others follow."""
    if not game.knobs:
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key=f"gp-levers-{heres[0].page}"):
        for name in game.knobs:
            with st.container(width=200):  # three in a row
                knobs.draw(heres[0], name)
