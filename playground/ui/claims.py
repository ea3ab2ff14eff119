"""What an experiment claims and what was seen of it, in words: its checks, its cure, and the record of their verification."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.config import KNOBS, Config, Value, digits_of
from playground.constraints import CONSTRAINTS
from playground.distributions import DISTRIBUTIONS
from playground.experiments import CURE, Check, Experiment
from playground.metrics import METRICS
from playground.objectives import OBJECTIVES
from playground.verify import QUANTITIES, words

CALCULATED = "by calculation"  # no seeds
EVENTS = {"diverged": "The run diverges"}  # quantities that happen or do not, so that a bound would say nothing more
Record = Mapping[str, Any]  # by experiment: games, seconds, held, findings


@dataclass(frozen=True)
class Claim:
    """One thing that must be observed, and the value of each seed that was tried; none where nobody has."""

    where: str  # what it is observed of, in words; "" for the experiment itself
    text: str
    observed: tuple[float, ...] = ()
    good: tuple[bool, ...] = ()
    unit: str = ""

    @property
    def seen(self) -> str:
        """What was observed, in words; nothing if nobody has looked."""
        if not self.observed:
            return ""
        if self.where == CALCULATED:
            return f"calculated: {number(self.observed[0])}{self.unit}"
        return f"seen on {sum(self.good)} of {len(self.good)} seeds{self._middle}"

    @property
    def _middle(self) -> str:
        known = sorted(value for value in self.observed if not math.isnan(value))
        if not known or self.text in EVENTS.values():
            return ""
        half = len(known) // 2
        return f": median {number((known[half] + known[-1 - half]) / 2)}{self.unit}"


def is_of(experiment: Experiment, known: Record) -> bool:
    """Whether what is known was seen of an experiment's games as they are today."""
    return known.get("games") == experiment.games


def claims(name: str, experiment: Experiment, seen_before: Record) -> list[Claim]:
    """All claims of an experiment; a finding of other games or of other checks than today's is none."""
    known = seen_before.get(name, {})
    findings = known["findings"] if is_of(experiment, known) else []
    exact, sampled = findings[: len(findings) - len(experiment.checks)], findings[-len(experiment.checks) :]
    same = [(each["variant"], each["quantity"], each["expected"]) for each in sampled] == [
        (each.of, words(each.quantity), each.expected) for each in experiment.checks
    ]
    seen = [tuple(each["observed"]) for each in sampled] if same else [()] * len(experiment.checks)
    calculated = [calculation(each) for each in exact if each["variant"] == "exact"]
    return calculated + [
        claim(experiment, check, values) for check, values in zip(experiment.checks, seen, strict=True)
    ]


def calculation(finding: Mapping[str, Any]) -> Claim:
    """An exact result: it has no seeds."""
    text = f"{capital(finding['quantity'])}: {finding['expected']}"
    return Claim(CALCULATED, text, tuple(finding["observed"]), (bool(finding["verdict"]),))


def claim(experiment: Experiment, check: Check, observed: tuple[float, ...]) -> Claim:
    """One check in words, with each seed's value (seeds,)."""
    good = tuple(check.holds(value) for value in observed)
    if check.quantity in EVENTS:
        return Claim(where(check.of), EVENTS[check.quantity], observed, good)
    if check.quantity == "modes":
        total = modes(config_of(experiment, check.of))
        text = f"All {total} modes" if check.low == total else f"{capital(bounds(check))} of {total} modes"
        return Claim(where(check.of), text, observed, good, f" of {total}")
    return Claim(where(check.of), f"{capital(quantity(check))}: {bounds(check)}", observed, good)


def quantity(check: Check) -> str:
    """What is bounded."""
    name = check.quantity
    return QUANTITIES[name].words if name in QUANTITIES else METRICS[name].title


def bounds(check: Check) -> str:
    """A check's bounds as one says them."""
    low, high = number(check.low), number(check.high)
    if check.low == check.high:
        return f"exactly {low}"
    if math.isinf(check.low):
        return f"at most {high}"
    return f"at least {low}" if math.isinf(check.high) else f"between {low} and {high}"


def where(variant: str) -> str:
    """What a check is read from, in words."""
    return "after the cure" if variant == CURE else variant


def config_of(experiment: Experiment, variant: str) -> Config:
    return experiment.cured if variant == CURE else experiment.variant(variant)


def modes(config: Config) -> int:
    """How many modes there are to be found."""
    if config.data == "mnist":
        return len(digits_of(config.digits))
    return DISTRIBUTIONS[config.data].build(config.modes, config.spread, config.separation, config.imbalance).modes


def number(value: float) -> str:
    """Three digits: 0.412, 25, 1,370, −3.2·10⁶."""
    return "none" if math.isnan(value) else f"{'−' if value < 0 else ''}{size(abs(value))}"


def size(value: float) -> str:
    """A number that is not negative, in words of three digits, or of two and a power of ten."""
    if math.isinf(value):
        return "∞"
    if value == 0 or 1e-3 <= value < 999.5:
        return f"{value:.3g}"
    if 999.5 <= value < 1e6:
        return f"{float(f'{value:.3g}'):,.0f}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits.removesuffix('.0')}·10{str(int(power)).translate(SUPERSCRIPT)}"


SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def remedy(experiment: Experiment) -> str:
    """A cure in a few words: the new objective and constraint, or else the knobs that it moves."""
    moved = experiment.cured.changed(experiment.config) or dict(experiment.cure)
    return ", ".join(
        [*rules(moved, experiment.cured)] or [f"{symbol(name)} = {spelled(value)}" for name, value in moved.items()]
    )


def rules(moved: Mapping[str, Value], cured: Config) -> Iterator[str]:
    """The objective and the constraint with its weight, if they are among the moved knobs."""
    if "objective" in moved:
        yield OBJECTIVES[cured.objective].title
    if "constraint" in moved:
        constraint = CONSTRAINTS[cured.constraint]
        weights = [f"{symbol(name)} = {spelled(getattr(cured, name))}" for name in constraint.knobs[:1]]
        yield " ".join([in_a_sentence(constraint.title), *weights])


def spelled(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def symbol(name: str) -> str:
    """The letter that a knob has in formulas; its label if it has none."""
    label = KNOBS[name].label
    letter = label.split()[-1]
    return letter if len(letter) == 1 else in_a_sentence(label)


def in_a_sentence(title: str) -> str:
    """A title amid a sentence: without its capital, unless it is a name such as R1."""
    return title if title[:2].upper() == title[:2] else title[0].lower() + title[1:]


def capital(text: str) -> str:
    """With a capital, unless it begins with a letter of a formula."""
    return text[0].upper() + text[1:] if text[:2].isalpha() else text
