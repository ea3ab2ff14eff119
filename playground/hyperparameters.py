"""Every hyper-parameter of data, players, game and run: its range, its words, and where it matters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.activations import ACTIVATIONS
from playground.constraints import CONSTRAINTS
from playground.distributions import DISTRIBUTIONS
from playground.knob import knob
from playground.labels import LABEL
from playground.networks import LATENTS, PLAYERS
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS

if TYPE_CHECKING:
    from playground.config import Config

DATA = (*DISTRIBUTIONS, "mnist")
CONDITIONS = ("none", "digit")


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
class Hyperparameters:
    """A game's data, its players, its rules. See each knob's help for its meaning and unit."""

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
    train_samples: int = knob(
        0,
        "Training samples",
        "Train on N fixed samples only; 0: all images, or endless draws.",
        "data",
        low=0,
        high=60000,
    )
    # players
    condition: str = knob(
        "none",
        "Conditional on",
        "digit: the generator is asked for a digit and draws P(X | Y); the discriminator judges pairs of image and digit.",
        "players",
        choices=CONDITIONS,
        relevant=is_mnist,
    )
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

    @property
    def labels(self) -> int:
        """Numbers of the label beside each sample and each latent."""
        return LABEL if self.condition == "digit" else 0
