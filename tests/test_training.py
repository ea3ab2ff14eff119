"""The trainer plays the game of the papers, alike on every repetition and for every member of a population."""

import gc
import itertools
import math
import weakref
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import Tensor, nn
from torch.nn.functional import softplus

from playground.config import Config, Value
from playground.constraints import CONSTRAINTS
from playground.meter import pace
from playground.networks import MLP, flatten, unflatten
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS
from playground.snapshot import take
from playground.streams import batch
from playground.training import Diverged, Player, Trainer
from tests.conftest import configs, rng
from tests.games import bare

SMALL = Config(
    data="two-gaussians", spread=0.5, latent_dim=2, generator_width=8, discriminator_width=8, batch_size=16, seed=3
)
GAMES: dict[str, dict[str, Value]] = {  # one for each way a constraint can act
    "non-saturating": {},
    "wgan-gp": {"objective": "wasserstein", "constraint": "gradient-penalty", "discriminator_steps": 2},
    "spectral hinge": {"objective": "hinge", "constraint": "spectral-norm", "optimiser": "rmsprop"},
    "relativistic r1": {"objective": "relativistic", "constraint": "r1", "generator_steps": 2},
    "clipped": {"objective": "wasserstein", "constraint": "clip", "clip": 0.1, "optimiser": "rmsprop"},
    "least squares": {"objective": "least-squares", "constraint": "r2", "optimiser": "sgd", "latent": "uniform"},
}
OPTIMISER_TWINS: dict[str, Callable[[list[Tensor], Config], torch.optim.Optimizer]] = {
    "adam": lambda weights, config: torch.optim.Adam(weights, 0.01, betas=(config.beta1, config.beta2), foreach=False),
    "rmsprop": lambda weights, config: torch.optim.RMSprop(weights, 0.01),
    "sgd": lambda weights, config: torch.optim.SGD(weights, 0.01),
}


def played(config: Config, iterations: int, make: Callable[[Config], Trainer] = Trainer) -> Trainer:
    trainer = make(config)
    for _ in range(iterations):
        trainer.iterate()
    return trainer


def histories(trainer: Trainer, member: int = 0) -> dict[str, np.ndarray]:
    trainer.meter.settle()  # the dear metrics may still be on their way
    metrics = {f"metric {name}": column for name, column in trainer.metrics.columns(member).items()}
    return trainer.losses.columns(member) | metrics


def same(one: Trainer, other: Trainer) -> bool:
    """Bit for bit, in all that was recorded and learned."""
    for member in range(one.config.population):
        ours, theirs = histories(one, member), histories(other, member)
        if ours.keys() != theirs.keys() or any(
            not np.array_equal(ours[name], theirs[name], equal_nan=True) for name in ours
        ):
            return False
    return all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


def weights(trainer: Trainer) -> tuple[Tensor, Tensor]:
    return trainer.discriminator.flat.detach().clone(), trainer.generator.flat.detach().clone()


# --- repetition -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", GAMES)
def test_a_game_repeats_bit_for_bit_whether_or_not_somebody_looks(name: str) -> None:
    config = SMALL.with_(population=2, **GAMES[name])
    length = pace(config) + 3
    trainer, watched = played(config, length), Trainer(config)
    for i in range(length):
        if i % 9 == 0:
            take(watched, i % 2)
            watched.measure()
        watched.iterate()
    assert same(trainer, watched)


def test_a_ring_repeats_bit_for_bit() -> None:
    config = Config(batch_size=32, seed=11)
    first = played(config, 12)
    assert same(first, played(config, 12)) and not same(first, played(config.with_(seed=12), 12))


def test_training_leaves_the_global_generators_alone() -> None:
    before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()  # type: ignore[union-attr]
    take(played(SMALL, 3))
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(np.random.get_state()[1], numpy_before)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "data"), [*((name, "two-gaussians") for name in GAMES), ("wgan-gp", "ring")])
def test_a_member_of_a_population_is_the_single_run_of_its_seed(name: str, data: str) -> None:
    config = SMALL.with_(data=data, **GAMES[name])
    together = played(config.with_(population=3), 20)
    for member in range(3):
        alone = played(config.with_(seed=config.seed + member), 20)
        for ours, single in zip(opinions(together)[member], opinions(alone)[0], strict=True):
            assert torch.allclose(ours, single, atol=1e-4)
        ours, single = histories(together, member), histories(alone)
        # rounding alone moves D's level where the loss leaves it free, and Adam blows that up
        level = ("d_real", "d_fake") if OBJECTIVES[config.objective].free_level else ()
        assert all(
            np.allclose(ours[name], single[name], atol=1e-4, equal_nan=True) for name in ours if name not in level
        )


def opinions(trainer: Trainer) -> list[tuple[Tensor, Tensor]]:
    """What every member's players make of the fixed samples; D's outputs without their mean."""
    with torch.no_grad():
        d, fake = trainer.discriminate(trainer.fixed_real), trainer.generate(trainer.fixed_latent)
    return list(zip(d - d.mean(1, keepdim=True), fake, strict=True))


def test_purposes_and_neighbouring_seeds_never_share_their_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    make = Trainer._rngs

    def note(trainer: Trainer, purpose: int) -> list[torch.Generator]:
        taken.extend(each.initial_seed() for each in make(trainer, purpose))
        return make(trainer, purpose)

    monkeypatch.setattr(Trainer, "_rngs", note)
    bare(SMALL.with_(population=64))
    assert len(taken) == len(set(taken)) >= 64 * 10  # two players' weights, six streams, two fixed samples, at least


# --- the game of the papers -------------------------------------------------------------------------------------------


def textbook(player: Player, member: int) -> nn.Sequential:
    """An ordinary network with one member's weights."""
    modules: list[nn.Module] = []
    parts = [w[member].detach().clone() for w in player.weights()]
    for kernel, bias in zip(parts[::2], parts[1::2], strict=True):
        linear = nn.Linear(len(kernel), kernel.shape[1])
        linear.load_state_dict({"weight": kernel.T, "bias": bias[0]})
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


def row(network: nn.Sequential) -> Tensor:
    """Its weights in our order."""
    return flatten([w.mT if w.dim() == 2 else w for w in network.parameters()]).detach()


def test_ten_iterations_of_wgan_gp_are_those_of_the_textbook_loop() -> None:
    rates: dict[str, Value] = {"optimiser": "sgd", "discriminator_lr": 0.05, "generator_lr": 0.02}
    config = SMALL.with_(population=2, data="ring", penalty=1.0, **GAMES["wgan-gp"], **rates)
    trainer, draws = bare(config), bare(config)
    players = [(textbook(trainer.discriminator, i), textbook(trainer.generator, i)) for i in range(2)]
    for _ in range(10):
        trainer.iterate()
        for _ in range(config.discriminator_steps):
            batches = (batch(draws.draw, "real"), batch(draws.draw, "latent"), batch(draws.draw, "place"))
            for (critic, generator), real, z, u in zip(players, *batches, strict=True):
                fake = generator(z).detach()
                x = (u * real + (1 - u) * fake).requires_grad_()
                (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                descend(critic, critic(fake).mean() - critic(real).mean() + ((slope.norm(dim=1) - 1) ** 2).mean(), 0.05)
        for (critic, generator), z in zip(players, batch(draws.draw, "latent"), strict=True):
            descend(generator, -critic(generator(z)).mean(), 0.02)
    for member, pair in enumerate(players):
        for net, flat in zip(pair, weights(trainer), strict=True):
            assert torch.allclose(row(net), flat[member], atol=1e-5)


def test_ten_iterations_of_the_first_gan_are_those_of_the_textbook_loop() -> None:
    config = SMALL.with_(objective="minimax", discriminator_lr=0.05, generator_lr=0.02, optimiser="sgd")
    trainer, draws = bare(config), bare(config)
    critic, generator = textbook(trainer.discriminator, 0), textbook(trainer.generator, 0)
    for _ in range(10):
        trainer.iterate()
        real, fake = batch(draws.draw, "real")[0], generator(batch(draws.draw, "latent")[0]).detach()
        loss = -(torch.sigmoid(critic(real)).log() + (1 - torch.sigmoid(critic(fake))).log()).mean()
        descend(critic, loss, 0.05)
        loss = (1 - torch.sigmoid(critic(generator(batch(draws.draw, "latent")[0])))).log().mean()
        descend(generator, loss, 0.02)
    for net, flat in zip((critic, generator), weights(trainer), strict=True):
        assert torch.allclose(row(net), flat[0], atol=1e-5)


def descend(network: nn.Sequential, loss: Tensor, rate: float) -> None:
    slopes = torch.autograd.grad(loss, list(network.parameters()), materialize_grads=True)
    with torch.no_grad():
        for w, slope in zip(network.parameters(), slopes, strict=True):
            w -= rate * slope


def test_every_optimiser_has_a_twin_in_torch() -> None:
    assert OPTIMISER_TWINS.keys() == OPTIMISERS.keys()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_step_for_all_members_is_a_step_for_each(name: str) -> None:
    config = Config(optimiser=name, beta1=0.5, beta2=0.9)
    network = MLP((3, 4, 1), "tanh")
    player = Player(network, [rng(seed) for seed in range(3)])
    alone = [flat[None].detach().clone().requires_grad_() for flat in player.flat]
    player.tune(config, 0.01)
    twins = [OPTIMISER_TWINS[name]([flat], config) for flat in alone]
    x = torch.randn(3, 6, 3, generator=rng(9))
    for _ in range(5):
        player.update(network(player.weights(), x).square().sum())
        for member, (flat, twin) in enumerate(zip(alone, twins, strict=True)):
            twin.zero_grad()
            network(unflatten(flat, network.shapes), x[member : member + 1]).square().sum().backward()
            twin.step()
    assert torch.allclose(player.flat, torch.cat(alone), atol=1e-6)


@pytest.mark.parametrize(("objective", "constraint"), list(itertools.product(OBJECTIVES, CONSTRAINTS)))
def test_every_objective_trains_under_every_constraint(objective: str, constraint: str) -> None:
    trainer = bare(SMALL.with_(population=2, objective=objective, constraint=constraint))
    before = weights(trainer)
    for _ in range(5):
        trainer.iterate()
    assert all(np.isfinite(column).all() for column in trainer.losses.columns().values())
    assert not any(np.isinf(column).any() for column in trainer.metrics.columns().values())  # nan: the game has none
    assert all((a != b).any(1).all() for a, b in zip(before, weights(trainer), strict=True))


def test_clipped_weights_stay_in_their_bounds() -> None:
    trainer = played(SMALL.with_(**GAMES["clipped"]), 5)
    assert trainer.discriminator.flat.abs().max() <= np.float32(0.1)
    assert trainer.generator.flat.abs().max() > 0.1


def test_a_discriminator_alone_finds_what_tells_two_clouds_apart() -> None:
    """With its generator frozen the discriminator's estimate climbs toward JS, and never far beyond log 2."""
    config = SMALL.with_(objective="minimax", generator_steps=0, discriminator_lr=1e-2, batch_size=256, separation=4.0)
    estimate = played(config, max(200, pace(config))).metrics.columns()["estimate"]
    assert estimate[-1] > estimate[0] and 0.3 < estimate[-1] <= np.log(2) + 1e-6


# --- knobs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [*GAMES.values(), {"batch_size": 7}, {"generator_lr": 0.1}], ids=str)
def test_a_hot_change_keeps_the_iteration_the_weights_and_the_history(change: dict[str, Value]) -> None:
    trainer = played(SMALL.with_(population=2), 4)
    before, rows = weights(trainer), len(trainer.losses)
    trainer.change(SMALL.with_(population=2, **{name: v for name, v in change.items() if name != "latent"}))
    assert trainer.iteration == 4 and len(trainer.losses) == rows
    assert all(torch.equal(a, b) for a, b in zip(before, weights(trainer), strict=True))
    trainer.iterate()
    assert trainer.iteration == 5 and np.isfinite(trainer.losses.columns()["loss_generator"]).all()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_new_learning_rate_keeps_the_optimisers_memory(optimiser: str) -> None:
    config = SMALL.with_(optimiser=optimiser)
    trainer, straight = played(config, 4), played(config, 4)
    trainer.change(config.with_(generator_lr=0.5))
    trainer.change(config)
    trainer.iterate()
    straight.iterate()
    assert all(torch.equal(a, b) for a, b in zip(weights(trainer), weights(straight), strict=True))


def test_a_cold_change_is_refused() -> None:
    with pytest.raises(ValueError, match=r"only hot knobs.*seed"):
        bare(SMALL).change(SMALL.with_(seed=4))


@pytest.mark.parametrize("frozen", ["discriminator", "generator"])
def test_a_player_without_steps_does_not_move(frozen: str) -> None:
    trainer = bare(SMALL.with_(**{f"{frozen}_steps": 0}))
    before = weights(trainer)
    for _ in range(3):
        trainer.iterate()
    moved = [not torch.equal(a, b) for a, b in zip(before, weights(trainer), strict=True)]
    assert moved == [frozen != "discriminator", frozen != "generator"]


def test_one_players_step_leaves_the_other_where_it_is() -> None:
    trainer = bare(SMALL)
    before = weights(trainer)
    trainer.iterate(generator_steps=0)
    assert torch.equal(weights(trainer)[1], before[1]) and not torch.equal(weights(trainer)[0], before[0])
    between = weights(trainer)
    trainer.iterate(discriminator_steps=0)
    assert torch.equal(weights(trainer)[0], between[0]) and not torch.equal(weights(trainer)[1], between[1])
    assert trainer.iteration == 2


# --- looking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("constraint", ["none", "spectral-norm"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_arrows_point_where_the_generators_loss_falls_fastest(objective: str, constraint: str) -> None:
    trainer = played(Config(objective=objective, constraint=constraint, activation="tanh", batch_size=16), 3)
    for player in (trainer.discriminator, trainer.generator):
        player.flat = player.flat.detach().double().requires_grad_()
    if trainer.spectral is not None:
        trainer.spectral.left = {i: left.double() for i, left in trainer.spectral.left.items()}
    trainer.fixed_real, trainer.fixed_latent = trainer.fixed_real.double(), trainer.fixed_latent.double()
    fake, d_real, d_fake, arrows = trainer.look(20)
    assert torch.allclose(trainer.discriminate(fake), d_fake)

    def loss(x: Tensor) -> Tensor:
        with torch.no_grad():
            return OBJECTIVES[objective].generator(d_real, trainer.discriminate(x))

    h = 1e-5
    for axis in range(2):
        step = h * torch.eye(2, dtype=torch.float64)[axis]
        slope = (loss(fake + step) - loss(fake - step)) / (2 * h)
        assert torch.allclose(arrows[..., axis], -slope, rtol=1e-4, atol=1e-8)
    few = trainer.look(5)
    assert all(torch.allclose(a[:, :5], b) for a, b in zip((fake, d_real, d_fake, arrows), few, strict=True))


def test_following_the_arrows_fools_the_discriminator() -> None:
    trainer = played(SMALL, 10)
    fake, _, d_fake, arrows = trainer.look(200)
    assert (softplus(-trainer.discriminate(fake + 0.01 * arrows)) <= softplus(-d_fake) + 1e-6).all()


def test_a_snapshot_shows_the_member_it_was_asked_for() -> None:
    trainer = played(SMALL.with_(population=3), 2)
    for member in range(3):
        snapshot = take(trainer, member)
        assert np.allclose(snapshot.fake, trainer.generate(trainer.fixed_latent)[member].detach().numpy(), atol=1e-6)
        assert np.array_equal(snapshot.real, trainer.fixed_real[member].numpy()) and snapshot.member == member
        d = trainer.discriminate(torch.tensor(snapshot.grid)[None, :, None].expand(3, -1, 1))[member]
        assert snapshot.d_grid is not None and np.allclose(snapshot.d_grid, d.detach().numpy(), atol=1e-5)
    assert take(trainer, 99).member == 2


def test_the_field_of_a_snapshot_has_rows_along_the_second_coordinate() -> None:
    trainer = bare(Config(batch_size=8))
    snapshot = take(trainer)
    assert snapshot.grid is not None and snapshot.d_grid is not None
    x, y = 3, 40
    place = torch.tensor([[[snapshot.grid[x], snapshot.grid[y]]]])
    assert float(trainer.discriminate(place).detach()) == pytest.approx(float(snapshot.d_grid[y, x]), abs=1e-5)


def test_a_snapshots_density_is_that_of_the_data() -> None:
    snapshot = take(bare(SMALL))
    assert snapshot.grid is not None and snapshot.density is not None
    assert np.trapezoid(snapshot.density, snapshot.grid) == pytest.approx(1, abs=0.01)


def test_playing_in_stretches_changes_nothing() -> None:
    config = SMALL.with_(population=2, **GAMES["wgan-gp"])
    one, other = played(config, 130), Trainer(config)
    while other.iteration < 130:
        other.advance(min(37, 130 - other.iteration))
    assert same(one, other)


# --- trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["wasserstein", "least-squares", "hinge"])
def test_an_absurd_learning_rate_is_named_as_a_divergence(objective: str) -> None:
    config = SMALL.with_(
        objective=objective,
        optimiser="sgd",
        discriminator_lr=1.0,
        generator_lr=1.0,
        population=2,
        activation="leaky-relu",
    )
    with pytest.raises(Diverged, match=r"of seed (3|4) is no longer a finite number, at iteration \d+"):
        played(config, 500)


def test_the_seed_that_diverged_is_the_one_named() -> None:
    trainer = bare(SMALL.with_(population=3))
    with torch.no_grad():
        trainer.discriminator.flat[1] = torch.nan
    with pytest.raises(Diverged, match=f"seed {SMALL.seed + 1} .* iteration 1$"):
        trainer.iterate()


BOUNDED = {
    "data": math.inf,  # any of them
    "generator_width": 24,
    "discriminator_width": 24,
    "batch_size": 64,
    "population": 2,
    "discriminator_steps": 3,
    "generator_steps": 3,
    "latent_dim": 16,
    "packing": 3,
    "unrolling": 3,
}


def demand_a_game(config: Config) -> None:
    """It builds, and three iterations give finite numbers or are called a divergence."""
    try:
        trainer = played(config, 3, bare)
        measured, losses = trainer.measure(), trainer.losses.last()
    except Diverged as error:
        told = str(error)
    else:
        told = ""
        assert all(np.isfinite(value).all() for value in losses.values())
        assert not any(np.isinf(value).any() for value in measured.values())  # nan: the game has no such thing
        assert (measured["modes"] <= len(trainer.yardstick.weights)).all() and (measured["emd"] >= 0).all()
    assert not told or ("of seed" in told and "at iteration" in told)


@pytest.mark.slow
@settings(max_examples=40)
@given(configs(BOUNDED, usual=("modes", "spread", "separation", "imbalance", "digits")))
def test_any_game_trains_or_says_that_it_diverged(config: Config) -> None:
    demand_a_game(config)


@pytest.mark.slow
@settings(max_examples=500)
@given(configs(BOUNDED, knobs=20))
def test_five_hundred_games_train_or_say_that_they_diverged(config: Config) -> None:
    demand_a_game(config)


def test_a_trainer_that_nobody_holds_is_gone_at_once() -> None:
    """Without waiting for the garbage collector: a server's closed sessions would pile up until it comes by."""
    trainer = played(SMALL, 3)
    gone = weakref.ref(trainer)
    gc.disable()
    try:
        del trainer
        assert gone() is None
    finally:
        gc.enable()
