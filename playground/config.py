"""`Config`: every hyper-parameter, declared once. Only names and numbers, so it compares, prints and travels in a URL."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Self

from playground.hyperparameters import DATA, Hyperparameters, digits_of
from playground.knob import Knob, Value
from playground.networks import PLAYERS
from playground.tricks import TrickKnobs, needs_autograd

__all__ = ["DATA", "KNOBS", "WORK_LIMIT", "Config", "Knob", "Value", "digits_of", "known", "nearest"]

WORK_LIMIT = 5e10  # a few seconds an iteration on one core: beyond it nothing moves
CALLS = 2e7  # multiplications in the time that autograd needs for an update of the smallest players


@dataclass(frozen=True)
class Config(TrickKnobs, Hyperparameters):
    """A game: its data, its players, its rules and its tricks. See each knob's help for its meaning and unit."""

    def __post_init__(self) -> None:
        for name, item in KNOBS.items():
            object.__setattr__(self, name, item.parse(name, getattr(self, name)))
        if self.data != "mnist" and self.players != "mlp":
            raise ValueError(f"players={self.players} draws images: it needs data=mnist, got data={self.data}")
        if self.data != "mnist" and self.labels:
            raise ValueError(f"condition={self.condition} asks for a digit: it needs data=mnist, got data={self.data}")
        if self.data == "mnist" and self.population > 1:
            raise ValueError(f"population must be 1 for data=mnist, got {self.population}")
        if self.work > WORK_LIMIT:
            raise ValueError(
                f"this game needs {self.work:.0e} multiplications an iteration, more than {WORK_LIMIT:.0e}: "
                "lower population, batch_size, the widths, the depths or the steps"
            )

    @property
    def work(self) -> float:
        """Multiplications of one iteration, roughly: forward and backward passes of both players."""
        generator, discriminator = PLAYERS[self.players](self, 784 + self.labels if self.data == "mnist" else 2)
        g, d = self.packing * generator.multiplications, discriminator.multiplications
        on_d, on_g = self.discriminator_steps, self.generator_steps
        ahead, agreed = on_g * self.unrolling, (on_d + on_g) * (self.consensus > 0)  # they differentiate twice
        passes = on_d * (g + 9 * d) + on_g * 3 * (g + d) + 30 * ahead * d + 14 * agreed * (g + d)
        work = float(self.population * self.batch_size * passes)
        return 3 * work + CALLS * (on_d + on_g + 2 * ahead + 2 * agreed) if needs_autograd(self) else work

    def with_(self, **changes: Value) -> Self:
        """This Config with some knobs changed."""
        return replace(self, **known(changes))

    def changed(self, since: "Config") -> dict[str, Value]:
        """The knobs, and their values here, that differ from another Config."""
        return {name: value for name, value in asdict(self).items() if value != getattr(since, name)}

    def restarts(self, since: "Config") -> bool:
        """Whether going from `since` to this Config moves a cold knob."""
        return any(not KNOBS[name].hot for name in self.changed(since))

    def to_text(self) -> str:
        """`key=value` for every knob off its default, one space between; `from_text` reads it back."""
        return " ".join(f"{name}={value}" for name, value in self.to_params().items())

    def to_params(self, base: "Config | None" = None) -> dict[str, str]:
        """Knobs that differ from `base` (default: the defaults) as texts, for a URL's query."""
        return {name: str(value) for name, value in self.changed(base or Config()).items()}

    def to_json(self) -> str:
        """All knobs as one JSON object."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str, base: "Config | None" = None) -> "Config":
        """A Config from `key=value` words."""
        return cls.from_words(text.split(), base)

    @classmethod
    def from_words(cls, words: Iterable[str], base: "Config | None" = None) -> "Config":
        """A Config from `key=value` words, each changing one knob of `base`."""
        changes: dict[str, str] = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals:
                raise ValueError(f"a setting is written key=value, got {word[:80]!r}")
            if name in changes:
                raise ValueError(f"{name} is set twice")
            changes[name] = value
        return cls.from_params(changes, base)

    @classmethod
    def from_params(cls, params: Mapping[str, object], base: "Config | None" = None) -> "Config":
        """A Config from names and values (texts allowed), each changing one knob of `base`."""
        return (base or cls()).with_(**known(params))  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """A Config from one JSON object; knobs left out keep their defaults."""
        try:
            params = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"a Config is a JSON object; this is not JSON: {error}") from None
        if not isinstance(params, dict):
            raise ValueError(f"a Config is a JSON object, got {type(params).__name__}")
        return cls.from_params(params)


KNOBS: dict[str, Knob] = {item.name: item.metadata["knob"] for item in fields(Config)}


def known(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters unchanged, or a ValueError that names one that is no knob and the nearest that are."""
    for name in params:
        if name not in KNOBS:
            near = get_close_matches(str(name), KNOBS, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"knobs: {', '.join(KNOBS)}"
            raise ValueError(f"there is no knob {str(name)[:80]!r}; {hint}")
    return dict(params)


def nearest(params: Mapping[str, object], base: Config) -> tuple[Config, list[str]]:
    """The nearest valid Config to `params`, and a sentence or two for each that could not be taken as it came."""
    changes: dict[str, Any] = {}
    troubles = []
    for name, value in params.items():
        try:
            known({name: value})
            changes[name] = KNOBS[name].parse(name, value)
        except ValueError as error:
            used = "Left it out."
            if name in KNOBS:
                changes[name] = KNOBS[name].nearest(value, getattr(base, name))
                used = f"Using {name}={changes[name]}."
            troubles.append(f"{sentence(error)} {used}")
    return together(changes, base, troubles)


def together(changes: dict[str, Any], base: Config, troubles: list[str]) -> tuple[Config, list[str]]:
    """`base` with all changes, or with as many as go together: those that come first, and a sentence for each other."""
    config, left, refused = base, changes, {}
    try:
        return base.with_(**changes), troubles
    except ValueError:
        pass
    while left:  # a change may need one that comes after it
        before, left = left, {}
        for name, value in before.items():
            try:
                config = config.with_(**{name: value})
            except ValueError as error:
                left[name], refused[name] = value, error
        if len(left) == len(before):
            break
    kept = [f"{sentence(refused[name])} Keeping {name}={getattr(config, name)}." for name in left]
    return config, troubles + kept


def sentence(error: ValueError) -> str:
    """What an error says, from a capital letter to a full stop; what begins with a knob's name keeps it as it is."""
    text = str(error)
    text = text if text.replace("=", " ").split()[0] in KNOBS else text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."
