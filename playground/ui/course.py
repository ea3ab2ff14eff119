"""What a session has done of the course, and the desk with what it has in hand: one part of one lesson."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from playground.config import Config, nearest
from playground.device import choose_device
from playground.engine import Run
from playground.lessons import LESSONS
from playground.lessons.bench import Bench, Reading
from playground.lessons.lesson import Game, Lesson, Prompt, Section, Seen
from playground.lessons.pace import Pace
from playground.lessons.quiz import ROUNDS, Quiz, Sheet
from playground.ui.links import requested_device
from playground.ui.state import Playground, editions

PART, TEACH = "part", "teach"  # of the URL's query: which part, counted from 1, and whether a teacher shows it
QUIZ, ROUND = "quiz", "round"  # of a quiz: its seed, and which round, counted from 1
CHEER = 8.0  # seconds that praise is on the page, as lesson.css fades it


@dataclass
class Workbench:
    """A bench in hand: its values now."""

    page: str
    bench: Bench
    values: dict[str, float]
    edition: int = field(default_factory=editions.__next__)  # of its sliders: new ones show what no hand has set
    opened: float = field(default_factory=time.monotonic)

    @property
    def reading(self) -> Reading:
        return self.bench.reading(self.values)

    def hear(self, moved: dict[str, float]) -> None:
        """What handles in the picture were moved to."""
        for name in moved.keys() & self.bench.controls.keys():
            self.values[name] = self.bench.controls[name].clamp(float(moved[name]))

    def put(self, values: dict[str, float]) -> None:
        """Set several values at once; the sliders follow."""
        self.edition = next(editions)
        self.values.update(values)


class Exam:
    """A quiz in hand: the answers so far, and the run of the round that is on."""

    def __init__(self, page: str, sheet: Sheet) -> None:
        self.page, self.sheet = page, sheet
        self.begin()

    def begin(self) -> None:
        """Play this round's run, its verdict kept back until the guess."""
        sheet, each = self.sheet, self.sheet.round
        run = paced(each.config, each.pace)
        self.here = Playground(
            f"{self.page}-{sheet.seed}-{sheet.number + 1}", each.experiment, each.config, run, charts=each.charts
        )
        self.here.hidden = sheet.guess is None
        self.rested = False  # whether the run has been stopped where there is enough to see


@dataclass
class News:
    """Praise for what has come true, and since when the page says it."""

    praises: list[str] = field(default_factory=list)
    since: float | None = None

    def add(self, praises: Sequence[str]) -> None:
        """Say these too, or instead of what has been said already."""
        if self.since is not None:
            self.praises, self.since = [], None
        self.praises += praises

    def said(self, now: float) -> Sequence[str]:
        """What to say at a time (s): the same for as long as it takes to read, however often the page is drawn meanwhile."""
        if self.praises and self.since is None:
            self.since = now
        return self.praises if self.since is not None and now - self.since < CHEER else ()


@dataclass
class Desk:
    """One part of one lesson, and what lives there."""

    name: str
    part: int
    live: Workbench | Exam | tuple[Playground, ...]
    troubles: list[str] = field(default_factory=list)  # what was wrong with the link that led here
    news: News = field(default_factory=News)
    opened: float = field(default_factory=time.monotonic)
    drawn: int = 0  # how often its whole page was

    @property
    def arriving(self) -> bool:
        """Whether its page is drawn for the first time: what moves alone, for a browser takes seconds for all the rest."""
        return self.drawn == 1

    @property
    def page(self) -> str:
        """The name of what is first drawn on it."""
        live = self.live[0] if isinstance(self.live, tuple) else self.live
        return live.here.page if isinstance(live, Exam) else live.page

    @property
    def lesson(self) -> Lesson:
        return LESSONS[self.name]

    @property
    def section(self) -> Section:
        return self.lesson.sections[self.part]

    def subject(self) -> Reading | Sheet | Seen | None:
        """What prompts are judged by; None before there is anything."""
        if isinstance(self.live, Workbench):
            return self.live.reading
        if isinstance(self.live, Exam):
            return self.live.sheet
        snapshots = [here.run.snapshot for here in self.live]
        first, *others = [each for each in snapshots if each is not None] or [None]
        if first is None or len(others) + 1 < len(snapshots) or any(here.run.building for here in self.live):
            return None
        did = frozenset().union(*({*here.acted, here.panel or ""} for here in self.live))
        return Seen(first, did, tuple(each for each in others if each is not None))


@dataclass
class Course:
    """A session's progress."""

    done: dict[str, dict[str, str]] = field(default_factory=dict)  # lesson → prompt's text → what was said to it
    answers: dict[str, int] = field(default_factory=dict)  # lesson → the answer given
    teaching: bool = False
    desk: Desk | None = None
    sheets: dict[str, Sheet] = field(default_factory=dict)  # by a quiz's page: how far it has come

    def finished(self, name: str) -> bool:
        """Whether all of a lesson is done and its question answered rightly."""
        lesson = LESSONS[name]
        answer = self.answers.get(name)
        right = answer is not None and lesson.question.answers[answer].right
        return right and len(self.done.get(name, {})) == len(lesson.prompts)

    def is_done(self, name: str, prompt: Prompt) -> bool:
        return prompt.text in self.done.get(name, {})

    def judge(self, desk: Desk) -> bool:
        """Note which prompts of this part have come true; whether one just has."""
        subject = desk.subject()
        if subject is None:
            return False
        open_ones = [prompt for prompt in desk.section.prompts if not self.is_done(desk.name, prompt)]
        true = [prompt for prompt in open_ones if prompt.done(subject)]
        if true:
            praises = {prompt.text: prompt.praised(subject) for prompt in true}
            self.done.setdefault(desk.name, {}).update(praises)
            desk.news.add(list(praises.values()))
        return bool(true)

    def go(self, name: str, part: int) -> None:
        """Put a part of a lesson on the desk, and away what lay there: what nobody looks at keeps no memory."""
        if self.desk is None or (self.desk.name, self.desk.part) != (name, part):
            self.desk = lay(name, part, {}, self.sheets)
            self.desk.drawn = 1  # the page around it is there

    def open(self, name: str, query: dict[str, str]) -> Desk:
        """The desk of a lesson: as it is, or as a link asks for it."""
        if self.desk is None or self.desk.name != name:
            wanted, teach = query.pop(PART, "1"), query.pop(TEACH, "")
            self.teaching = self.teaching or teach == "1"
            parts = len(LESSONS[name].sections)
            part = min(max(int(wanted) if wanted.isdecimal() else 1, 1), parts) - 1
            self.desk = lay(name, part, query, self.sheets)
            if wanted != str(part + 1):
                self.desk.troubles.append(f"This lesson has parts 1 to {parts}, not {wanted[:20]}.")
        return self.desk


def course() -> Course:
    """This session's."""
    return st.session_state.setdefault("course", Course())


def lay(name: str, part: int, query: dict[str, str], sheets: dict[str, Sheet]) -> Desk:
    """A desk with a part of a lesson, begun as a link asks."""
    section, page = LESSONS[name].sections[part], f"{name}-{part + 1}"
    if isinstance(section.live, Bench):
        values, troubles = valued(section.live, query)
        return Desk(name, part, Workbench(page, section.live, values), troubles)
    if isinstance(section.live, Quiz):
        return Desk(name, part, Exam(page, sheet_of(page, query, sheets)))
    troubles: list[str] = []
    lives: list[Playground] = []
    for i, game in enumerate(section.games):
        config, wrong = nearest(query, game.config)
        troubles += wrong
        run = paced(config, section.pace)
        lives.append(Playground(f"{page}-{i + 1}", game.experiment, config, run, charts=game.charts))
    lives[0].followers = tuple(lives[1:])
    return Desk(name, part, tuple(lives), list(dict.fromkeys(troubles)))


def paced(config: Config, pace: Pace) -> Run:
    """A run that plays at a pace."""
    run = Run(config, choose_device(requested_device()), pace=pace.speed, every=pace.every)
    run.play()
    return run


def sheet_of(page: str, query: dict[str, str], sheets: dict[str, Sheet]) -> Sheet:
    """A quiz as far as this session has come in it, or the one that a link asks for."""
    asked, number = query.get(QUIZ, "")[:9], query.get(ROUND, "")[:9]
    wanted = int(asked) if asked.isdecimal() else None
    if page not in sheets or wanted not in (None, sheets[page].seed):
        rng = np.random.default_rng()
        seed = int(rng.integers(1000, 10_000)) if wanted is None else wanted
        sheets[page] = Sheet(seed, min(max(int(number) - 1, 0), ROUNDS - 1) if number.isdecimal() else 0)
    return sheets[page]


def valued(bench: Bench, query: dict[str, str]) -> tuple[dict[str, float], list[str]]:
    """A bench's values as a query asks for them, and a sentence for each that could not be taken."""
    values, troubles = bench.start, []
    for name, text in query.items():
        try:
            values[name] = bench.controls[name].clamp(float(text))
        except KeyError:
            troubles.append(f"This figure has no {name[:40]!r}; it has {', '.join(bench.controls)}.")
        except ValueError:
            troubles.append(f"{name[:40]} must be a number, got {text[:40]!r}.")
    return values, troubles


def query_of(desk: Desk, *, teaching: bool) -> dict[str, str]:
    """The URL's query that opens this part as it now is."""
    query = {PART: str(desk.part + 1)} | ({TEACH: "1"} if teaching else {})
    if isinstance(desk.live, Workbench):
        start = desk.live.bench.start
        return query | {name: f"{value:g}" for name, value in desk.live.values.items() if value != start[name]}
    if isinstance(desk.live, Exam):  # which says nothing of the run that is to be diagnosed
        return query | {QUIZ: str(desk.live.sheet.seed), ROUND: str(desk.live.sheet.number + 1)}
    here, game = desk.live[0], desk.section.games[0]
    return query | here.config.to_params(game.config)


def put_all(heres: Sequence[Playground], game: Game, label: str) -> None:
    """Move the knobs of a game's button, in every game beside it too."""
    for here in heres:
        here.move(**game.buttons[label])
        here.run.play()
