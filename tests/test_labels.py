"""Conditional games of digits: labels travel with their images, and the players compute what torch's own modules do."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from playground.autograd import AutogradStep
from playground.config import Config
from playground.constraints import CONSTRAINTS
from playground.digits import digits_yardstick
from playground.images import ConvDiscriminator
from playground.labels import IMAGE, LABEL, SIZE, LabelledMnist, asked_of, encoded, images_of, laid_out, rows_of
from playground.metrics import METRICS
from playground.mnist import DIGITS, Mnist, archive
from playground.networks import PLAYERS, flatten, unflatten
from playground.objectives import OBJECTIVES
from playground.snapshot import take
from playground.streams import batch
from playground.training import Trainer
from tests.conftest import rng

SMALL = Config(
    data="mnist", condition="digit", generator_width=8, discriminator_width=8, batch_size=16, latent_dim=4, seed=2
)
EVERY = pytest.mark.parametrize("players", PLAYERS)


# --- data -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("digits", "limit"), [(DIGITS, None), ((1, 7), 20)])
def test_pairs_are_the_images_of_a_game_without_labels_each_with_its_own_label(
    digits: tuple, limit: int | None
) -> None:
    pairs, images = (kind(digits, limit).sample(200, rng(5)) for kind in (LabelledMnist, Mnist))
    assert pairs.shape == (200, LabelledMnist.dim) and torch.equal(images_of(pairs), images)
    label_of = {
        image.tobytes(): label
        for image, label in zip(archive()["train_images"], archive()["train_labels"], strict=True)
    }
    drawn = ((images_of(pairs) + 1) * 127.5).round().to(torch.uint8).numpy()
    assert asked_of(pairs).tolist() == [label_of[image.tobytes()] for image in drawn]
    assert torch.equal(pairs[:, IMAGE:].sum(1), torch.full((200,), SIZE))


def test_labels_are_asked_for_as_often_as_the_data_have_them() -> None:
    data = LabelledMnist((1, 7))
    share = (asked_of(torch.cat([torch.zeros(6000, IMAGE), data.ask(6000, rng())], 1)) == 1).double().mean()
    assert share.item() == pytest.approx((data.labels == 1).double().mean().item(), abs=0.03)
    assert set(data.ask(50, rng()).argmax(1).tolist()) == {1, 7}


@pytest.mark.parametrize("digits", [DIGITS, (1, 7), (3,), (0, 4, 9)])
def test_a_sheet_asks_a_digit_a_row_and_repeats_no_latent_for_the_same_digit(digits: tuple[int, ...]) -> None:
    z = torch.randn(150, 3, generator=rng())
    sheet = laid_out(z, digits)
    asked = sheet[:, 3:].argmax(1)
    assert asked[:100].view(10, 10).eq(torch.tensor(rows_of(digits))[:, None]).all()
    assert set(asked[:100].tolist()) == set(asked[100:].tolist()) == set(digits)
    pairs = {(tuple(row[:3].tolist()), int(digit)) for row, digit in zip(sheet[:100], asked, strict=False)}
    assert len(pairs) == 100
    assert torch.equal(sheet[100:, :3], z[100:])
    if len(digits) == 10:
        assert sheet[:100, :3].view(10, 10, 3).eq(z[:10]).all()  # equal columns are equal latents


def test_samples_without_a_label_ask_for_nothing() -> None:
    assert len(asked_of(torch.zeros(5, IMAGE))) == 0 and images_of(torch.zeros(5, 2)).shape == (5, 2)


# --- players ----------------------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("packing", [1, 3])
def test_a_generator_passes_labels_on_and_draws_by_them(players: str, packing: int) -> None:
    config = SMALL.with_(players=players, packing=packing)
    generator, discriminator = PLAYERS[players](config, IMAGE + LABEL)
    weights = unflatten(flatten(generator.init(rng()))[None], generator.shapes)
    z = laid_out(torch.randn(120, 4, generator=rng(1)), DIGITS)[None]
    pairs = generator(weights, z)
    assert pairs.shape == (1, 120, IMAGE + LABEL) and torch.equal(pairs[..., IMAGE:], z[..., 4:])
    assert images_of(pairs).abs().max() <= 1
    other = torch.cat([z[..., :4], z[..., 4:].roll(1, -1)], -1)
    assert not torch.allclose(images_of(generator(weights, other)), images_of(pairs), atol=1e-4)
    judged = pairs.view(1, 120 // packing, -1)
    judging = unflatten(flatten(discriminator.init(rng()))[None], discriminator.shapes)
    assert discriminator(judging, judged).shape == (1, 120 // packing, 1)


@pytest.mark.parametrize("pack", [1, 2])
def test_the_discriminator_of_pairs_is_a_projection_discriminator(pack: int) -> None:
    """D(x, y) = wᵀφ(x) + b + yᵀVφ(x), with φ, w and V as torch's own modules; slopes toward weights and pairs too."""
    network = ConvDiscriminator(4, "leaky-relu", pack, LABEL)
    weights = [w.double().requires_grad_() for w in network.init(rng())]
    modules: list[nn.Module] = []
    for kernel, bias in ((0, 1), (2, 3), (4, 5)):
        layer = nn.Conv2d(weights[kernel].shape[1], len(weights[kernel]), 4, 2, 1, dtype=torch.float64)
        layer.load_state_dict({"weight": weights[kernel], "bias": weights[bias]})
        modules += [layer, nn.LeakyReLU(0.2)]
    features = nn.Sequential(*modules, nn.Flatten())
    x = torch.randn(5, pack, IMAGE, generator=rng(1)).double()
    y = encoded(torch.arange(5 * pack).view(5, pack) % 10).double()
    pairs = torch.cat([x, y], 2).view(1, 5, -1).requires_grad_()
    phi = features(x.view(5, pack, 28, 28))
    wanted = phi @ weights[6][0] + weights[7] + torch.einsum("nl,lf,nf->n", y.view(5, -1), weights[8], phi)
    d = network([w[None] for w in weights], pairs)[0, :, 0]
    assert torch.allclose(d, wanted, rtol=1e-10)
    (toward_pairs, toward_v) = torch.autograd.grad(d.sum(), (pairs, weights[8]))
    labels = toward_pairs.view(5, pack, -1)[..., IMAGE:].reshape(5, -1)
    assert torch.allclose(labels, phi @ weights[8].T, rtol=1e-10)
    assert torch.allclose(toward_v, y.view(5, -1).T @ phi, rtol=1e-10)


@EVERY
@pytest.mark.parametrize("mover", ["discriminator", "generator"])
def test_an_update_goes_down_the_gradient_of_the_loss_on_pairs(players: str, mover: str) -> None:
    """One step of SGD against plain autograd on the same draws; convolutions may multiply in 8 bits."""
    config = SMALL.with_(players=players, optimiser="sgd", discriminator_lr=0.1, generator_lr=0.1)
    trainer, twin = Trainer(config), Trainer(config)
    g, d = (player.network for player in (twin.generator, twin.discriminator))
    theta, phi = twin.generator.weights(), twin.discriminator.weights()
    z, real = batch(twin.draw, "latent"), batch(twin.draw, "real")
    fake = g(theta, z)
    losses = {
        "discriminator": softplus(-d(phi, real)).mean() + softplus(d(phi, fake)).mean(),
        "generator": softplus(-d(phi, fake)).mean(),
    }
    before, after = (getattr(each, mover).flat for each in (twin, trainer))
    (slope,) = torch.autograd.grad(losses[mover], before)
    trainer.iterate(mover == "discriminator", mover == "generator")
    assert ((before - after) / 0.1 - slope).norm() < (1e-4 if players == "mlp" else 2e-2) * slope.norm()


def test_a_gradient_penalty_holds_the_slope_in_the_joint_space() -> None:
    config = SMALL.with_(players="conv-resize", objective="wasserstein", constraint="gradient-penalty", penalty=7.0)
    trainer = Trainer(config)
    step = trainer._step
    assert isinstance(step, AutogradStep)
    shown = step.deal(trainer.draw, "real", "place")
    between = CONSTRAINTS["gradient-penalty"].at
    assert between is not None and shown.place is not None
    x = between(shown.real, shown.fake, shown.place).detach().requires_grad_()
    (slope,) = torch.autograd.grad(trainer.discriminate(x).sum(), x)
    assert slope.shape[-1] == IMAGE + LABEL and slope[..., IMAGE:].abs().max() > 0
    wanted = 7.0 * (slope.norm(dim=2) - 1).square().mean()
    penalty = step.penalty(trainer.discriminator.flat, shown)
    assert isinstance(penalty, torch.Tensor) and penalty.detach().item() == pytest.approx(wanted.item(), rel=1e-4)


# --- games ------------------------------------------------------------------------------------------------------------

TRICKS = {
    "none": {},
    "packing": {"packing": 2},
    "minibatch-stddev": {"players": "mlp", "minibatch_stddev": 1},
    "instance noise": {"instance_noise": 0.1},
    "unrolling": {"unrolling": 1},
    "consensus": {"consensus": 0.1},
    "averaged": {"ema": 0.9},
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("players", ["mlp", "conv-resize"])
def test_every_trick_plays_on_pairs(players: str, trick: str) -> None:
    trainer = Trainer(SMALL.with_(**{"players": players} | TRICKS[trick]))
    trainer.advance(2)
    assert trainer.path == "autograd" and np.isfinite(trainer.losses.last()["loss_generator"]).all()
    seen = take(trainer)
    assert seen.fake.shape == seen.real.shape == seen.arrows.shape == (100, IMAGE)
    assert seen.asked == tuple(digit for digit in range(10) for _ in range(10))


@pytest.mark.slow
@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_and_constraint_plays_on_pairs(objective: str, constraint: str) -> None:
    trainer = Trainer(SMALL.with_(players="conv-resize", objective=objective, constraint=constraint))
    trainer.advance(1)
    assert np.isfinite(trainer.losses.last()["loss_discriminator"]).all()


def test_a_game_without_labels_asks_for_nothing_and_draws_as_many_numbers_as_ever() -> None:
    trainer = Trainer(SMALL.with_(condition="none"))
    assert trainer.fixed_latent.shape[2] == 4 and trainer.fixed_real.shape[2] == IMAGE
    assert take(trainer).asked == () and np.isnan(trainer.metrics.last()["as_asked"]).all()


def test_the_same_latents_are_drawn_with_labels_and_without() -> None:
    with_, without = Trainer(SMALL), Trainer(SMALL.with_(condition="none"))
    assert torch.equal(images_of(with_.fixed_held_out), without.fixed_held_out)
    assert torch.equal(with_.fixed_latent[:, 100:, :4], without.fixed_latent[:, 100:])


# --- the metric -------------------------------------------------------------------------------------------------------


def test_real_pairs_are_as_asked_and_shuffled_ones_are_right_by_chance() -> None:
    ruler = digits_yardstick(DIGITS, None, True)
    pairs = ruler.fresh(1000, rng(3))
    assert METRICS["as_asked"].value(ruler.look(pairs)) > 0.97
    assert ruler.floors["as_asked"] == pytest.approx(0.99, abs=0.01)
    shuffled = torch.cat([images_of(pairs), pairs[:, IMAGE:].roll(1, 0)], 1)
    assert METRICS["as_asked"].value(ruler.look(shuffled)) == pytest.approx(0.1, abs=0.04)
    assert np.isnan(digits_yardstick(DIGITS, None).floors["as_asked"])


def test_every_other_metric_looks_at_the_image_only() -> None:
    ruler, plain = digits_yardstick(DIGITS, None, True), digits_yardstick(DIGITS, None)
    pairs: Tensor = ruler.fresh(1024, rng(4))
    theirs, ours = plain.measure(images_of(pairs)), ruler.measure(pairs)
    assert ours == pytest.approx(theirs | {"as_asked": ours["as_asked"]}, nan_ok=True)
