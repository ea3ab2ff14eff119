"""Slow motion shows the truth: the trainer's own updates, and autograd's losses, outputs and gradients on those batches."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, relu

from playground import images
from playground.config import Config
from playground.networks import unflatten
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS
from playground.plots.view import decode, encode
from playground.slow_motion import STAGES, Update, play, watch
from playground.slow_motion.report import IMAGES, SHOWN
from playground.training import Diverged, Trainer
from playground.ui.slow_pictures import picture

SMALL: dict[str, Any] = {"generator_width": 8, "discriminator_width": 8, "batch_size": 24, "latent_dim": 3}
LINE, PLANE = Config(data="two-gaussians", **SMALL), Config(data="ring", **SMALL)
DIGITS = Config(
    data="mnist", players="conv-resize", generator_width=4, discriminator_width=4, batch_size=16, latent_dim=3
)
DATA = {"1d": LINE, "2d": PLANE, "mnist": DIGITS}
GAMES: dict[str, dict[str, Any]] = {
    "minimax": {"objective": "minimax"},
    "non-saturating": {"objective": "non-saturating"},
    "gradient penalty": {"objective": "wasserstein", "constraint": "gradient-penalty", "discriminator_steps": 3},
    "clipping": {"objective": "wasserstein", "constraint": "clip", "clip": 0.05, "optimiser": "rmsprop"},
    "hinge": {"objective": "hinge", "discriminator_steps": 2, "generator_steps": 2, "optimiser": "sgd"},
}
everything = pytest.mark.parametrize(
    "config", [pytest.param(data.with_(**game), id=f"{where} {name}")
               for where, data in DATA.items() for name, game in GAMES.items()]
)  # fmt: skip
OTHERS = {  # what the trainer must play alike, whatever path and tricks
    "spectral norm": {"constraint": "spectral-norm"},
    "relativistic": {"objective": "relativistic", "discriminator_steps": 2},
    "fading noise": {"instance_noise": 0.5, "noise_decay": 8, "discriminator_steps": 2},
    "lazy penalty": {"constraint": "r1", "lazy": 3, "discriminator_steps": 2},
    "packing": {"packing": 2},
    "unrolling": {"unrolling": 2},
    "consensus": {"consensus": 0.1},
    "average": {"ema": 0.9},
    "deviation": {"minibatch_stddev": 1},
    "smoothing": {"label_smoothing": 0.2},
    "frozen": {"discriminator_steps": 0, "generator_steps": 0},
    "many members": {"population": 3},
}


@pytest.fixture
def exact(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[float]:
    """Everything in float64, images in float32 as on a processor without shorter numbers; how exact that is."""
    monkeypatch.setattr(images, "short_is_native", lambda: False)
    torch.set_default_dtype(torch.float32 if config.data == "mnist" else torch.float64)
    yield 2e-3 if config.data == "mnist" else 1e-6
    torch.set_default_dtype(torch.float32)


def at_third(config: Config) -> Trainer:
    """A trainer whose third iteration is next."""
    trainer = Trainer(config)
    trainer.iterate()
    trainer.iterate()
    return trainer


def state(trainer: Trainer) -> list[Tensor]:
    """All that decides how a game goes on."""
    players = trainer.generator, trainer.discriminator
    return [x.detach() for p in players for x in (p.flat, p.optimiser.memory, p.optimiser.steps)]


@pytest.mark.slow
@everything
def test_a_game_that_was_looked_at_is_the_game_that_was_not_to_the_last_bit(config: Config) -> None:
    looked_at, left_alone = at_third(config), at_third(config)
    play(looked_at)
    left_alone.iterate()
    for _ in range(3):
        assert all(map(torch.equal, state(looked_at), state(left_alone)))
        assert looked_at.iteration == left_alone.iteration
        looked_at.iterate()
        left_alone.iterate()
    for ours, theirs in zip(looked_at.losses.columns(0).values(), left_alone.losses.columns(0).values(), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("knobs", OTHERS.values(), ids=OTHERS)
def test_so_it_is_under_every_trick(knobs: dict) -> None:
    looked_at, left_alone = at_third(PLANE.with_(**knobs)), at_third(PLANE.with_(**knobs))
    for _ in range(4):
        play(looked_at)
        left_alone.iterate()
    looked_at.iterate()
    left_alone.iterate()
    assert all(map(torch.equal, state(looked_at), state(left_alone)))


class Reference:
    """The same game as a textbook writes it: `torch.optim`, torch's losses, batches drawn from an equal trainer."""

    def __init__(self, config: Config) -> None:
        self.trainer, self.config = at_third(config), config
        self.g, self.d = self.trainer.generator, self.trainer.discriminator
        self.ways = {id(p): self._way(p, lr) for p, lr in
                     ((self.g, config.generator_lr), (self.d, config.discriminator_lr))}  # fmt: skip

    def _way(self, player, lr: float) -> torch.optim.Optimizer:
        """The player's own optimiser, but torch's."""
        steps, (mean, square) = player.optimiser.steps.clone(), player.optimiser.memory
        if self.config.optimiser == "sgd":
            return torch.optim.SGD([player.flat], lr)
        if self.config.optimiser == "rmsprop":
            way = torch.optim.RMSprop([player.flat], lr)
            way.state[player.flat] = {"step": steps, "square_avg": square.clone()}
            return way
        way = torch.optim.Adam([player.flat], lr, (self.config.beta1, self.config.beta2))
        way.state[player.flat] = {"step": steps, "exp_avg": mean.clone(), "exp_avg_sq": square.clone()}
        return way

    def batch(self, what: str) -> Tensor:
        block, start = self.trainer.draw(what, 1)
        return block[:, start]

    def judge(self, x: Tensor) -> Tensor:
        return self.d.network(self.d.weights(), x)[..., 0]

    def fakes(self, z: Tensor) -> Tensor:
        return self.g.network(self.g.weights(), z)

    def update_discriminator(self) -> dict[str, Any]:
        z, real = self.batch("latent"), self.batch("real")
        with torch.no_grad():
            fake = self.fakes(z)
        d_real, d_fake = self.judge(real), self.judge(fake)
        loss, penalty = D_LOSS[self.config.objective](d_real, d_fake), torch.zeros(())
        if self.config.constraint == "gradient-penalty":
            u = self.batch("place")
            x = (u * real + (1 - u) * fake).requires_grad_()
            (slope,) = torch.autograd.grad(self.judge(x).sum(), x, create_graph=True)
            penalty = self.config.penalty * (slope.norm(dim=2) - self.config.gradient_target).square().mean()
        seen = {"loss": float(loss.detach()), "penalty": float(penalty.detach()), "d_real": d_real, "d_fake": d_fake}
        return seen | {"z": z, "fake": fake, "real": real} | self.follow(self.d, loss + penalty)

    def update_generator(self) -> dict[str, Any]:
        z = self.batch("latent")
        fake = self.fakes(z)
        d_fake = self.judge(fake)
        loss = G_LOSS[self.config.objective](d_fake)
        (pull,) = torch.autograd.grad(loss * d_fake.shape[1], fake, retain_graph=True)
        seen = {"loss": float(loss.detach()), "d_fake": d_fake, "z": z, "fake": fake.detach(), "pull": -pull}
        seen |= self.follow(self.g, loss)
        return seen | {"fake_after": self.fakes(z)}

    def follow(self, player, loss: Tensor) -> dict[str, Any]:
        """One step of torch's optimiser; clipped if it must be."""
        before = player.flat.detach().clone()
        (player.flat.grad,) = torch.autograd.grad(loss, player.flat)
        self.ways[id(player)].step()
        if self.config.constraint == "clip" and player is self.d:
            player.flat.data.clamp_(-self.config.clip, self.config.clip)
        return {"gradient": float(player.flat.grad.norm()), "step": float((player.flat.detach() - before).norm()),
                "slopes": player.flat.grad}  # fmt: skip


def bce(d: Tensor, label: float) -> Tensor:
    return binary_cross_entropy_with_logits(d, torch.full_like(d, label))


D_LOSS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "minimax": lambda d_real, d_fake: bce(d_real, 1.0) + bce(d_fake, 0.0),
    "non-saturating": lambda d_real, d_fake: bce(d_real, 1.0) + bce(d_fake, 0.0),
    "wasserstein": lambda d_real, d_fake: d_fake.mean() - d_real.mean(),
    "hinge": lambda d_real, d_fake: relu(1 - d_real).mean() + relu(1 + d_fake).mean(),
}
G_LOSS: dict[str, Callable[[Tensor], Tensor]] = {
    "minimax": lambda d_fake: -bce(d_fake, 0.0),
    "non-saturating": lambda d_fake: bce(d_fake, 1.0),
    "wasserstein": lambda d_fake: -d_fake.mean(),
    "hinge": lambda d_fake: -d_fake.mean(),
}


def alike(ours: object, theirs: float | Tensor, rtol: float) -> None:
    """Of all numbers, relative to the largest: small ones are sums that cancel."""
    expected = np.asarray(theirs.detach() if isinstance(theirs, Tensor) else theirs)
    np.testing.assert_allclose(np.asarray(ours), expected, rtol, rtol * float(np.abs(expected).max()))


@everything
def test_what_is_shown_of_each_update_is_autograds_and_torchs(config: Config, exact: float) -> None:
    close = partial(alike, rtol=exact)
    trainer, reference = at_third(config), Reference(config)
    updates = watch(trainer)
    assert [u.player for u in updates] == ["discriminator"] * config.discriminator_steps + [
        "generator"
    ] * config.generator_steps
    for u in updates:
        told = reference.update_discriminator() if u.player == "discriminator" else reference.update_generator()
        for name in ("loss", "gradient", "step"):
            close(getattr(u, name), told[name])
        close(u.d_fake, told["d_fake"][0])
        for name, shown in (
            ("z", u.z),
            ("fake", u.fake),
            ("real", u.real),
            ("pull", u.pull),
            ("fake_after", u.fake_after),
        ):
            if shown is not None:
                close(shown, told[name][0, : len(shown)])
        if u.player == "discriminator":
            close(u.penalty, told["penalty"])
            close(u.d_real, told["d_real"][0])
            close(u.d_fake_after, reference.judge(told["fake"])[0])
            close(u.d_real_after, reference.judge(told["real"])[0])
        else:
            close(u.d_fake_after, reference.judge(told["fake_after"])[0])
        player = reference.d if u.player == "discriminator" else reference.g
        slopes = unflatten(told["slopes"], player.network.shapes)
        close(u.layers, torch.stack([slopes[kernel].norm() for kernel in player.network.kernels]))
    for ours, theirs in ((trainer.generator, reference.g), (trainer.discriminator, reference.d)):
        close(ours.flat.detach().numpy(), theirs.flat)


def test_the_share_of_clipped_weights_is_counted() -> None:
    config = PLANE.with_(**GAMES["clipping"])
    trainer = at_third(config)
    shown = watch(trainer)[0].clipped
    weights = trainer.discriminator.flat.detach().abs()
    assert 0 < shown == float((weights == weights.max()).double().mean()) < 1


@pytest.mark.parametrize("objective", [name for name, each in OBJECTIVES.items() if each.silent])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_what_reals_and_fakes_add_is_the_loss(objective: str, smoothing: float) -> None:
    u = first(PLANE.with_(objective=objective, label_smoothing=smoothing))
    assert u.loss_real is not None and u.loss_fake is not None and u.cost_real is not None and u.cost_fake is not None
    assert u.loss_real + u.loss_fake == pytest.approx(u.loss, rel=1e-5)
    assert (u.cost_real.mean(), u.cost_fake.mean()) == pytest.approx((u.loss_real, u.loss_fake), rel=1e-4)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_push_on_an_output_is_the_curves_slope_there(objective: str) -> None:
    u = first(PLANE.with_(objective=objective))
    assert u.curve is not None and u.curve_real is not None and u.push_real is not None and u.d_real is not None
    at = u.d_real if u.curve_fake is not None else u.d_real - u.d_fake
    slope = np.interp(at, u.curve, np.gradient(u.curve_real, u.curve))
    smooth = np.abs(at - 1) > 0.1 if objective == "hinge" else np.isfinite(at)  # away from the kink
    np.testing.assert_allclose(u.push_real[smooth], -slope[smooth], atol=0.02)


@pytest.mark.parametrize("data", ["1d", "2d"])
def test_the_gradients_wish_is_how_outputs_change_along_a_small_step(data: str) -> None:
    """By gradient descent the field after − before is the learning rate times the wish, up to its square."""
    u = first(DATA[data].with_(optimiser="sgd", discriminator_lr=1e-4, activation="tanh"))
    assert u.field is not None and u.field_after is not None and u.field_push is not None
    np.testing.assert_allclose((u.field_after - u.field) / 1e-4, u.field_push, atol=0.05 * np.abs(u.field_push).max())


def test_the_field_is_the_discriminators_at_the_places_of_the_axis() -> None:
    trainer = at_third(PLANE)
    u = watch(trainer)[0]
    assert u.axis is not None and u.field_after is not None
    row, column = 5, 31
    point = torch.tensor([[[u.axis[column], u.axis[row]]]], dtype=torch.float32)
    assert u.field_after[row, column] == pytest.approx(float(trainer.discriminate(point).detach()), abs=1e-5)


def test_each_member_is_shown_its_own_update() -> None:
    together = at_third(PLANE.with_(population=3, seed=4))
    shown = watch(together, 2)[0]
    alone = watch(at_third(PLANE.with_(seed=6)))[0]
    for name in ("z", "fake", "d_real", "gradient", "step", "field_after"):
        np.testing.assert_allclose(getattr(shown, name), getattr(alone, name), rtol=1e-3, atol=1e-5)


def test_stages_follow_the_updates_and_name_them() -> None:
    motion = play(at_third(PLANE.with_(discriminator_steps=3, generator_steps=2)))
    d, g = (len(STAGES[player]) for player in ("discriminator", "generator"))
    turns = list(dict.fromkeys(stage.turn for stage in motion.stages))
    assert len(motion.stages) == 3 * d + 2 * g and turns == ["D 1", "D 2", "D 3", "G 1", "G 2"]
    assert motion.iteration == 3


def test_the_words_say_how_sure_the_discriminator_is() -> None:
    motion = play(at_third(PLANE))
    outputs = next(stage for stage in motion.stages if stage.kind == "outputs")
    sure = 100 / (1 + np.exp(-outputs.update.d_fake))
    assert dict(outputs.numbers)["mean D(fake)"] == f"{sure.mean() / 100:.3g}"


def test_a_long_iteration_of_many_samples_takes_a_few_megabytes() -> None:
    motion = play(Trainer(DIGITS.with_(players="mlp", batch_size=512, discriminator_steps=20)))
    updates = {id(stage.update): stage.update for stage in motion.stages}.values()
    size = sum(array.nbytes for u in updates for array in vars(u).values() if isinstance(array, np.ndarray))
    assert size < 8e6 and len(updates) == 21
    assert all(len(u.fake) == IMAGES for u in updates) and IMAGES < SHOWN


def test_an_iteration_that_diverges_says_so() -> None:
    trainer = Trainer(PLANE.with_(optimiser="sgd", discriminator_lr=1.0, generator_lr=1.0, objective="wasserstein"))
    with pytest.raises(Diverged, match="is no longer a finite number"):
        all(play(trainer) for _ in range(200))


def first(config: Config) -> Update:
    """The discriminator's first update of the third iteration."""
    return watch(at_third(config))[0]


def test_every_optimiser_is_told() -> None:
    for optimiser in OPTIMISERS:
        assert all(stage.formula for stage in play(at_third(PLANE.with_(optimiser=optimiser))).stages)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("where", "knobs"), [*((where, {}) for where in DATA), ("1d", {"latent_dim": 1}),
                                              ("2d", {"packing": 2}), ("2d", {"instance_noise": 0.3})])  # fmt: skip
def test_every_stage_of_every_game_has_a_picture_of_its_samples(where: str, knobs: dict, objective: str) -> None:
    motion = play(at_third(DATA[where].with_(objective=objective, **knobs)))
    for stage in motion.stages:
        view = decode(encode(picture(stage, motion.iteration)))
        assert view["alt"].startswith(stage.title) and view["iteration"] == 3
        arrays = [array for layer in view["layers"] for array in layer["arrays"].values()]
        assert arrays and all(np.isfinite(array).all() for array in arrays)
