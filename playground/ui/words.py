"""What a page says of its run: where it stands, the verdict, what was changed, the game in formulas."""

import time

import streamlit as st

from playground.constraints import CONSTRAINTS
from playground.device import describe
from playground.diagnosis import Verdict, diagnose
from playground.objectives import OBJECTIVES
from playground.portraits import headline
from playground.signs import Signs
from playground.snapshot import Snapshot
from playground.tricks import active
from playground.ui.state import Playground


def say(text: str, name: str) -> None:
    """Words above something that a hand may be about to press: their last paragraph has room for all it may come to say.

    Where another line moves what stands below between a press and its release, a browser knows of no click.
    """
    with st.container(key=f"gp-said-{name}"):
        st.markdown(text)


def words(here: Playground, snapshot: Snapshot | None) -> str:
    """What there is to say: why the run stopped, what was just changed; then where it stands, and the verdict."""
    stands = [status(here, snapshot)] if snapshot else ["Preparing the game …"]
    if snapshot and not here.hidden:
        stands.append(verdict(prevailing(here, snapshot)))
    stopped = [f":red-badge[Stopped] {here.run.trouble}"] if here.run.trouble else []
    happened = stopped + [f":blue-badge[Note] {note}" for note in here.notes]
    return "\n\n".join("  \n".join(lines) for lines in (happened, stands) if lines)


def status(here: Playground, snapshot: Snapshot) -> str:
    """Where the run stands, in one line."""
    run = here.run
    facts = [
        f"**Iteration {snapshot.iteration:,}**",
        f"{run.speed:,.0f} iterations/s on {describe(run.device)}" if run.playing else resting(here),
        f"EMD {snapshot.emd:.3f} (real against real {snapshot.floor:.3f}, in {snapshot.space})",
    ]
    if snapshot.modes_total > 1:
        facts.append(f"{Signs(snapshot).modes} of {snapshot.modes_total} modes")
    if snapshot.asked:
        asked, real = 100 * snapshot.metrics["as_asked"][-1], 100 * snapshot.floors["as_asked"]
        facts.append(f"{asked:.0f} % drawn as asked (real digits {real:.0f} %)")
    if here.config.population > 1:
        facts.extend(population(here, snapshot))
    if run.crowd:
        facts.append(f"waiting behind {run.crowd} other runs")
    return " · ".join(facts)


def resting(here: Playground) -> str:
    """What a run that does not play is doing."""
    if here.moment is None or here.run.snapshot is None:
        return "paused" if here.run.settled else "pausing …"
    return f"looking back from iteration {here.run.snapshot.iteration:,}; *Play* goes on from there"


def population(here: Playground, snapshot: Snapshot) -> list[str]:
    """Which seed is shown, and how all of them fare, unless the strip of seeds says so."""
    shown = f"seed {snapshot.config.seed + snapshot.member}, one of {snapshot.config.population}"
    sitting = here.album.look(here.run) if here.panel != "seeds" else None
    all_of_them = headline(sitting.seeds) if sitting else ""
    return [shown, all_of_them[0].lower() + all_of_them[1:]] if all_of_them else [shown]


def prevailing(here: Playground, snapshot: Snapshot) -> Verdict:
    """What the numbers say: of a run that plays what prevails, of one that rests what is true of this very moment."""
    says, subject = diagnose(snapshot), (snapshot.game, snapshot.member, snapshot.config)
    if here.run.playing and here.run.trouble is None:
        return here.prevailing.hear(says, subject, time.monotonic())
    return here.prevailing.start(says, subject)


def verdict(says: Verdict) -> str:
    """A verdict in a sentence."""
    colour = "orange" if says.ill else "green" if says.name == "Healthy" else "gray"
    return f":{colour}-badge[{says.name}] {says.text} {says.cure}".rstrip()


def formulas(here: Playground) -> None:
    """The game in play, as its papers write it."""
    objective, constraint = OBJECTIVES[here.config.objective], CONSTRAINTS[here.config.constraint]
    title = f"The game in formulas: {objective.title}, {constraint.title.lower()}"
    key = f"{here.page}:formulas"
    with st.expander(title, key=key, on_change="rerun") as folder:
        here.folders[key] = bool(folder.open)
        if not folder.open:  # nothing to draw for a browser, nothing to load for typesetting
            return
        left, right = st.columns(2)
        left.markdown(f"The discriminator minimises  \n$${objective.discriminator_latex}$$")
        right.markdown(f"The generator minimises  \n$${objective.generator_latex}$$")
        st.caption(f"Source: {objective.source}")
        if constraint.source:
            st.markdown(f"Constraint on the discriminator  \n$${constraint.latex}$$")
            st.caption(f"Source: {constraint.source}")
        if here.config.labels:
            st.markdown(
                "Played on pairs of an image and the digit in it  \n$$x\\to(x,y),\\qquad G(z)\\to(G(z,y),\\,y)$$"
            )
            st.caption("Source: Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784")
        for trick in active(here.config):
            st.markdown(f"{trick.title}  \n$${trick.latex}$$")
            st.caption(f"Source: {trick.source}")
