"""What keeps a discriminator smooth does what its paper says, exactly where that can be written down."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.linalg import svdvals

from playground.config import KNOBS, Config
from playground.constraints import CONSTRAINTS, SpectralNorm, flat, norm, squared_slope
from playground.images import ConvDiscriminator
from playground.networks import MLP, Network, flatten, unflatten
from tests.conftest import rng

PENALTIES = [name for name, constraint in CONSTRAINTS.items() if constraint.penalty is not None]
SLOPES = st.lists(st.floats(-5, 5), min_size=1, max_size=4).filter(lambda w: math.hypot(*w) > 1e-3)


def population(network: Network, members: int = 3, dtype: torch.dtype = torch.float64) -> list[Tensor]:
    """Freshly drawn weights of several members."""
    rows = torch.stack([flatten(network.init(rng(seed))) for seed in range(members)])
    return unflatten(rows.to(dtype), network.shapes)


def penalty(name: str, w: list[float], config: Config) -> Tensor:
    """The penalty of the linear critic w·x at every point, (1, 6)."""
    slope = torch.tensor(w, dtype=torch.float64)
    x = torch.randn(1, 6, len(w), dtype=torch.float64, generator=rng())
    made = CONSTRAINTS[name].penalty
    assert made is not None
    return made(squared_slope(lambda x: x @ slope, x), config)


@given(SLOPES, st.floats(0, 10), st.floats(1e-3, 1000))
def test_gradient_penalty_of_a_linear_critic_is_exact(w: list[float], target: float, weight: float) -> None:
    config = Config(penalty=weight, gradient_target=target)
    length = math.hypot(*w)
    assert penalty("gradient-penalty", w, config).numpy() == pytest.approx(weight * (length - target) ** 2, abs=1e-4)
    one_sided = weight * max(0, length - target) ** 2
    assert penalty("gradient-penalty-one-sided", w, config).numpy() == pytest.approx(one_sided, abs=1e-4)


@given(SLOPES, st.floats(1.001, 2))
def test_the_one_sided_penalty_forgives_gentle_slopes(w: list[float], room: float) -> None:
    config = Config(penalty=1000.0, gradient_target=min(10.0, room * math.hypot(*w)))
    assert config.gradient_target < math.hypot(*w) or not penalty("gradient-penalty-one-sided", w, config).any()


@pytest.mark.parametrize("name", ["r1", "r2"])
@given(w=SLOPES, gamma=st.floats(1e-3, 100))
def test_r1_and_r2_of_a_linear_critic_are_exact(name: str, w: list[float], gamma: float) -> None:
    assert penalty(name, w, Config(gamma=gamma)).numpy() == pytest.approx(gamma / 2 * math.hypot(*w) ** 2)


@given(st.floats(0, 1))
def test_r1_looks_at_reals_r2_at_fakes_and_gradient_penalties_between(u: float) -> None:
    real, fake = torch.randn(2, 5, 2, generator=rng()), torch.randn(2, 5, 2, generator=rng(1))
    at = {name: CONSTRAINTS[name].at for name in PENALTIES}
    points = {name: place(real, fake, torch.full((2, 5, 1), u)) for name, place in at.items() if place is not None}
    assert points.keys() == set(PENALTIES)
    assert torch.equal(points["r1"], real) and torch.equal(points["r2"], fake)
    for name in ("gradient-penalty", "gradient-penalty-one-sided"):
        assert torch.allclose(points[name], u * real + (1 - u) * fake, atol=1e-6)


@given(st.floats(0, 1e6))
def test_the_norm_has_a_finite_slope_everywhere(square: float) -> None:
    x = torch.tensor(square, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(norm(x), x)
    assert math.isfinite(float(slope)) and norm(x).item() == pytest.approx(math.sqrt(square), abs=2e-6)


@given(st.floats(1e-4, 1), st.integers(0, 100))
def test_clipping_bounds_every_weight_and_moves_no_other(bound: float, seed: int) -> None:
    before = torch.randn(2, 50, generator=rng(seed))
    after, project = before.clone(), CONSTRAINTS["clip"].project
    assert project is not None
    project(after, Config(clip=bound))
    assert after.abs().max() <= np.float32(bound)
    inside = before.abs() <= bound
    assert torch.equal(after[inside], before[inside]) and torch.equal(after.sign(), before.sign())


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penaltys_gradient_toward_the_weights_equals_finite_differences(name: str) -> None:
    network = MLP((2, 4, 3, 1), "tanh", steep=True)
    weights = torch.cat([w.flatten(1) for w in population(network, 2)], 1).requires_grad_()
    x = torch.randn(2, 5, 2, dtype=torch.float64, generator=rng(9))
    made, config = CONSTRAINTS[name].penalty, Config(gradient_target=0.1)
    assert made is not None

    def cost(weights: Tensor) -> Tensor:
        d = squared_slope(lambda x: network(unflatten(weights, network.shapes), x)[..., 0], x)
        return made(d, config).mean(1)

    assert torch.autograd.gradcheck(cost, weights)


def test_squared_slopes_are_those_of_finite_differences() -> None:
    network = MLP((2, 8, 1), "tanh", steep=True)
    weights = population(network)
    x = torch.randn(3, 5, 2, dtype=torch.float64, generator=rng())
    h = 1e-6

    def d(x: Tensor) -> Tensor:
        return network(weights, x)[..., 0]

    steps = [h * torch.eye(2, dtype=torch.float64)[axis] for axis in range(2)]
    slopes = torch.stack([(d(x + step) - d(x - step)) / (2 * h) for step in steps], -1)
    assert torch.allclose(squared_slope(d, x), slopes.square().sum(-1), rtol=1e-6)


# --- spectral normalisation -------------------------------------------------------------------------------------------

NETWORKS: dict[str, Network] = {
    "mlp": MLP((2, 64, 64, 1), "relu", steep=True),
    "linear": MLP((2, 1), "relu"),
    "narrow": MLP((2, 1, 5, 1), "tanh"),
    "convolutions": ConvDiscriminator(4, "leaky-relu"),
}


def arrived(network: Network, weights: list[Tensor]) -> SpectralNorm:
    """Power iteration after as many rounds as a short training would give it."""
    spectral = SpectralNorm(network.kernels, weights)
    for _ in range(300):
        spectral.refine(weights)
    return spectral


@pytest.mark.parametrize("name", NETWORKS)
def test_normalised_kernels_have_a_largest_singular_value_of_one(name: str) -> None:
    network = NETWORKS[name]
    weights = population(network, dtype=torch.float32)
    for kernel in (arrived(network, weights)(weights)[i] for i in network.kernels):
        assert (svdvals(flat(kernel))[:, 0] - 1).abs().max() < 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_the_first_step_already_sees_kernels_of_about_one(name: str) -> None:
    network = NETWORKS[name]
    weights = population(network, dtype=torch.float32)
    normalised = SpectralNorm(network.kernels, weights)(weights)
    assert max(float((svdvals(flat(normalised[i]))[:, 0] - 1).abs().max()) for i in network.kernels) < 0.03


@pytest.mark.parametrize("name", NETWORKS)
def test_members_are_normalised_each_alone(name: str) -> None:
    network = NETWORKS[name]
    weights = population(network)
    together = SpectralNorm(network.kernels, weights)
    for member in range(3):
        only = slice(member, member + 1)
        alone = [w[only] for w in weights]
        separate = SpectralNorm(network.kernels, alone)(alone)
        for w, ours, theirs in zip(weights, together(alone, only), separate, strict=True):
            assert torch.allclose(ours, theirs, rtol=1e-9) and ours.shape == (1, *w.shape[1:])


def test_biases_pass_spectral_normalisation_unchanged() -> None:
    network = NETWORKS["mlp"]
    weights = population(network)
    normalised = SpectralNorm(network.kernels, weights)(weights)
    for i, (before, after) in enumerate(zip(weights, normalised, strict=True)):
        assert (before is after) == (i not in network.kernels)


def test_power_iteration_follows_weights_that_move() -> None:
    network = NETWORKS["mlp"]
    weights = population(network)
    spectral = SpectralNorm(network.kernels, weights)
    for step in range(200):
        weights = [w + 0.01 * torch.randn(w.shape, dtype=w.dtype, generator=rng(step)) for w in weights]
        spectral.refine(weights)
    largest = [float((svdvals(flat(spectral(weights)[i]))[:, 0] - 1).abs().max()) for i in network.kernels]
    assert max(largest) < 0.05


def test_a_normalised_relu_network_is_one_lipschitz() -> None:
    network = NETWORKS["mlp"]
    weights = population(network)
    spectral = arrived(network, weights)
    x = 3 * torch.randn(3, 500, 2, dtype=torch.float64, generator=rng(2))
    slopes = squared_slope(lambda x: network(spectral(weights), x)[..., 0], x).sqrt()
    assert slopes.max().item() <= 1 + 1e-6


def test_the_gradient_through_spectral_normalisation_is_that_of_the_true_one() -> None:
    """Miyato et al. 2018, section 2.1: with the singular vectors held constant, σ still has its true derivative."""
    network = MLP((2, 4, 3, 1), "tanh", steep=True)
    weights = [w.detach().requires_grad_() for w in population(network)]
    spectral = arrived(network, weights)
    x = torch.randn(3, 7, 2, dtype=torch.float64, generator=rng(3))
    exact = [w / svdvals(w)[:, :1, None] if i in network.kernels else w for i, w in enumerate(weights)]
    ours = torch.autograd.grad(network(spectral(weights), x).square().sum(), weights)
    true = torch.autograd.grad(network(exact, x).square().sum(), weights)
    for a, b in zip(ours, true, strict=True):
        assert torch.allclose(a, b, rtol=1e-6, atol=1e-9)


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraints_knobs_exist_are_hot_and_shown_with_it_only(name: str) -> None:
    for knob in CONSTRAINTS[name].knobs:
        assert KNOBS[knob].hot and KNOBS[knob].relevant(Config(constraint=name))
        assert not KNOBS[knob].relevant(Config(constraint="none"))


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_every_constraint_acts_somewhere_and_cites_its_paper(name: str) -> None:
    constraint = CONSTRAINTS[name]
    acts = constraint.penalty is not None or constraint.project is not None or constraint.normalise
    assert acts == (name != "none") and (constraint.penalty is None) == (constraint.at is None)
    assert name == "none" or "https://arxiv.org/abs/" in constraint.source
