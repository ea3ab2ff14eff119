"""What is recorded of the players is what autograd, plain networks and a second look say, and looking changes nothing."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from playground.config import Config, Value
from playground.constraints import CONSTRAINTS
from playground.experiments import EXPERIMENTS
from playground.meter import PACES, SPARSE, STRETCH, pace
from playground.metrics import METRICS
from playground.objectives import OBJECTIVES
from playground.past import KEPT
from playground.probe import FOLLOWED, POINTS, layer_norms, spaced
from playground.snapshot import take
from playground.training import Diverged, Trainer
from tests.games import play_to, played

SMALL = Config(
    data="two-gaussians", spread=0.5, latent_dim=2, generator_width=8, discriminator_width=8, batch_size=16, seed=3
)
RING = SMALL.with_(data="ring")
DEAR = [name for name, metric in METRICS.items() if metric.is_dear(2)]


def sequential(trainer: Trainer, member: int = 0) -> nn.Sequential:
    """The discriminator as an ordinary network in float64."""
    modules: list[nn.Module] = []
    parts = [w[member].detach().double() for w in trainer.discriminator.weights()]
    for kernel, bias in zip(parts[::2], parts[1::2], strict=True):
        linear = nn.Linear(len(kernel), kernel.shape[1]).double()
        linear.load_state_dict({"weight": kernel.T, "bias": bias[0]})
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


# --- when -------------------------------------------------------------------------------------------------------------


def test_in_the_plane_every_fifth_measurement_has_the_dear_metrics_and_a_snapshot_keeps_the_distance() -> None:
    trainer = played(RING, (SPARSE + 1) * pace(RING))
    columns = trainer.metrics.columns()
    for name in DEAR:
        measured = np.isfinite(columns[name])
        assert np.flatnonzero(measured).tolist() in ([0, SPARSE], []), name  # none: the ring has no such thing
    assert take(trainer).emd == columns["emd"][SPARSE]
    on_a_line = played(SMALL, 3 * pace(SMALL)).metrics.columns()
    assert np.isfinite(on_a_line["emd"]).all() and np.isfinite(on_a_line["sliced"]).all()


def test_a_distance_known_late_is_the_one_of_its_iteration() -> None:
    """It is that of the fakes at the measurement, in the row of the measurement, however far training has gone on."""
    trainer = Trainer(RING)
    play_to(trainer, SPARSE * pace(RING))
    wanted = trainer.measure()
    for _ in range(40):
        trainer.iterate()
    trainer.meter.settle()
    columns = trainer.metrics.columns()
    row = list(columns["iteration"]).index(SPARSE * pace(RING))
    for name in METRICS:
        assert columns[name][row] == pytest.approx(wanted[name][0], rel=1e-6, nan_ok=True), name
        assert trainer.metrics.last()[name][0] == pytest.approx(wanted[name][0], rel=1e-6, nan_ok=True), name


def test_what_nobody_wants_is_not_measured_and_all_else_is_the_same() -> None:
    all_of_it, some = Trainer(RING), Trainer(RING, metrics={"emd", "js"})
    for trainer in (all_of_it, some):
        play_to(trainer, SPARSE * pace(RING))
        trainer.meter.settle()
    wanted, columns = all_of_it.metrics.columns(), some.metrics.columns()
    for name in METRICS:
        if name in DEAR and name not in ("emd", "js"):
            assert np.isnan(columns[name]).all(), name
        else:
            np.testing.assert_array_equal(columns[name], wanted[name], name)


def test_measurements_keep_pace_with_the_work() -> None:
    """Never more often than leaves room for training, and often enough to be watched."""
    small, large = Config(generator_width=8, discriminator_width=8, batch_size=64), Config(data="mnist", batch_size=256)
    assert pace(small) == PACES[-1] and pace(large) == PACES[0]
    middle = Config(discriminator_steps=5, constraint="gradient-penalty")
    assert pace(middle) * middle.work / 4e10 >= STRETCH or pace(middle) == PACES[-1]


@pytest.mark.parametrize("data", ["two-gaussians", "ring", "pinwheel"])
def test_all_that_is_measured_of_a_member_is_what_its_own_run_measures(data: str) -> None:
    config = SMALL.with_(data=data, objective="wasserstein", constraint="clip", clip=0.05, optimiser="rmsprop")
    length = SPARSE * pace(config)
    together = played(config.with_(population=2), length)
    for member in range(2):
        ours = together.metrics.columns(member)
        alone = played(config.with_(seed=config.seed + member), length).metrics.columns()
        for name in ours:
            assert np.allclose(ours[name], alone[name], rtol=1e-3, atol=1e-3, equal_nan=True), name
        shown, single = take(together, member), take(played(config.with_(seed=config.seed + member), length))
        for field in ("slopes", "d_weights", "layer_norms"):
            assert np.allclose(getattr(shown, field), getattr(single, field), rtol=1e-3, atol=1e-5)


def test_a_second_look_sees_what_the_first_did_and_leaves_no_trace() -> None:
    trainer, undisturbed = played(RING, 2 * pace(RING)), played(RING, 2 * pace(RING))
    first, second = trainer.measure(), trainer.measure()
    recorded = trainer.metrics.last()
    for name, metric in METRICS.items():
        assert np.array_equal(first[name], second[name], equal_nan=True), name
        if not metric.dear:
            assert np.array_equal(first[name], recorded[name], equal_nan=True), name
    for run in (trainer, undisturbed):
        run.advance(pace(RING))
        run.meter.settle()
    for name, column in trainer.metrics.columns().items():
        assert np.array_equal(column, undisturbed.metrics.columns()[name], equal_nan=True), name


# --- what -------------------------------------------------------------------------------------------------------------


def test_measured_signals_are_those_of_a_look() -> None:
    trainer = played(SMALL, pace(SMALL))
    _, d_real, d_fake, arrows = trainer.look(2048)
    last = trainer.metrics.last()
    assert last["generator_signal"][0] == pytest.approx(arrows[0].norm(dim=1).mean().item(), rel=1e-5)
    assert last["saturation_fake"][0] == pytest.approx((torch.sigmoid(d_fake) <= 0.01).double().mean().item())
    assert last["saturation_real"][0] == pytest.approx((torch.sigmoid(d_real) >= 0.99).double().mean().item())
    loss = (softplus(-d_real) + softplus(d_fake)).double().mean().item()
    assert last["estimate"][0] == pytest.approx(np.log(2) - loss / 2, abs=1e-6)


@pytest.mark.parametrize(("objective", "level"), [("non-saturating", 0.0), ("least-squares", 0.5), ("hinge", 0.0)])
def test_decisions_are_taken_at_the_neutral_output(objective: str, level: float) -> None:
    trainer = played(SMALL.with_(objective=objective), pace(SMALL))
    with torch.no_grad():
        d_held_out = trainer.discriminate(trainer.fixed_held_out)
    _, d_real, d_fake, _ = trainer.look(2048)
    last = {name: values[0] for name, values in trainer.metrics.last().items()}
    assert last["accuracy_fake"] == pytest.approx((d_fake < level).double().mean().item())
    assert last["accuracy_real"] == pytest.approx((d_real > level).double().mean().item())
    assert last["sign_train"] == pytest.approx((d_real - level).sign().double().mean().item())
    assert last["sign_held_out"] == pytest.approx((d_held_out - level).sign().double().mean().item())


def test_held_out_samples_are_those_that_nobody_trains_on() -> None:
    few = Trainer(RING.with_(train_samples=5, population=2))
    for member in range(2):
        seen, unseen = few.fixed_real[member], few.fixed_held_out[member]
        assert len(torch.unique(seen, dim=0)) == 5 and len(torch.unique(unseen, dim=0)) == len(unseen) >= 1000
    assert not torch.equal(few.fixed_held_out[0], few.fixed_held_out[1])


def test_a_discriminator_that_knows_its_samples_by_heart_is_told_by_its_signs() -> None:
    """ADA: r_t rises far above r_v on few samples, and stays by it on endless ones."""
    config = EXPERIMENTS["overfitting"].config
    few, endless = (played(config.with_(train_samples=n), 2000).metrics.columns() for n in (32, 0))
    assert np.mean(few["sign_train"][-3:] - few["sign_held_out"][-3:]) > 0.3
    assert abs(np.mean(endless["sign_train"][-3:] - endless["sign_held_out"][-3:])) < 0.1


def test_past_fakes_are_those_of_earlier_measurements() -> None:
    trainer, before, every = Trainer(RING), [], pace(RING)
    for _ in range(3):
        before.append(trainer.generate(trainer.fixed_latent[:, :KEPT]).detach())
        assert trainer.iteration > 0 or math.isnan(trainer.metrics.last()["accuracy_past"][0])
        trainer.advance(every)
    d = trainer.discriminate(torch.cat(before, 1)).detach()
    assert trainer.metrics.last()["accuracy_past"][0] == pytest.approx((d < 0).double().mean().item())


def test_the_turn_is_the_cosine_of_the_generators_last_two_moves() -> None:
    trainer, places, every = Trainer(SMALL), [], pace(SMALL)
    for _ in range(3):
        places.append(trainer.generator.flat.detach().clone()[0].double())
        assert trainer.iteration >= 2 * every or math.isnan(trainer.metrics.last()["turn"][0])
        trainer.advance(every)
    places.append(trainer.generator.flat.detach()[0].double())
    wanted = torch.cosine_similarity(places[3] - places[2], places[2] - places[1], dim=0).item()
    assert trainer.metrics.last()["turn"][0] == pytest.approx(wanted, abs=1e-5)
    assert math.isnan(played(SMALL.with_(generator_steps=0), 2 * every).metrics.last()["turn"][0])


@pytest.mark.parametrize(("n", "most"), [(5, 10), (10, 10), (23, 10), (5000, FOLLOWED)])
def test_some_weights_are_evenly_spaced_and_all_different(n: int, most: int) -> None:
    chosen = spaced(n, most)
    assert len(chosen) == min(n, most) == len(chosen.unique()) and (chosen[0], chosen[-1]) == (0, n - 1)
    assert chosen.diff().max() <= math.ceil(n / most) + 1


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_generators_gradient_is_that_of_a_plain_loss(objective: str) -> None:
    trainer = played(SMALL.with_(objective=objective, population=2), 30)
    measured = trainer.measure()["generator_gradient"]
    for member in range(2):
        chosen = slice(member, member + 1)
        weights = [w.detach().clone().requires_grad_() for w in trainer.generator.weights(chosen)]
        d_fake = trainer.discriminate(trainer.generator.network(weights, trainer.fixed_latent[chosen, :POINTS]), chosen)
        d_real = trainer.discriminate(trainer.fixed_real[chosen, :POINTS], chosen)
        slopes = torch.autograd.grad(OBJECTIVES[objective].generator(d_real, d_fake).mean(), weights)
        wanted = math.sqrt(sum(float(slope.square().sum()) for slope in slopes))
        assert measured[member] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("constraint", ["none", "spectral-norm"])
def test_slopes_are_the_differences_of_d_along_a_small_step(constraint: str) -> None:
    trainer = played(RING.with_(constraint=constraint, activation="tanh"), pace(RING))
    fake = trainer.generate(trainer.fixed_latent)[:, :POINTS].detach()
    share = (torch.arange(POINTS)[:, None] + 0.5) / POINTS
    x, h = fake + share * (trainer.fixed_real[:, :POINTS] - fake), 1e-2
    ends = [[trainer.discriminate(x + s * h * torch.eye(2)[axis]).detach() for s in (1, -1)] for axis in range(2)]
    wanted = torch.stack([(up - down) / (2 * h) for up, down in ends]).norm(dim=0)[0].numpy()
    last = {name: values[0] for name, values in trainer.metrics.last().items()}
    assert last["slope_mean"] == pytest.approx(wanted.mean(), rel=1e-2)
    assert last["slope_deviation"] == pytest.approx(wanted.std(), rel=5e-2)
    assert last["slope_high"] == pytest.approx(np.quantile(wanted, 0.95), rel=2e-2)
    assert np.allclose(take(trainer).slopes, wanted, rtol=0.05, atol=1e-3)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_layer_norms_are_the_gradients_of_a_plain_networks_layers(objective: str) -> None:
    trainer = played(RING.with_(objective=objective, discriminator_depth=3, population=2), 50)
    fake = trainer.generate(trainer.fixed_latent).detach()
    for member in range(2):
        h: Tensor = torch.cat([trainer.fixed_real[member, :POINTS], fake[member, :POINTS]]).double()
        outputs: list[Tensor] = []
        for module in sequential(trainer, member):
            h = module(h)
            if isinstance(module, nn.Linear):
                h.retain_grad()
                outputs.append(h)
        d_real, d_fake = h[:, 0].split(POINTS)
        OBJECTIVES[objective].discriminator(d_real, d_fake).sum().backward()
        wanted = [float(out.grad.norm(dim=1).mean()) for out in reversed(outputs) if out.grad is not None]
        assert len(wanted) == 4 and np.allclose(
            layer_norms(trainer, fake[member : member + 1], member), wanted, rtol=1e-5
        )


def test_a_gradient_that_fades_over_many_layers_is_seen_to_its_end() -> None:
    """WGAN-GP, figure 1b: under small weights each layer takes its share; float32 alone would find nothing at all."""
    config = RING.with_(discriminator_depth=12, objective="wasserstein", constraint="clip", clip=1e-3)
    trainer = Trainer(config)
    with torch.no_grad():
        trainer.discriminator.flat.clamp_(-config.clip, config.clip)
    fake = trainer.generate(trainer.fixed_latent).detach()
    norms, growth = layer_norms(trainer, fake[:1], 0), trainer.measure()["layer_growth"][0]
    assert len(norms) == 13 and 0 < norms[-1] < 1e-20 and -3.5 < growth < -1.5
    assert trainer.measure()["clipped"][0] > 0.9


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_only_clipped_weights_lie_at_a_bound(constraint: str) -> None:
    trainer = played(SMALL.with_(constraint=constraint, clip=0.05), 20)
    clipped = trainer.measure()["clipped"][0]
    if constraint != "clip":
        assert math.isnan(clipped)
    else:
        assert clipped == pytest.approx((trainer.discriminator.flat.abs() >= 0.05 * (1 - 1e-6)).double().mean().item())


UNDEFINED: list[tuple[dict[str, Value], set[str]]] = [
    ({"objective": "wasserstein"}, {"saturation_fake", "saturation_real", "optimum_gap"}),
    ({"objective": "hinge"}, {"saturation_fake", "saturation_real", "optimum_gap"}),
    ({"data": "pinwheel"}, {"js", "kl", "optimum_gap"}),
    ({"discriminator_depth": 0}, {"layer_growth"}),
    ({"constraint": "none"}, {"clipped", "confidence", "as_asked", "frechet", "precision", "recall", "memorised"}),
    ({"generator_steps": 0}, {"turn"}),
]


@pytest.mark.parametrize(("changes", "names"), UNDEFINED, ids=[str(changes) for changes, _ in UNDEFINED])
def test_what_a_game_does_not_have_is_not_a_number(changes: dict[str, Value], names: set[str]) -> None:
    config = RING.with_(**changes)
    measured = played(config, 3 * pace(config)).measure()
    assert names <= {name for name, values in measured.items() if np.isnan(values).any()}
    everything = {name for name, metric in METRICS.items() if metric.samples} - UNDEFINED[4][1] - UNDEFINED[2][1]
    assert np.isfinite([measured[name] for name in everything]).all()


@pytest.mark.parametrize("member", [1, 10])
def test_what_is_no_longer_finite_is_a_divergence_with_its_name(member: int) -> None:
    """Also of those members that are looked at after the first few."""
    trainer = Trainer(RING.with_(population=member + 1))
    with torch.no_grad():
        trainer.generator.flat[member] = torch.inf
    with pytest.raises(Diverged, match=rf"a sample of seed {RING.seed + member} is no longer a finite number"):
        trainer.measure()
