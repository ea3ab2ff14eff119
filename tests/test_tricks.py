"""Every trick does what its paper says, with every objective, constraint and other trick, and nothing while it rests."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid, mse_loss, softplus

from playground.autograd import AutogradStep, Shown
from playground.config import KNOBS, Config, Value
from playground.constraints import CONSTRAINTS, squared_slope
from playground.images import ConvDiscriminator
from playground.networks import beside, deviation, unflatten
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS
from playground.players import Player
from playground.snapshot import take
from playground.streams import batch
from playground.training import Trainer
from playground.tricks import TRICKS, active, needs_autograd, noise_level
from tests.conftest import rng
from tests.games import bare
from tests.test_training import GAMES, OPTIMISER_TWINS, SMALL, descend, played, row, same, textbook, weights

TINY = SMALL.with_(data="ring", activation="tanh", generator_width=3, discriminator_width=4, batch_size=5)
RATES: dict[str, Value] = {"optimiser": "sgd", "discriminator_lr": 0.05, "generator_lr": 0.02}
ON: dict[str, dict[str, Value]] = {  # each trick in play
    "instance-noise": {"instance_noise": 0.3, "noise_decay": 2},
    "label-smoothing": {"label_smoothing": 0.1},
    "two-time-scales": {"discriminator_lr": 4e-3},
    "ema": {"ema": 0.9},
    "packing": {"packing": 3},
    "unrolling": {"unrolling": 2},
    "lazy": {"lazy": 2},
    "minibatch-stddev": {"minibatch_stddev": 1},
    "consensus": {"consensus": 0.1},
}
ALL: dict[str, Value] = {knob: value for trick in ON.values() for knob, value in trick.items()}


@pytest.fixture
def double() -> Iterator[None]:
    """Everything drawn and computed in float64."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def step_of(trainer: Trainer) -> AutogradStep:
    """A fresh way of playing it by autograd."""
    return AutogradStep((trainer.generator, trainer.discriminator), trainer.config, trainer.spectral, trainer.iteration)


def slope_of(loss: Tensor, player: Player) -> Tensor:
    return torch.autograd.grad(loss.sum(), player.flat, retain_graph=True)[0]


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_table_has_every_knob_of_the_group_and_says_where_a_trick_is_from() -> None:
    assert TRICKS.keys() == ON.keys()
    grouped = {name for name, knob in KNOBS.items() if knob.group == "tricks"}
    told = {knob for trick in TRICKS.values() for knob in trick.knobs}
    assert grouped <= told and told - grouped == {"discriminator_lr", "generator_lr"}
    assert {name for name in grouped if not KNOBS[name].hot} == {"packing", "minibatch_stddev"}
    for trick in TRICKS.values():
        assert (
            "https://arxiv.org/abs/" in trick.source
            and trick.latex
            and trick.latex.count("{") == trick.latex.count("}")
        )


@pytest.mark.parametrize("name", ON)
def test_a_trick_is_active_when_its_knobs_are_moved_and_only_then(name: str) -> None:
    config = SMALL.with_(constraint="r1")
    assert not active(config) and not needs_autograd(config)
    on = config.with_(**ON[name])
    assert active(on) == [TRICKS[name]] and needs_autograd(on) == (name != "two-time-scales")
    assert bare(on).path == ("autograd" if needs_autograd(on) else "fast")
    if needs_autograd(on):
        assert on.work > config.work  # it is measured more often, for an iteration takes longer


@pytest.mark.parametrize(
    "settings",
    [
        {"label_smoothing": 0.1, "objective": "wasserstein"},
        {"lazy": 4, "constraint": "clip"},
        {"noise_decay": 9},
        {"minibatch_stddev": 1, "data": "mnist", "players": "conv-resize"},
    ],
    ids=str,
)
def test_a_knob_without_a_meaning_in_this_game_is_no_trick(settings: dict[str, Value]) -> None:
    assert not active(Config(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, knobs in ON.items() if all(KNOBS[knob].hot for knob in knobs)])
def test_a_trick_put_on_and_off_again_leaves_the_game_as_it_was(name: str) -> None:
    """Bit for bit, on the fast path."""
    config = SMALL.with_(population=2, constraint="r1")
    trainer, straight = played(config, 4), played(config, 4)
    trainer.change(config.with_(**ON[name]))
    trainer.change(config)
    for _ in range(6):
        trainer.iterate()
        straight.iterate()
    assert trainer.path == "fast" and same(trainer, straight)


# --- with each other --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("name", "objective", "constraint"), list(itertools.product(ON, OBJECTIVES, CONSTRAINTS)))
def test_every_trick_plays_with_every_objective_under_every_constraint(
    name: str, objective: str, constraint: str
) -> None:
    config = SMALL.with_(population=2, objective=objective, constraint=constraint, **ON[name])
    trainer = bare(config)
    before = weights(trainer)
    for _ in range(3):
        trainer.iterate()
    assert all(np.isfinite(column).all() for column in trainer.losses.columns().values())
    assert all(values.isfinite().all() for values in trainer.look(50))
    assert all((a != b).any(1).all() for a, b in zip(before, weights(trainer), strict=True))


@pytest.mark.parametrize("game", GAMES)
def test_with_all_tricks_a_member_is_the_single_run_of_its_seed(game: str) -> None:
    config = SMALL.with_(activation="tanh", train_samples=20, **{**GAMES[game], **ALL, "noise_decay": 9})
    together = played(config.with_(population=3), 6)
    for member in range(3):
        alone = played(config.with_(seed=config.seed + member), 6)
        ours, single = together.losses.columns(member), alone.losses.columns()
        # where D's level is free, its last bias has no gradient but rounding, which Adam enlarges
        free = OBJECTIVES[config.objective].free_level
        level = ("d_real", "d_fake") if free else ()
        assert all(np.allclose(ours[name], single[name], atol=1e-3) for name in ours if name not in level)
        discriminators, generators = zip(weights(together), weights(alone), strict=True)
        for (a, b), end in ((discriminators, -1 if free else None), (generators, None)):
            assert torch.allclose(a[member, :end], b[0, :end], atol=2e-3)
        assert torch.equal(together.fixed_real[member], alone.fixed_real[0])


def test_with_all_tricks_playing_in_stretches_or_looking_on_changes_nothing() -> None:
    config = SMALL.with_(population=2, constraint="r1", **{**ALL, "noise_decay": 50})
    one, other = played(config, 75), Trainer(config)
    while other.iteration < 75:
        take(other, 1)
        other.advance(min(13, 75 - other.iteration))
    assert same(one, other)


# --- instance noise ---------------------------------------------------------------------------------------------------


def test_noise_convolves_what_the_discriminator_sees_in_both_players_steps() -> None:
    clean, noisy = (
        bare(SMALL.with_(data="gaussian", batch_size=2048, population=2, objective="relativistic", instance_noise=s))
        for s in (0.0, 0.7)
    )
    for _ in range(2):  # D's update and G's
        a, b = (step_of(trainer).deal(trainer.draw, "real", "") for trainer in (clean, noisy))
        added = torch.stack([b.real - a.real, b.fake - a.fake]).detach().flatten(2).numpy()
        for noise in added.reshape(4, -1):  # reals and fakes of both members
            assert kstest(noise / 0.7, norm.cdf).pvalue > 1e-3
        assert np.abs(np.corrcoef(added.reshape(4, -1)) - np.eye(4)).max() < 0.1  # no two share it
        data = noisy.data
        mean, deviation = float(data.means), math.hypot(data.sigma, 0.7)  # type: ignore[union-attr]
        assert kstest(b.real.flatten().numpy(), norm(mean, deviation).cdf).pvalue > 1e-3


@given(st.floats(0, 2), st.integers(1, 1000), st.integers(0, 2000))
def test_noise_falls_linearly_to_nothing(sigma: float, decay: int, iteration: int) -> None:
    config = Config(instance_noise=sigma, noise_decay=decay)
    assert noise_level(config, iteration) == pytest.approx(float(np.interp(iteration, [0, decay], [sigma, 0])))
    assert noise_level(config.with_(noise_decay=0), iteration) == sigma


def test_noise_that_has_decayed_leaves_the_plain_game() -> None:
    config = SMALL.with_(instance_noise=0.5, noise_decay=5)
    trainer = bare(config)
    trainer.update(5)  # in one stretch
    plain = bare(SMALL, path="autograd")
    plain.update(5)
    assert not torch.allclose(trainer.discriminator.flat, plain.discriminator.flat)
    for player, twin in ((trainer.generator, plain.generator), (trainer.discriminator, plain.discriminator)):
        with torch.no_grad():
            twin.flat.copy_(player.flat)
        twin.optimiser.memory.copy_(player.optimiser.memory)
    for each in (trainer, plain):
        each.update(3)
    assert torch.equal(trainer.discriminator.flat, plain.discriminator.flat)


# --- label smoothing --------------------------------------------------------------------------------------------------


@given(st.floats(1e-3, 10), st.floats(1e-3, 10), st.floats(0, 0.5))
def test_smoothed_labels_cap_the_optimal_output(p: float, q: float, epsilon: float) -> None:
    """BCE: the optimal logit is log((1−ε)p / (εp + q)), at most log((1−ε)/ε); least squares: (1−ε)p / (p + q)."""
    optima = {
        "minimax": math.log((1 - epsilon) * p / (epsilon * p + q)),
        "non-saturating": math.log((1 - epsilon) * p / (epsilon * p + q)),
        "least-squares": (1 - epsilon) * p / (p + q),
    }
    smoothed = {name: each for name, each in OBJECTIVES.items() if each.smoothing is not None}
    assert smoothed.keys() == optima.keys()
    for name, objective in smoothed.items():
        assert objective.smoothing is not None
        d = torch.tensor(optima[name], dtype=torch.float64, requires_grad=True)
        on_real = objective.discriminator(d, d.detach()) + objective.smoothing(d, epsilon)
        (slope,) = torch.autograd.grad(p * on_real + q * objective.discriminator(d.detach(), d), d)
        assert abs(float(slope)) < 1e-9 * (p + q)


@pytest.mark.parametrize("objective", ["non-saturating", "least-squares"])
def test_smoothed_labels_are_those_of_torchs_losses(objective: str) -> None:
    trainer = bare(SMALL.with_(objective=objective, label_smoothing=0.2))
    d_real, d_fake = torch.randn(2, 1, 16, generator=rng())
    loss = {"non-saturating": binary_cross_entropy_with_logits, "least-squares": lambda x, y: mse_loss(x, y) / 2}
    wanted = loss[objective](d_real, torch.full_like(d_real, 0.8)) + loss[objective](d_fake, torch.zeros_like(d_fake))
    assert step_of(trainer).discriminator_loss(d_real, d_fake).item() == pytest.approx(wanted.item(), rel=1e-5)


# --- averaged generator -----------------------------------------------------------------------------------------------


def test_the_average_is_its_closed_form_and_is_what_everybody_sees() -> None:
    config, beta = SMALL.with_(population=2, generator_steps=2, ema=0.8), 0.8
    trainer, plain = bare(config), bare(config.with_(ema=0.0), path="autograd")
    wanted = trainer.generator.flat.detach().clone()
    for _ in range(4):
        trainer.iterate(1, 1)
        plain.iterate(1, 1)
        wanted = beta * wanted + (1 - beta) * plain.generator.flat.detach()
    assert trainer.generator.average is not None
    assert torch.allclose(trainer.generator.average, wanted, atol=1e-6)
    assert torch.equal(trainer.generator.flat, plain.generator.flat)  # the game itself does not see it
    network, z = trainer.generator.network, trainer.fixed_latent
    fake = network(unflatten(wanted, network.shapes), z)
    assert torch.allclose(trainer.look(2048)[0], fake, atol=1e-5)
    assert np.allclose(take(trainer, 1).fake, fake[1].numpy(), atol=1e-5)
    trainer.change(config.with_(ema=0.0))
    assert torch.equal(trainer.look(2048)[0], plain.look(2048)[0])


def test_an_average_begins_where_the_generator_stands_and_keeps_through_other_changes() -> None:
    trainer = played(SMALL, 3)
    trainer.change(SMALL.with_(ema=0.99))
    begun = trainer.generator.flat.detach().clone()
    trainer.iterate()
    trainer.change(SMALL.with_(ema=0.99, generator_lr=0.01))
    assert trainer.generator.average is not None
    assert torch.allclose(trainer.generator.average, 0.99 * begun + 0.01 * trainer.generator.flat.detach(), atol=1e-6)


# --- packing ----------------------------------------------------------------------------------------------------------


def test_a_pack_is_consecutive_samples_side_by_side() -> None:
    packed, single = bare(TINY.with_(packing=3, population=2)), bare(TINY.with_(batch_size=15, population=2))
    shown, samples = (step_of(each).deal(each.draw, "real", "") for each in (packed, single))
    assert shown.real.shape == (2, 5, 6) and samples.real.shape == (2, 15, 2)
    for ours, theirs in ((shown.real, samples.real), (shown.fake, samples.fake)):
        for i, j in itertools.product(range(5), range(3)):
            assert torch.allclose(ours[:, i, 2 * j : 2 * j + 2], theirs[:, 3 * i + j], atol=1e-6)
    x = torch.randn(2, 7, 2, generator=rng())
    raw = packed.discriminator.network(packed.discriminator.weights(), torch.cat([x, x, x], 2))[..., 0]
    assert torch.equal(packed.discriminate(x), raw)


def test_ten_iterations_in_packs_are_those_of_the_textbook_loop() -> None:
    config = SMALL.with_(data="ring", packing=2, objective="minimax", **RATES)
    trainer, draws = bare(config), bare(config)
    critic, generator = textbook(trainer.discriminator, 0), textbook(trainer.generator, 0)
    bce, n = nn.BCEWithLogitsLoss(), config.batch_size
    for _ in range(10):
        trainer.iterate()
        real, z = batch(draws.draw, "real")[0], batch(draws.draw, "latent")[0].view(n, 2, -1)
        fake = torch.cat([generator(z[:, 0]), generator(z[:, 1])], 1).detach()
        descend(critic, bce(critic(real), torch.ones(n, 1)) + bce(critic(fake), torch.zeros(n, 1)), 0.05)
        z = batch(draws.draw, "latent")[0].view(n, 2, -1)
        fake = torch.cat([generator(z[:, 0]), generator(z[:, 1])], 1)
        descend(generator, -bce(critic(fake), torch.zeros(n, 1)), 0.02)
    for net, flat in zip((critic, generator), weights(trainer), strict=True):
        assert torch.allclose(row(net), flat[0], atol=1e-5)


def test_a_convolution_sees_the_digits_of_a_pack_as_channels() -> None:
    network = ConvDiscriminator(4, "relu", pack=2)
    w = [each[None].double() for each in network.init(rng())]
    x = torch.randn(1, 3, 2, 28, 28, dtype=torch.float64, generator=rng(1))
    h = x[0]
    for kernel, bias in zip(w[:6:2], w[1:6:2], strict=True):
        h = torch.relu(nn.functional.conv2d(h, kernel[0], bias[0], stride=2, padding=1))
    wanted = h.flatten(1) @ w[6][0].T + w[7][0]
    assert torch.allclose(network(w, x.flatten(2))[0], wanted)


def test_convolutions_train_on_packs_of_digits() -> None:
    trainer = bare(Config(data="mnist", players="conv-resize", packing=2, batch_size=4, discriminator_width=4))
    before = weights(trainer)
    trainer.iterate()
    assert all(not torch.equal(a, b) for a, b in zip(before, weights(trainer), strict=True))


# --- unrolling --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("constraint", ["none", "r2", "clip"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_unrolling_gives_the_total_derivative_through_torchs_own_steps(optimiser: str, constraint: str) -> None:
    """Of θ ↦ L_G(θ, φ₃(θ)), φ₃ found by torch.optim from the optimiser's present memory, by finite differences."""
    settings: dict[str, Value] = {"optimiser": optimiser, "discriminator_lr": 0.01, "constraint": constraint}
    config = TINY.with_(objective="non-saturating", unrolling=3, clip=0.4, **settings)
    trainer = played(config, 4)
    step = step_of(trainer)
    g, d = trainer.generator, trainer.discriminator
    shown = step.deal(trainer.draw, "real ahead", "place ahead")
    z = next_latent(config)
    ours = slope_of(step.generator_loss(step.unrolled(shown), shown), g)[0]

    def value(theta: Tensor) -> float:
        phi = d.flat.detach().clone().requires_grad_()
        twin = OPTIMISER_TWINS[optimiser]([phi], config)
        mean, square = d.optimiser.memory.clone()
        twin.state[phi] = {"step": torch.tensor(d.optimiser.count), "exp_avg": mean}
        twin.state[phi] |= {"exp_avg_sq": square, "square_avg": square}
        fake = g.network(unflatten(theta, g.network.shapes), z).detach()

        def critic(x: Tensor) -> Tensor:
            return d.network(unflatten(phi, d.network.shapes), x)[..., 0]

        for _ in range(3):
            twin.zero_grad()
            loss = (softplus(-critic(shown.real)) + softplus(critic(fake))).mean()
            if constraint == "r2":
                loss = loss + config.gamma / 2 * squared_slope(critic, fake).mean()
            loss.backward()
            twin.step()
            if constraint == "clip":
                phi.data.clamp_(-config.clip, config.clip)
        return -float(logsigmoid(critic(fake)).mean().detach())

    h = 1e-5
    for seed in range(4):
        along = torch.randn(g.flat.shape, generator=rng(seed))
        theta = g.flat.detach()
        wanted = (value(theta + h * along) - value(theta - h * along)) / (2 * h)
        assert float(ours @ along[0]) == pytest.approx(wanted, rel=1e-4, abs=1e-8)
    blind = slope_of(step.generator_loss(d.flat, shown), g)[0]
    assert (ours - blind).norm() > 1e-3 * blind.norm()  # looking ahead matters


def next_latent(config: Config) -> Tensor:
    """The latents that a trainer's next update of G draws after four iterations."""
    draws = bare(config)
    for _ in range(8):
        batch(draws.draw, "latent")
    return batch(draws.draw, "latent")


def test_looking_ahead_leaves_the_discriminator_and_its_memory_alone() -> None:
    trainer = played(SMALL.with_(unrolling=4, constraint="r1"), 2)
    before, memory = weights(trainer)[0], trainer.discriminator.optimiser.memory.clone()
    trainer.iterate(0, 1)
    assert torch.equal(weights(trainer)[0], before) and torch.equal(trainer.discriminator.optimiser.memory, memory)


def test_without_steps_ahead_the_generators_step_is_the_plain_one() -> None:
    """Consensus and unrolling ask for real samples: they take nobody else's."""
    ahead, plain = bare(SMALL.with_(unrolling=1), path="autograd"), bare(SMALL, path="autograd")
    ahead.iterate(1, 0)
    plain.iterate(1, 0)
    assert torch.equal(ahead.discriminator.flat, plain.discriminator.flat)
    ahead.iterate(0, 1)
    plain.iterate(0, 1)
    assert not torch.equal(ahead.generator.flat, plain.generator.flat)
    with torch.no_grad():
        ahead.generator.flat.copy_(plain.generator.flat)
    ahead.iterate(1, 0)
    plain.iterate(1, 0)
    assert torch.equal(ahead.discriminator.flat, plain.discriminator.flat)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_steps_ahead_are_the_optimisers_own(optimiser: str) -> None:
    player, config = Player(Linear(3), [rng(i) for i in range(2)]), Config(optimiser=optimiser)
    player.tune(config, 0.01)
    ahead, memory = player.flat.detach().clone(), player.optimiser.memory.clone()
    for step in range(5):
        slope = torch.randn(player.flat.shape, generator=rng(step)) * 10.0 ** -(2 * step)
        slope[:, 0] = 0  # a weight that never has a gradient
        ahead, memory = player.optimiser.ahead(ahead, slope, memory, step + 1)
        player.optimiser.step(slope)
        assert torch.allclose(ahead, player.flat, atol=1e-6)


# --- lazy penalty -----------------------------------------------------------------------------------------------------


def test_a_lazy_penalty_comes_every_third_step_three_times_as_strong() -> None:
    config = SMALL.with_(data="ring", objective="minimax", constraint="r1", gamma=2.0, lazy=3, **RATES)
    config = config.with_(discriminator_steps=2)
    trainer, draws = bare(config), bare(config)
    critic, generator = textbook(trainer.discriminator, 0), textbook(trainer.generator, 0)
    for iteration in range(6):
        trainer.iterate()
        for i in range(2):
            real, fake = (
                batch(draws.draw, "real")[0].requires_grad_(),
                generator(batch(draws.draw, "latent")[0]).detach(),
            )
            loss = softplus(-critic(real)).mean() + softplus(critic(fake)).mean()
            if (2 * iteration + i) % 3 == 0:
                (slope,) = torch.autograd.grad(critic(real).sum(), real, create_graph=True)
                loss = loss + 3 * (slope.square().sum(1)).mean()  # γ/2 = 1
            descend(critic, loss, 0.05)
        descend(generator, -softplus(critic(generator(batch(draws.draw, "latent")[0]))).mean(), 0.02)
    for net, flat in zip((critic, generator), weights(trainer), strict=True):
        assert torch.allclose(row(net), flat[0], atol=1e-5)


# --- minibatch standard deviation -------------------------------------------------------------------------------------


def test_the_deviation_is_numpys_and_stands_beside_every_sample() -> None:
    x = torch.randn(3, 40, 5, generator=rng()) * torch.tensor([1.0, 2.0, 0.0])[:, None, None]
    s = deviation(x)
    assert np.allclose(s[:, 0, 0].numpy(), x.numpy().std(1).mean(1), atol=2e-4)
    told = beside(x, s)
    assert torch.equal(told[..., :5], x) and torch.equal(told[..., 5], s[..., 0].expand(3, 40))
    noisy = x.repeat(1, 5000, 1) + 0.5 * torch.randn(3, 200_000, 5, generator=rng(1))
    assert torch.allclose(deviation(x, 0.5), deviation(noisy), rtol=2e-3)
    x = torch.full((1, 4, 2), 1.5, requires_grad=True)  # a collapsed batch has a slope all the same
    assert torch.autograd.grad(deviation(x).sum(), x)[0].isfinite().all()


def test_reals_and_fakes_are_told_their_own_deviation() -> None:
    trainer = played(TINY.with_(minibatch_stddev=1, packing=2, population=2), 3)
    step = step_of(trainer)
    shown = step.deal(trainer.draw, "real", "")
    outputs = step.outputs(trainer.discriminator.flat, shown)
    for member in range(2):
        net = tanh_network(trainer.discriminator, member)
        for x, d in zip((shown.real[member], shown.fake[member]), outputs, strict=True):
            s = x.detach().numpy().std(0).mean()
            told = torch.cat([x, torch.full((len(x), 1), float(s))], 1)
            assert torch.allclose(net(told)[:, 0], d[member], atol=1e-4)


def test_pictures_take_the_deviation_of_the_present_fakes() -> None:
    trainer = played(TINY.with_(minibatch_stddev=1, instance_noise=0.4), 3)
    fake = trainer.generate(trainer.fixed_latent)[0].detach().numpy()
    s = np.sqrt(fake.var(0) + 0.4**2).mean()
    x = torch.randn(1, 9, 2, generator=rng())
    told = torch.cat([x[0], torch.full((9, 1), float(s))], 1)
    assert torch.allclose(tanh_network(trainer.discriminator, 0)(told)[:, 0], trainer.discriminate(x)[0], atol=1e-5)


def tanh_network(player: Player, member: int) -> nn.Sequential:
    return nn.Sequential(*(nn.Tanh() if isinstance(m, nn.ReLU) else m for m in textbook(player, member)))


# --- consensus --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("constraint", ["none", "gradient-penalty"])
def test_consensus_adds_the_jacobian_transposed_times_the_field(objective: str, constraint: str) -> None:
    """∇½‖v‖² = Jᵀv, with J = ∂v/∂(φ, θ) written out row by row."""
    trainer = played(TINY.with_(objective=objective, constraint=constraint, penalty=0.5, consensus=2.0), 2)
    step, g, d = step_of(trainer), trainer.generator, trainer.discriminator
    z, real, u = batch(trainer.draw, "latent"), batch(trainer.draw, "real"), batch(trainer.draw, "place")
    shown = Shown(real, step.made(z), u)
    ours = torch.cat([slope_of(step.agreement(shown), player) for player in (d, g)], 1)[0]  # type: ignore[arg-type]
    split = d.flat.shape[1]

    def losses(x: Tensor) -> tuple[Tensor, Tensor]:
        fake = g.network(unflatten(x[None, split:], g.network.shapes), z)

        def critic(at: Tensor) -> Tensor:
            return d.network(unflatten(x[None, :split], d.network.shapes), at)[..., 0]

        loss = OBJECTIVES[objective].discriminator(critic(real), critic(fake)).mean()
        if constraint != "none":
            at = fake + u * (real - fake)
            (slope,) = torch.autograd.grad(critic(at).sum(), at, create_graph=True)
            loss = loss + 0.5 * (slope.norm(dim=-1) - 1).square().mean()
        return loss, OBJECTIVES[objective].generator(critic(real), critic(fake)).mean()

    def field(x: Tensor) -> Tensor:
        loss_d, loss_g = losses(x)
        (slope_d,) = torch.autograd.grad(loss_d, x, create_graph=True)
        (slope_g,) = torch.autograd.grad(loss_g, x, create_graph=True)
        return torch.cat([slope_d[:split], slope_g[split:]])

    x = torch.cat([d.flat, g.flat], 1)[0].detach().requires_grad_()
    v = field(x)
    jacobian = torch.stack([torch.autograd.grad(each, x, retain_graph=True)[0] for each in v])
    assert torch.allclose(ours, 2.0 * jacobian.T @ v, rtol=1e-6, atol=1e-10)


# --- two numbers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linear:
    """x ↦ x·w: the discriminator of the Dirac-GAN, and of the constant 1 its generator."""

    size: int = 1

    kernels = ()

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        return ((self.size, 1),)

    @property
    def multiplications(self) -> int:
        return self.size

    def init(self, rng: torch.Generator) -> list[Tensor]:
        return [torch.zeros(self.size, 1)]

    def __call__(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        return x @ weights[0]


def dirac_field(config: Config) -> np.ndarray:
    """The Jacobian at 0 of one small step of each player alone, over its size: (ψ, θ) by (ψ, θ)."""
    h, tiny, nodes = 1e-3, 1e-4, 20_000
    quantiles = torch.as_tensor(norm.ppf((np.arange(nodes) + 0.5) / nodes)).view(1, 1, nodes, 1)
    drawn = {"latent": torch.ones(1, 1, nodes, 1), "noise": quantiles}
    config = config.with_(optimiser="sgd", latent_dim=1, discriminator_lr=h, generator_lr=h)
    columns = []
    for psi, theta in ((tiny, 0.0), (0.0, tiny)):
        generator, discriminator = players = Player(Linear(), [rng()]), Player(Linear(), [rng()])
        moved = []
        for steps in ((1, 0), (0, 1)):
            for player, start in ((discriminator, psi), (generator, theta)):
                player.flat = torch.full((1, 1), start).requires_grad_()
                player._optimiser_name = None
                player.tune(config, h)
            AutogradStep(players, config, None).iterate(lambda what, n: (drawn.get(what, 0 * quantiles), 0), *steps)
            moved.append((discriminator.flat.item() - psi, generator.flat.item() - theta))
        columns.append([moved[0][0] / h / tiny, moved[1][1] / h / tiny])
    return np.array(columns).T


DIRAC: dict[str, tuple[dict[str, Value], Callable[[], complex]]] = {  # the eigenvalue with the positive imaginary part
    "plain": ({}, lambda: 0.5j),
    "consensus": ({"consensus": 1.0}, lambda: -1 / 4 + 0.5j),
    "noise": ({"instance_noise": 1.0}, lambda: -1 / 4 + 1j * math.sqrt(1 / 4 - 1 / 16)),
    "critical noise": ({"instance_noise": math.sqrt(2)}, lambda: -0.5 + 0j),
    "r1": ({"constraint": "r1", "gamma": 0.3}, lambda: -0.15 + 1j * math.sqrt(0.25 - 0.0225)),
}


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("name", DIRAC)
def test_the_dirac_gan_has_the_papers_eigenvalues(name: str) -> None:
    """Mescheder et al. 2018: ±i/2 without, −γ/4 ± i/2 with consensus, −σ²/4 ± √(σ⁴/16 − 1/4) with noise."""
    settings, wanted = DIRAC[name]
    eigenvalues = np.linalg.eigvals(dirac_field(Config(objective="non-saturating", **settings)))  # type: ignore[arg-type]
    nearest = min(eigenvalues, key=lambda value: abs(value - wanted()))
    assert abs(nearest - wanted()) < (0.02 if name == "critical noise" else 1e-3)  # a double root moves as a root does
