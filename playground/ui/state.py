"""What a session knows of one playground page: its Config, its Run, and what a hand does to both."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.config import Config, Value
from playground.engine import Run
from playground.experiments import EXPERIMENTS, Experiment
from playground.snapshot import Snapshot
from playground.ui.album import Album
from playground.ui.prevailing import Prevailing

ECHO = 10.0  # seconds for which a slow browser may still send a query that we have replaced
CLICK_ECHO = 1.5  # seconds for which a click that a tick has answered may arrive once more
FIRST_LOOK = 4.0  # seconds for a browser to say that it has drawn the first picture, before it gets all the rest anyway
editions = itertools.count()


@dataclass
class Playground:
    """One playground page of one session."""

    page: str
    experiment: str
    config: Config
    run: Run
    member: int = 0
    charts: tuple[str, ...] | None = None  # beside the picture; None: those that show what the experiment claims
    solo: str | None = None  # the one figure that is shown: "picture" or a chart's name; None: all
    moment: int | None = None  # of the tape, that the pictures show; None: now
    panel: str | None = None  # what is open below the picture
    hidden: bool = False  # whether the verdict is kept back: somebody is asked for one
    album: Album = field(default_factory=Album)  # all seeds of a population
    prevailing: Prevailing = field(default_factory=Prevailing)  # what was said of it lately
    kept: dict[str, Any] = field(default_factory=dict)  # what a panel remembers, by its name
    siblings: range | None = None  # the seeds among which the one of now was opened alone
    followers: tuple["Playground", ...] = ()  # games beside it, whose knobs move with its own
    notes: list[str] = field(default_factory=list)  # what the page has to say about the last change
    troubles: list[str] = field(default_factory=list)  # what was wrong with a link or a value
    written: dict[str, str] = field(default_factory=dict)  # the URL's query as we left it
    replaced: list[tuple[float, dict[str, str]]] = field(default_factory=list)  # when, and what it was before
    opened: float = field(default_factory=time.monotonic)
    renders: int = 0  # of the whole page; stamps each drawing of a button, so that one click acts once
    ticking: bool = False  # whether the pictures are drawn again and again
    acted: dict[str, int] = field(default_factory=dict)  # by button: the drawing of it that last acted
    pressed: str = ""  # the last button since the page was drawn
    answered: float = -CLICK_ECHO  # when a tick last found the page around it outdated
    echo: str = ""  # the last button then
    edition: int = field(default_factory=editions.__next__)  # of the knobs' widgets: new ones show what no hand has set
    around: tuple = ()  # what the page around the pictures shows
    folders: dict[str, bool] = field(default_factory=dict)  # by widget's key: whether it was drawn open

    @property
    def kind(self) -> str:
        """Which data it shows: 1d, 2d or mnist."""
        return EXPERIMENTS[self.experiment].page

    @property
    def arriving(self) -> bool:
        """Whether its page is drawn for the first time."""
        return self.renders == 1

    def begin(self) -> None:
        """Note that the whole page is drawn now."""
        self.folders.clear()
        self.renders += 1
        self.ticking = False
        self.pressed = ""
        self.around = self._around()

    @property
    def moving(self) -> bool:
        """Whether the pictures change by themselves: the run plays, or they do not show yet where it rests."""
        return self.run.playing or not self.run.settled

    def _around(self) -> tuple:
        looks = self.member, self.panel, self.moment is not None
        return self.experiment, self.config, self.edition, self.run.playing, self.run.pace, tuple(self.troubles), looks

    @property
    def outdated(self) -> bool:
        """Whether the page around the pictures shows what is no longer so.

        A run can stop by itself or come to rest late, and Streamlit may answer a click that meets a tick by that tick alone.
        """
        unfolded = any(st.session_state.get(key, drawn) != drawn for key, drawn in self.folders.items())
        return unfolded or self.around != self._around() or (self.ticking and not self.moving)

    def answer(self) -> None:
        """Note that a tick has found the page outdated and has it drawn anew."""
        self.answered, self.echo = time.monotonic(), self.pressed

    def echoes(self, label: str) -> bool:
        """Whether a click on a button may be the one that a tick has just answered, delivered once more to the new page."""
        return label == self.echo and time.monotonic() - self.answered < CLICK_ECHO

    @property
    def base(self) -> Config:
        """What the URL need not say."""
        return EXPERIMENTS[self.experiment].config

    def is_link(self, query: dict[str, str]) -> bool:
        """Whether a query came by a link, and is not one of our own that a busy browser sends once more."""
        now = time.monotonic()
        return query not in [{}, self.written, *(old for when, old in self.replaced if now - when < ECHO)]

    def write(self, query: dict[str, str]) -> None:
        """Remember what the URL says from now on."""
        now = time.monotonic()
        if query != self.written:
            self.replaced = [(when, old) for when, old in self.replaced if now - when < ECHO] + [(now, self.written)]
        self.written = query

    def apply(self, config: Config) -> None:
        """Move knobs: hot ones act on the running game, cold ones start a new one."""
        moved = config.changed(self.config)
        if not moved:
            return
        restarts = config.restarts(self.config)
        self.moment = None
        self.notes = ["Started a new game, because " + spoken(moved, self.config)] if restarts else []
        self.troubles = []
        self.config = config
        self.member = min(self.member, config.population - 1)
        self.run.change(config)

    def hear(self, name: str, value: Value) -> None:
        """A hand has moved a knob: if that can be, its widget shows it already and stays under the hand.

        Not even for a moment may it be another edition: the script that this call overtakes can be drawing widgets still.
        """
        for each in (self, *self.followers):
            each._try(**{name: value})
        if getattr(self.config, name) != value:
            self.edition = next(editions)

    def move(self, **knobs: Value) -> None:
        """Move knobs by name; a combination that cannot be is explained, and nothing moves.

        The widgets are made anew: one that lived on could be set back by a browser that has not yet heard of the move.
        """
        self.edition = next(editions)
        self._try(**knobs)

    def _try(self, **knobs: Value) -> None:
        try:
            self.apply(self.config.with_(**knobs))
        except ValueError as error:
            self.troubles = [f"{error}."]

    def open(self, name: str) -> None:
        """Start an experiment from its first iteration and play it."""
        self.edition = next(editions)
        self.experiment, self.config = name, EXPERIMENTS[name].config
        self.member, self.moment, self.troubles, self.charts = 0, None, [], None
        self.notes = [introduction(name, self.config)]
        self.run.start(self.config)
        self.run.play()

    def seen(self, newest: Snapshot | None) -> Snapshot | None:
        """What the pictures show: the newest, or the moment that somebody looks back at until the run goes on."""
        if self.run.playing or self.moment is None or newest is None:
            self.moment = None
            return newest
        return self.run.tape.at(self.moment, self.member, newest)

    def go_on(self, command: Callable[[], None]) -> None:
        """Command the run, and look at what it does."""
        self.moment = None
        command()

    def look_back(self, place: int | None) -> None:
        """Let the pictures show a moment of the tape by its place there, the run resting meanwhile; None: now."""
        kept = self.run.tape.pictures(self.member)
        if place is None or not kept:
            self.moment = None
            return
        self.run.pause()
        self.moment = kept[min(max(place, 0), len(kept) - 1)].number

    def fork(self, place: int) -> None:
        """Go on from a moment of the tape, with the weights and the optimiser's memory of then and the knobs of now."""
        self.look_back(place)
        kept = None if self.moment is None else self.run.tape.weights(self.moment)
        self.moment = None
        if kept is not None:
            self.run.fork(kept.number)
            self.notes = [
                f"**Forked at iteration {kept.item.iteration:,}**: weights and optimiser of then, knobs of now."
            ]
            self.run.play()

    def cure(self, experiment: Experiment) -> None:
        """Apply an experiment's cure to the same weights."""
        self.edition = next(editions)
        try:
            cured = self.config.with_(**experiment.cure)
        except ValueError as error:
            self.troubles = [f"{error}."]
            return
        moved = cured.changed(self.config)
        said = spoken(moved, self.config) or "every knob of the cure is already in place"
        self.apply(cured)
        self.notes = [f"**Cure, on the same weights:** {said}."]
        self.run.play()


def introduction(name: str, config: Config) -> str:
    """What to watch in an experiment, and which knobs a link has moved from its own."""
    experiment = EXPERIMENTS[name]
    moved = spoken(config.changed(experiment.config), experiment.config)
    title = experiment.title if experiment.title.endswith("?") else f"{experiment.title}."
    return f"**{title}** {experiment.watch}" + (f" Here with {moved}." if moved else "")


def spoken(moved: dict[str, Value], before: Config) -> str:
    """Moved knobs in words: name: old → new, joined by semicolons."""
    return "; ".join(f"{name.replace('_', ' ')}: {getattr(before, name)} → {value}" for name, value in moved.items())


def once(here: Playground, label: str, act: Callable[[], None]) -> Callable[[int], None]:
    """A button's callback that acts a single time for each drawing of the button.

    A timer's tick in the gap of a click can make Streamlit deliver the click twice: to the tick and to the page, which
    the tick has had drawn anew meanwhile.
    """

    def callback(render: int) -> None:
        if render > here.acted.get(label, -1) and not here.echoes(label):
            here.acted[label], here.pressed, here.echo = render, label, ""  # an echo comes before any other click
            act()

    return callback
