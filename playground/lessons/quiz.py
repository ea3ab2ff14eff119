"""A quiz of live runs: which run comes when, between which diagnoses to choose, and what was made of it."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from playground.config import Config
from playground.experiments import EXPERIMENTS
from playground.lessons.pace import Pace, pace

ROUNDS, CHOICES = 6, 4
SEEDS = 16  # of the games: those by which experiments are verified
LEAST = 100  # iterations after a cure before it can be called one
HEALTHY = "Healthy"
PAGES = ("1d", "2d")  # fast enough for a round
UNFIT = ("mode-collapse-1d", "ring-stuck", "two-time-scales")  # they collapse in ways that go by other names too


@dataclass(frozen=True)
class Case:
    """A diagnosis: the chart that shows it, its symptom, its lesson, and what else may be said of a run that has it.

    What else may be said is never among the wrong answers.
    """

    chart: str
    symptom: str
    lesson: str
    akin: tuple[str, ...] = ()  # other verdicts


COLLAPSE, FORGETS, STRONG, VANISHES = (
    "Mode collapse",
    "Catastrophic forgetting",
    "Generator too strong",
    "Vanishing gradient",
)
SWINGS, BY_HEART, STEEP, CLIPPED = (
    "Oscillation",
    "Discriminator overfitting",
    "Critic not 1-Lipschitz",
    "Clipping-bound critic",
)
CASES: dict[str, Case] = {
    COLLAPSE: Case(
        "modes",
        "The fakes crowd onto few of the modes, and the others stay empty.",
        "mode_collapse",
        (FORGETS, STRONG, SWINGS, "Mode hopping", "Mode dropping"),
    ),
    FORGETS: Case(
        "memory",
        "D sees through the fakes of now and takes those of before for real, so the generator can come back to them.",
        "mode_collapse",
        (COLLAPSE, STRONG, "Mode hopping", "Mode dropping"),
    ),
    STRONG: Case(
        "saturation",
        "D takes most fakes for real, though they lie far from the data: nobody is left to tell the generator so.",
        "balance_of_skill",
        (COLLAPSE, FORGETS, "Mode dropping"),
    ),
    VANISHES: Case(
        "signal",
        "D is sure of every fake, and what reaches the generator has fallen by powers of ten.",
        "vanishing_gradients",
        (COLLAPSE, "Mode dropping", "Discriminator too strong"),
    ),
    SWINGS: Case(
        "losses",
        "D takes real for fake and fake for real by turns, and the fakes swing to and fro without coming to rest.",
        "stability",
    ),
    BY_HEART: Case(
        "generalisation",
        "D calls the samples that it trains on real, but not fresh ones: it knows them by heart.",
        "mode_collapse",
        (HEALTHY, "Mode dropping"),
    ),
    STEEP: Case(
        "slopes",
        "A critic, whose output is no probability, is steeper than 1: its estimate is several times the distance.",
        "lipschitz",
        (COLLAPSE, "Exploding gradient"),
    ),
    CLIPPED: Case(
        "weights",
        "Most of the critic's weights lie at their bounds, where they carry a sign and no more.",
        "lipschitz",
        (COLLAPSE, VANISHES, "Mode dropping"),
    ),
    HEALTHY: Case(
        "distances",
        "Every mode has its share, and the distance comes down to where real samples are from one another.",
        "wasserstein_loss",
        (STEEP,),
    ),
}


@lru_cache
def shown_by(diagnosis: str) -> tuple[str, ...]:
    """The experiments that a run with this diagnosis can be."""
    if diagnosis == HEALTHY:
        return ("ring-wgan-gp",)
    fit = {name: each for name, each in EXPERIMENTS.items() if each.page in PAGES and name not in UNFIT}
    return tuple(name for name, each in fit.items() if each.failure == diagnosis)


@dataclass(frozen=True)
class Round:
    """One run to be diagnosed, and the diagnoses to choose from."""

    diagnosis: str
    experiment: str
    seed: int
    choices: tuple[str, ...]

    @property
    def config(self) -> Config:
        """With which its run starts."""
        return EXPERIMENTS[self.experiment].config.with_(seed=self.seed)

    @property
    def shows(self) -> int:
        """The iteration by which there is enough to see."""
        return EXPERIMENTS[self.experiment].iterations

    @property
    def pace(self) -> Pace:
        """At which it can be watched."""
        return pace(self.shows)

    @property
    def hint(self) -> str:
        """What to look at."""
        return EXPERIMENTS[self.experiment].watch

    @property
    def charts(self) -> tuple[str, ...]:
        """Those that tell the choices apart, and so give none of them away."""
        return tuple(dict.fromkeys(CASES[choice].chart for choice in self.choices))


@lru_cache
def deal(seed: int) -> tuple[Round, ...]:
    """The rounds of one quiz, each with another diagnosis."""
    rng = np.random.default_rng(seed)
    return tuple(dealt(str(diagnosis), rng) for diagnosis in rng.permutation(list(CASES))[:ROUNDS])


def dealt(diagnosis: str, rng: np.random.Generator) -> Round:
    """A round with this diagnosis."""
    others = [each for each in CASES if each != diagnosis and each not in CASES[diagnosis].akin]
    choices = [diagnosis, *rng.choice(others, CHOICES - 1, replace=False)]
    experiment = str(rng.choice(shown_by(diagnosis)))
    return Round(diagnosis, experiment, int(rng.integers(SEEDS)), tuple(map(str, rng.permutation(choices))))


@dataclass(frozen=True)
class Quiz:
    """What lives in a section that asks for diagnoses."""


@dataclass
class Sheet:
    """One learner's quiz: which round is on, and what was made of each so far."""

    seed: int
    number: int = 0  # of the round, from 0
    guesses: dict[int, str] = field(default_factory=dict)  # by round
    hints: set[int] = field(default_factory=set)  # rounds with a hint
    cured: dict[int, int] = field(default_factory=dict)  # by round: the iteration of the cure
    recovered: set[int] = field(default_factory=set)  # rounds in which the cure has helped

    @property
    def round(self) -> Round:
        """The one that is on."""
        return deal(self.seed)[self.number]

    @property
    def guess(self) -> str | None:
        """What was said in this round."""
        return self.guesses.get(self.number)

    @property
    def over(self) -> bool:
        """Whether the last round's guess is given."""
        return self.number == ROUNDS - 1 and self.guess is not None

    def right(self, number: int) -> bool:
        """Whether a round was guessed, and rightly."""
        return self.guesses.get(number) == deal(self.seed)[number].diagnosis

    @property
    def score(self) -> int:
        return sum(map(self.right, range(ROUNDS)))

    @property
    def streak(self) -> int:
        """The longest row of right guesses."""
        longest = row = 0
        for number in range(ROUNDS):
            row = row + 1 if self.right(number) else 0
            longest = max(longest, row)
        return longest

    @property
    def missed(self) -> tuple[str, ...]:
        """Diagnoses that were not found."""
        return tuple(deal(self.seed)[number].diagnosis for number in sorted(self.guesses) if not self.right(number))

    def answer(self, diagnosis: str) -> None:
        """Note a guess; the first one counts."""
        self.guesses.setdefault(self.number, diagnosis)

    def go_on(self) -> None:
        """To the next round, or after the last one to another quiz."""
        if self.number < ROUNDS - 1:
            self.number += 1
        else:
            self.seed, self.number = self.seed + 1, 0
            for kept in (self.guesses, self.hints, self.cured, self.recovered):
                kept.clear()

    def note(self, iteration: int, *, ill: bool) -> None:
        """Note how a run does that may have been cured."""
        if self.number in self.cured and not ill and iteration >= self.cured[self.number] + LEAST:
            self.recovered.add(self.number)


def said(round_: Round, guess: str, verdict: str) -> str:
    """What there is to say to a guess, in Markdown: right or wrong, why, and why the app's verdict may be another."""
    true, case = round_.diagnosis, CASES[round_.diagnosis]
    parts = [f"**Right: {true}.** {case.symptom}" if guess == true else f"**No, this is: {true}.** {case.symptom}"]
    if guess != true:
        parts.append(f"*{guess}* would look like this: {lowered(CASES[guess].symptom)}")
    if verdict in case.akin:
        parts.append(f"By its last measurements alone the app calls it *{verdict}*: the two often come together.")
    return "  \n".join(parts)


def lowered(sentence: str) -> str:
    """A sentence as it stands after a colon; D keeps its capital."""
    return sentence if sentence.startswith("D ") else sentence[0].lower() + sentence[1:]


CLOSING = {  # from this score on
    0: "The symptoms are still new to you. Read again what you missed, then try six others.",
    3: "You know half of the ward and more. The rest is a lesson away.",
    5: "You read a sick GAN as a doctor reads a chart.",
}


def closing(score: int) -> str:
    """The sentence at the end."""
    return f"**{score} of {ROUNDS}.** {CLOSING[max(least for least in CLOSING if least <= score)]}"
