"""The written-out gradients of the fast and the eager step are autograd's."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from playground.activations import ACTIVATIONS
from playground.config import KNOBS, Config
from playground.constraints import CONSTRAINTS
from playground.fast import layers, rules
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS
from playground.training import Diverged
from tests.conftest import configs
from tests.games import bare

SMALL = Config(
    data="two-gaussians",
    batch_size=12,
    generator_width=6,
    discriminator_width=7,
    generator_depth=2,
    discriminator_depth=2,
    discriminator_steps=2,
    generator_steps=2,
)
PATHS = ("fast", "eager")
LONG = pytest.mark.parametrize("iterations", [2, pytest.param(25, marks=pytest.mark.slow)])
SMALL_ENOUGH = {"batch_size": 40, "generator_width": 12, "discriminator_width": 12, "population": 3}
TRICKS = [name for name, knob in KNOBS.items() if knob.group == "tricks"]  # they play by autograd
GAMES = list(itertools.product(OBJECTIVES, CONSTRAINTS, ACTIVATIONS))


@pytest.fixture
def double() -> Iterator[None]:
    """Everything drawn and computed in float64."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def apart(config: Config, path: str, iterations: int) -> tuple[float, float]:
    """Largest relative distance of both players' weights, and of the losses, from those of autograd."""
    ours, reference = bare(config, path=path), bare(config, path="autograd")
    assert (ours.path, reference.path) == (path, "autograd")
    for _ in range(iterations):
        ours.iterate()
        reference.iterate()
    pairs = [(ours.generator, reference.generator), (ours.discriminator, reference.discriminator)]
    weights = max(far(a.flat.detach().numpy(), b.flat.detach().numpy()) for a, b in pairs)
    tables = (trainer.losses.columns(config.population - 1) for trainer in (ours, reference))
    return weights, max(far(a, b) for a, b in zip(*(table.values() for table in tables), strict=True))


def diverges(config: Config, path: str, iterations: int) -> bool:
    """Whether a run ends early."""
    try:
        trainer = bare(config, path=path)
        for _ in range(iterations):
            trainer.iterate()
    except Diverged:
        return True
    return False


def far(a: np.ndarray, b: np.ndarray) -> float:
    assert np.isfinite(a).all() and np.isfinite(b).all()  # max() may pass over a NaN
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-3))


@LONG
@pytest.mark.parametrize("path", ["fast", pytest.param("eager", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("objective", "constraint", "activation"), GAMES)
def test_every_game_is_autograds(
    double, path: str, objective: str, constraint: str, activation: str, iterations: int
) -> None:
    """In double precision: losses, and the weights after so many iterations of two updates for each player."""
    config = SMALL.with_(objective=objective, constraint=constraint, activation=activation)
    assert max(apart(config, path, iterations)) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("objective", "constraint", "activation"), GAMES)
def test_in_single_precision_too(path: str, objective: str, constraint: str, activation: str) -> None:
    """By gradient descent: where a gradient is zero, adaptive optimisers follow nothing but its rounding."""
    config = SMALL.with_(
        objective=objective,
        constraint=constraint,
        activation=activation,
        optimiser="sgd",
        discriminator_lr=0.01,
        generator_lr=0.01,
    )
    assert max(apart(config, path, 25)) < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_a_large_batch_is_played_in_parts(double, constraint: str, activation: str, depth: int) -> None:
    """Three parts of 208, 208 and 184 samples give the slopes of all 600, whatever the depth."""
    config = SMALL.with_(
        data="ring", batch_size=600, constraint=constraint, activation=activation, discriminator_depth=depth
    )
    assert max(apart(config, "fast", 3)) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("population", [1, 3])
def test_every_optimiser_for_every_member(double, path: str, optimiser: str, population: int) -> None:
    config = SMALL.with_(optimiser=optimiser, population=population, constraint="gradient-penalty", data="ring")
    assert max(apart(config, path, 50)) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=16)
@given(config=configs(SMALL_ENOUGH, usual=TRICKS, knobs=14))
def test_any_game_of_perceptrons(path: str, config: Config) -> None:
    if config.data == "mnist":
        config = config.with_(data="ring", players="mlp")
    torch.set_default_dtype(torch.float64)
    try:
        config = config.with_(
            generator_lr=min(config.generator_lr, 1e-3),
            discriminator_lr=min(config.discriminator_lr, 1e-3),
            beta2=max(
                config.beta2, 0.5
            ),  # with 0, Adam divides what it remembers of a unit that falls silent by nothing
        )
        if diverges(config, "autograd", 3):  # as strong penalties make it
            assert diverges(config, path, 3)
        else:
            assert max(apart(config, path, 3)) < 1e-5
    finally:
        torch.set_default_dtype(torch.float32)


def test_slopes_are_the_losses_derivatives() -> None:
    d_real, d_fake = (3 * torch.randn(200, dtype=torch.float64, requires_grad=True) for _ in range(2))
    for objective in OBJECTIVES.values():
        wanted = torch.autograd.grad(objective.discriminator(d_real, d_fake).sum(), (d_real, d_fake))
        for slope, want in zip(objective.discriminator_slopes(d_real, d_fake), wanted, strict=True):
            assert torch.allclose(slope, want)
        (want,) = torch.autograd.grad(objective.generator(d_real, d_fake).sum(), d_fake)
        assert torch.allclose(objective.generator_slope(d_real, d_fake), want)


def test_the_kernel_knows_every_name_or_leaves_it() -> None:
    assert set(rules.OBJECTIVES) == set(OBJECTIVES) and set(rules.OPTIMISERS) == set(OPTIMISERS)
    assert set(layers.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(rules.CONSTRAINTS) == set(CONSTRAINTS)
    assert bare(SMALL).path == "fast"


@pytest.mark.parametrize("path", PATHS)
def test_a_broken_weight_is_seen(path: str) -> None:
    for broken in (float("nan"), float("inf")):
        trainer = bare(SMALL.with_(objective="wasserstein"), path=path)
        trainer.discriminator.flat.data[0, 0] = broken
        with pytest.raises(Diverged, match="no longer a finite number"):
            trainer.iterate()
