"""What a lesson is: a few sections, each words beside something live, with prompts that are checked and a question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.config import Config, Value
from playground.experiments import EXPERIMENTS
from playground.lessons.bench import Bench
from playground.lessons.pace import Pace, pace
from playground.lessons.quiz import Quiz
from playground.snapshot import Snapshot


@dataclass(frozen=True)
class Seen:
    """What a prompt about a game is judged by."""

    snapshot: Snapshot
    did: frozenset[str] = frozenset()  # buttons that were pressed on this page, and panels that are open
    others: tuple[Snapshot, ...] = ()  # of the games beside it, in their order

    @property
    def config(self) -> Config:
        """The game's."""
        return self.snapshot.config

    def last(self, name: str) -> float:
        """A metric's newest number; NaN before there is one."""
        return self.snapshot.last(name)


@dataclass(frozen=True)
class Prompt:
    """Something to try, and how the page knows that it was done and what came of it.

    Of a bench, `done` and `praise` are asked about its `Reading`; of a quiz, about its `Sheet`; of a game, about what is
    `Seen`. `moves` are the values or knobs that the text asks for, `presses` the buttons before them, so that a test can do
    what the text says. A game's outcome comes `within` so many iterations of the moves, which come after `after` iterations
    from the section's start with the knobs `given`, as an earlier prompt left them.
    """

    text: str
    praise: str | Callable[[Any], str]
    ideas: tuple[str, ...]
    done: Callable[[Any], bool]
    moves: Mapping[str, Value] = field(default_factory=dict)
    presses: tuple[str, ...] = ()
    given: Mapping[str, Value] = field(default_factory=dict)
    after: int = 0
    within: int = 0

    def praised(self, seen: Any) -> str:
        """What to say once it is done."""
        return self.praise if isinstance(self.praise, str) else self.praise(seen)


@dataclass(frozen=True)
class Game:
    """A game that plays by itself: an experiment, with some knobs moved, and what of it is shown.

    `knobs` are those a hand may move, `buttons` sets of them under a name each; `panels` of the playground can be opened.
    """

    experiment: str
    moved: Mapping[str, Value] = field(default_factory=dict)
    knobs: tuple[str, ...] = ()
    buttons: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    charts: tuple[str, ...] = ("losses", "saturation")
    panels: tuple[str, ...] = ()
    title: str = ""  # above it, where several stand side by side

    @property
    def config(self) -> Config:
        """With which it starts."""
        return EXPERIMENTS[self.experiment].config.with_(**self.moved)


@dataclass(frozen=True)
class Section:
    """Words, a formula in LaTeX, and what lives beside them: a bench, games that start alike, or a quiz of live runs."""

    title: str
    words: str  # Markdown; [[term]] or [[shown|term]] has its definition in the glossary
    live: Bench | Game | tuple[Game, ...] | Quiz
    prompts: tuple[Prompt, ...] = ()
    formula: str = ""
    symbols: str = ""  # what the formula's letters mean, in Markdown

    @property
    def games(self) -> tuple[Game, ...]:
        """Its games, the first of them the one that prompts are about."""
        if isinstance(self.live, Bench | Quiz):
            return ()
        return self.live if isinstance(self.live, tuple) else (self.live,)

    @property
    def pace(self) -> Pace:
        """At which its games can be watched: what its prompts promise is a story."""
        return pace(max((prompt.after + prompt.within for prompt in self.prompts), default=0))


@dataclass(frozen=True)
class Answer:
    """One answer to a question, and what to say to whoever gives it."""

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A check of understanding with exactly one right answer."""

    text: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        if sum(answer.right for answer in self.answers) != 1:
            raise ValueError(f"a question has one right answer, this one has another number of them: {self.text}")


@dataclass(frozen=True)
class Lesson:
    """One page of the course."""

    title: str
    lead: str  # what it is about, in a sentence or two
    sections: tuple[Section, ...]
    question: Question
    sources: tuple[str, ...]  # name, address
    notes: str  # for who presents it

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Of all sections, in order."""
        return tuple(prompt for section in self.sections for prompt in section.prompts)

    @property
    def text(self) -> str:
        """All that it says to a reader, for those who look for terms and numbers in it."""
        said = [self.lead, self.question.text]
        for section in self.sections:
            said += [section.title, section.words, section.symbols, *(prompt.text for prompt in section.prompts)]
        for answer in self.question.answers:
            said += [answer.text, answer.feedback]
        return "\n".join(said)
