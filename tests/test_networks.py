"""Players with a population axis compute what ordinary networks compute, member by member."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from playground.activations import ACTIVATIONS
from playground.config import Config
from playground.constraints import squared_slope
from playground.networks import LATENTS, MLP, PLAYERS, Network, flatten, unflatten
from tests.conftest import rng

MODULES: dict[str, nn.Module] = {
    "relu": nn.ReLU(),
    "leaky-relu": nn.LeakyReLU(0.2),
    "tanh": nn.Tanh(),
}


def population(network: Network, members: int = 3, dtype: torch.dtype = torch.float64) -> list[Tensor]:
    rows = torch.stack([flatten(network.init(rng(seed))) for seed in range(members)])
    return unflatten(rows.to(dtype), network.shapes)


def sequential(network: MLP, weights: list[Tensor], member: int) -> nn.Sequential:
    """The torch.nn network with one member's weights."""
    layers: list[nn.Module] = []
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        linear = nn.Linear(kernel.shape[1], kernel.shape[2], dtype=kernel.dtype)
        linear.load_state_dict({"weight": kernel[member].T, "bias": bias[member, 0]})
        layers += [linear, MODULES[network.activation]]
    layers[-1] = nn.Tanh() if network.bounded else nn.Identity()
    return nn.Sequential(*layers)


def pair(players: str) -> tuple[Network, Network]:
    data = "ring" if players == "mlp" else "mnist"
    config = Config(data=data, players=players, generator_width=4, discriminator_width=4, latent_dim=3)
    return PLAYERS[players](config, 2 if players == "mlp" else 784)


def test_every_activation_has_a_twin_in_torch() -> None:
    assert MODULES.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("bounded", [False, True])
@pytest.mark.parametrize("hidden", [(), (7,), (7, 5, 3)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_member_is_the_sequential_network_of_its_weights(activation: str, hidden: tuple, bounded: bool) -> None:
    network = MLP((4, *hidden, 2), activation, bounded)
    weights = population(network)
    x = torch.randn(3, 10, 4, dtype=torch.float64, generator=rng(1))
    y = network(weights, x)
    for member in range(3):
        assert torch.allclose(y[member], sequential(network, weights, member)(x[member]), rtol=1e-10)


def test_members_do_not_see_each_other() -> None:
    for network, dim in zip(pair("mlp"), (3, 2), strict=True):
        weights = population(network, dtype=torch.float32)
        x = torch.randn(3, 4, dim, generator=rng(1))
        y = network(weights, x)
        for member in range(3):
            only = slice(member, member + 1)
            assert torch.allclose(network([w[only] for w in weights], x[only])[0], y[member], atol=1e-5)


@pytest.mark.parametrize("players", PLAYERS)
def test_parameters_survive_flattening(players: str) -> None:
    for network in pair(players):
        weights = network.init(rng())
        assert tuple(tuple(w.shape) for w in weights) == tuple(network.shapes)
        back = unflatten(torch.stack([flatten(weights)] * 2), network.shapes)
        assert all(torch.equal(again[1], w) for again, w in zip(back, weights, strict=True))


@given(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5), st.integers(1, 3)
)
def test_unflattened_rows_flatten_to_themselves(shapes: list[tuple[int, ...]], members: int) -> None:
    rows = torch.randn(members, sum(math.prod(shape) for shape in shapes), generator=rng())
    parts = unflatten(rows, shapes)
    assert [tuple(part.shape) for part in parts] == [(members, *shape) for shape in shapes]
    for member in range(members):
        assert torch.equal(flatten([part[member] for part in parts]), rows[member])


@pytest.mark.parametrize("players", PLAYERS)
def test_kernels_are_the_parameters_that_multiply(players: str) -> None:
    for network in pair(players):
        assert network.kernels and all(len(network.shapes[i]) >= 2 for i in network.kernels)
        sizes = [math.prod(network.shapes[i]) for i in range(len(network.shapes)) if i not in network.kernels]
        assert sum(sizes) < sum(math.prod(network.shapes[i]) for i in network.kernels)
        assert network.multiplications >= sum(math.prod(network.shapes[i]) for i in network.kernels)


def test_an_mlp_multiplies_each_weight_once_a_sample() -> None:
    assert MLP((3, 5, 2), "relu").multiplications == 3 * 5 + 5 * 2


# --- fresh weights ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("players", PLAYERS)
def test_equal_seeds_give_equal_networks_and_others_do_not(players: str) -> None:
    for network in pair(players):
        first, again, other = (flatten(network.init(rng(seed))) for seed in (0, 0, 1))
        assert torch.equal(first, again) and not torch.equal(first, other) and torch.isfinite(first).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_generators_start_as_torch_linear_does(activation: str) -> None:
    """Uniform in ±1/√fan_in, so of standard deviation 1/√(3·fan_in)."""
    network = MLP((256, 256, 1), activation)
    for kernel, bias in zip(network.init(rng())[::2], network.init(rng())[1::2], strict=True):
        bound = 1 / math.sqrt(256)
        assert kernel.abs().max() <= bound and bias.abs().max() <= bound
    assert float(network.init(rng())[0].std()) == pytest.approx(1 / math.sqrt(3 * 256), rel=0.02)


@pytest.mark.parametrize(("activation", "gain"), [("relu", 2.0), ("leaky-relu", 2 / 1.04), ("tanh", 1.0)])
def test_steep_networks_start_with_hes_variance(activation: str, gain: float) -> None:
    kernel = MLP((256, 256, 1), activation, steep=True).init(rng())[0]
    assert float(kernel.var()) == pytest.approx(gain / 256, rel=0.03)


@pytest.mark.parametrize("depth", [0, 2, 6, 12])
@pytest.mark.parametrize("activation", ["relu", "leaky-relu"])
def test_a_fresh_discriminator_has_a_slope_of_order_one_at_any_depth(activation: str, depth: int) -> None:
    _, network = PLAYERS["mlp"](Config(discriminator_depth=depth, activation=activation), 2)
    weights = population(network, 16)
    x = torch.randn(16, 64, 2, dtype=torch.float64, generator=rng(1))
    slope = squared_slope(lambda x: network(weights, x)[..., 0], x).mean().sqrt()
    assert 0.3 < slope.item() < 4


def test_a_fresh_generator_huddles_near_the_origin() -> None:
    network, _ = PLAYERS["mlp"](Config(), 2)
    fake = network(population(network, 8), torch.randn(8, 500, 8, dtype=torch.float64, generator=rng()))
    assert float(fake.square().mean().sqrt()) < 0.5  # the data's is 1


@pytest.mark.parametrize("players", PLAYERS)
def test_generators_of_images_stay_in_range(players: str) -> None:
    generator, _ = PLAYERS[players](Config(data="mnist", players=players, generator_width=4, latent_dim=3), 784)
    image = generator(
        [9 * w for w in population(generator, 1, torch.float32)], 9 * torch.randn(1, 5, 3, generator=rng())
    )
    assert image.shape == (1, 5, 784) and image.abs().max() <= 1


# --- slopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_second_derivatives_of_an_mlp_equal_finite_differences(activation: str) -> None:
    network = MLP((2, 3, 1), activation, steep=True)
    rows = torch.cat([w.flatten(1) for w in population(network, 2)], 1).requires_grad_()
    x = torch.randn(2, 4, 2, dtype=torch.float64, generator=rng(4)).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda rows, x: network(unflatten(rows, network.shapes), x), (rows, x))


@pytest.mark.parametrize("players", PLAYERS)
def test_penalties_reach_every_kernel_of_every_discriminator(players: str) -> None:
    _, network = pair(players)
    rows = torch.cat([w.flatten(1) for w in population(network, 1)], 1).requires_grad_()
    x = torch.randn(1, 4, 2 if players == "mlp" else 784, dtype=torch.float64, generator=rng())
    penalty = squared_slope(lambda x: network(unflatten(rows, network.shapes), x)[..., 0], x).sum()
    slopes = unflatten(torch.autograd.grad(penalty, rows)[0], network.shapes)
    assert all(torch.isfinite(slope).all() for slope in slopes)
    assert all(slopes[i].abs().max() > 0 for i in network.kernels)


# --- latents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "variance", "largest"), [("normal", 1.0, math.inf), ("uniform", 1 / 3, 1.0)])
def test_latents_follow_their_law(name: str, variance: float, largest: float) -> None:
    z = LATENTS[name](20_000, 3, rng())
    assert z.shape == (20_000, 3) and z.abs().max() <= largest
    assert z.mean(0).abs().max() < 0.03 and (z.var(0) / variance - 1).abs().max() < 0.05


@pytest.mark.parametrize("name", LATENTS)
def test_latents_come_from_their_generator_alone(name: str) -> None:
    before = torch.get_rng_state()
    assert torch.equal(LATENTS[name](5, 2, rng(7)), LATENTS[name](5, 2, rng(7)))
    assert torch.equal(torch.get_rng_state(), before)
