"""`Config`: every hyper-parameter, declared once. Only names and numbers, so it compares, prints and travels in a URL."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Self

from playground.activations import ACTIVATIONS
from playground.constraints import CONSTRAINTS
from playground.distributions import DISTRIBUTIONS
from playground.knob import Knob, Value, knob
from playground.networks import LATENTS, PLAYERS
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS

DATA = (*DISTRIBUTIONS, "mnist")
WORK_LIMIT = 5e10  # a few seconds an iteration on one core: beyond it nothing moves


def shapes_data(name: str) -> Callable[["Config"], bool]:
    return lambda config: config.data in DISTRIBUTIONS and name in DISTRIBUTIONS[config.data].knobs


def constrains(name: str) -> Callable[["Config"], bool]:
    return lambda config: name in CONSTRAINTS[config.constraint].knobs


def is_mnist(config: "Config") -> bool:
    return config.data == "mnist"


def digits_of(text: str) -> tuple[int, ...]:
    """The digits that a text such as "1,7" or "all" names, ascending."""
    wanted = "0,1,2,3,4,5,6,7,8,9" if text == "all" else text
    parts = wanted.split(",")
    if not all(len(part) == 1 and part in "0123456789" for part in parts) or len(set(parts)) != len(parts):
        raise ValueError(f"digits must be all, or different digits with commas between, as in 1,7; got {text[:80]!r}")
    return tuple(sorted(int(part) for part in parts))


@dataclass(frozen=True)
class Config:
    """A game: its data, its players, its rules. See each knob's help for its meaning and unit."""

    # data
    data: str = knob("ring", "Data", "What the generator is to imitate.", "data", choices=DATA)
    modes: int = knob(8, "Modes", "How many peaks the data has.", "data", low=1, high=49, relevant=shapes_data("modes"))
    spread: float = knob(
        0.05,
        "Spread σ of a mode",
        "Standard deviation of each mode, in the units of the separation, before scaling.",
        "data",
        low=0.005,
        high=2.0,
        log=True,
        relevant=shapes_data("spread"),
    )
    separation: float = knob(
        2.0,
        "Separation",
        "Radius of the ring, step of the grid, distance of the modes: before scaling.",
        "data",
        low=0.0,
        high=10.0,
        relevant=shapes_data("separation"),
    )
    imbalance: float = knob(
        0.0,
        "Imbalance",
        "0: all modes weigh the same; .9: the rarest has a tenth of the commonest's mass.",
        "data",
        low=0.0,
        high=0.99,
        relevant=shapes_data("imbalance"),
    )
    digits: str = knob(
        "all",
        "Digits",
        "Which digits to learn: all, or a list such as 1,7.",
        "data",
        relevant=is_mnist,
        check=digits_of,
    )
    train_images: int = knob(
        0, "Training images", "Train on the first N images only; 0: all.", "data", low=0, high=60000, relevant=is_mnist
    )
    # players
    players: str = knob(
        "mlp",
        "Players",
        "Multi-layer perceptrons, or convolutions (images only) with resize or transposed upsampling.",
        "players",
        choices=tuple(PLAYERS),
        relevant=is_mnist,
    )
    generator_depth: int = knob(
        2,
        "Generator's hidden layers",
        "Hidden layers between latent and output.",
        "players",
        low=0,
        high=12,
        relevant=lambda config: config.players == "mlp",
    )
    generator_width: int = knob(
        64, "Generator's width", "Units in a hidden layer, or channels.", "players", low=1, high=512, log=True
    )
    discriminator_depth: int = knob(
        2,
        "Discriminator's hidden layers",
        "Hidden layers between data and output.",
        "players",
        low=0,
        high=12,
        relevant=lambda config: config.players == "mlp",
    )
    discriminator_width: int = knob(
        64, "Discriminator's width", "Units in a hidden layer, or channels.", "players", low=1, high=512, log=True
    )
    activation: str = knob(
        "relu", "Activation", "Between the layers of both players.", "players", choices=tuple(ACTIVATIONS)
    )
    latent_dim: int = knob(8, "Latent dimension", "How many numbers z has.", "players", low=1, high=256, log=True)
    latent: str = knob("normal", "Latent law", "The law of z.", "players", choices=tuple(LATENTS))
    # game
    objective: str = knob(
        "non-saturating", "Objective", "What each player minimises.", "game", hot=True, choices=tuple(OBJECTIVES)
    )
    constraint: str = knob(
        "none", "Constraint on D", "What keeps the discriminator smooth.", "game", hot=True, choices=tuple(CONSTRAINTS)
    )
    clip: float = knob(
        0.01,
        "Clip bound c",
        "Weights are cut to [-c, c] after each update.",
        "game",
        hot=True,
        low=1e-4,
        high=1.0,
        log=True,
        relevant=constrains("clip"),
    )
    penalty: float = knob(
        10.0,
        "Penalty weight λ",
        "Weight of the gradient penalty.",
        "game",
        hot=True,
        low=1e-3,
        high=1000.0,
        log=True,
        relevant=constrains("penalty"),
    )
    gradient_target: float = knob(
        1.0,
        "Slope wanted g",
        "Slope the gradient penalty pulls toward.",
        "game",
        hot=True,
        low=0.0,
        high=10.0,
        relevant=constrains("gradient_target"),
    )
    gamma: float = knob(
        1.0,
        "Penalty weight γ",
        "Weight of R1 or R2.",
        "game",
        hot=True,
        low=1e-3,
        high=100.0,
        log=True,
        relevant=constrains("gamma"),
    )
    discriminator_steps: int = knob(
        1, "Discriminator steps", "Updates of D per iteration; 0 freezes it.", "game", hot=True, low=0, high=20
    )
    generator_steps: int = knob(
        1, "Generator steps", "Updates of G per iteration; 0 freezes it.", "game", hot=True, low=0, high=20
    )
    optimiser: str = knob("adam", "Optimiser", "For both players.", "game", hot=True, choices=tuple(OPTIMISERS))
    discriminator_lr: float = knob(
        1e-3, "Discriminator's learning rate", "Step size of D.", "game", hot=True, low=1e-6, high=1.0, log=True
    )
    generator_lr: float = knob(
        1e-3, "Generator's learning rate", "Step size of G.", "game", hot=True, low=1e-6, high=1.0, log=True
    )
    beta1: float = knob(
        0.5,
        "Adam β₁",
        "Memory of the mean gradient.",
        "game",
        hot=True,
        low=0.0,
        high=0.999,
        relevant=lambda config: config.optimiser == "adam",
    )
    beta2: float = knob(
        0.999,
        "Adam β₂",
        "Memory of the squared gradient.",
        "game",
        hot=True,
        low=0.0,
        high=0.9999,
        relevant=lambda config: config.optimiser == "adam",
    )
    batch_size: int = knob(
        256, "Batch size", "Samples of each kind in an update.", "game", hot=True, low=1, high=2048, log=True
    )
    # run
    seed: int = knob(
        0, "Seed", "Of weights, data and noise; member i of a population has seed + i.", "run", low=0, high=2**31 - 1
    )
    population: int = knob(
        1,
        "Population",
        "Independent GANs that differ in their seed only, trained together.",
        "run",
        low=1,
        high=64,
        relevant=lambda config: config.data != "mnist",
    )

    def __post_init__(self) -> None:
        for name, item in KNOBS.items():
            object.__setattr__(self, name, item.parse(name, getattr(self, name)))
        if self.data != "mnist" and self.players != "mlp":
            raise ValueError(f"players={self.players} draws images: it needs data=mnist, got data={self.data}")
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
        generator, discriminator = PLAYERS[self.players](self, 784 if self.data == "mnist" else 2)
        g, d = generator.multiplications, discriminator.multiplications
        passes = self.discriminator_steps * (g + 9 * d) + self.generator_steps * 3 * (g + d)
        return float(self.population * self.batch_size * passes)

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
    """The nearest valid Config to `params`, and a sentence for each that could not be taken as it came."""
    changes: dict[str, Any] = {}
    troubles = []
    for name, value in params.items():
        try:
            known({name: value})
            changes[name] = KNOBS[name].parse(name, value)
        except ValueError as error:
            trouble = f"{error}."
            if name in KNOBS:
                changes[name] = KNOBS[name].nearest(value, getattr(base, name))
                trouble += f" Using {name}={changes[name]}."
            troubles.append(trouble)
    try:
        return base.with_(**changes), troubles
    except ValueError as error:
        return base, [*troubles, f"{error}. Using the page's own settings."]
