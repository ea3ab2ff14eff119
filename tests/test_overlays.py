"""Layers that explain: what they draw is the transport plan, the best discriminator, the slope and the map that they name."""

import numpy as np
import ot
import pytest
import torch
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal, norm, wasserstein_distance

from playground.experiments import EXPERIMENTS
from playground.objectives import OBJECTIVES
from playground.plots import overlays
from playground.plots.view import Axis, Layer, View, decode, encode
from playground.snapshot import take
from playground.training import Trainer
from playground.ui.scene import scene
from tests.games import played

RNG = np.random.default_rng(0)
AXIS = np.linspace(-3, 3, 49)
PLANE = EXPERIMENTS["ring-wgan-gp"].config
WIDE = Axis(-4, 4)


def sent(*layers: Layer, shown: dict[str, bool] | None = None, axis: Axis = WIDE) -> list[dict]:
    """What reaches the browser of some layers."""
    return decode(encode(View(layers, axis, axis), shown))["layers"]


def even(n: int) -> np.ndarray:
    return np.full(n, 1 / n)


# --- transport --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 17, 128])
def test_transport_lines_are_as_long_as_pot_says_and_use_every_sample_once(n: int):
    real, fake = RNG.normal(size=(n, 2)), RNG.normal(1, 0.3, size=(n, 2))
    (layer,) = sent(overlays.transport(overlays.Coupling.between(real, fake)))
    x0, y0, x1, y1 = (layer["arrays"][name] for name in ("x0", "y0", "x1", "y1"))
    length = np.hypot(x1 - x0, y1 - y0).mean()
    assert length == pytest.approx(ot.emd2(even(n), even(n), cdist(fake, real)), abs=2e-3)
    ends = np.stack([x1, y1], 1)
    assert len(np.unique(cdist(ends, real).argmin(1))) == n and np.allclose(np.stack([x0, y0], 1), fake, atol=1e-3)


def test_the_optimal_critic_has_slope_one_at_most_and_its_gap_is_the_distance():
    real, fake = RNG.normal(size=(128, 2)), RNG.normal(0.7, 0.5, size=(128, 2))
    coupling = overlays.Coupling.between(real, fake)
    distance = ot.emd2(even(128), even(128), cdist(fake, real))
    assert coupling.potential(real).mean() - coupling.potential(fake).mean() == pytest.approx(distance, rel=1e-9)
    first, second = RNG.uniform(-5, 5, size=(2, 500, 2))
    rise = np.abs(coupling.potential(first) - coupling.potential(second))
    assert np.all(rise <= np.linalg.norm(first - second, axis=1) * (1 + 1e-9))


def test_nothing_to_move_draws_nothing():
    lost = np.full((5, 2), np.nan)
    coupling = overlays.Coupling.between(np.zeros((5, 2)), lost)
    assert len(coupling.segments()["x0"]) == 0 and np.isnan(coupling.potential(np.zeros((3, 2)))).all()


# --- the best discriminator -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["non-saturating", "least-squares", "hinge"])
def test_the_best_discriminator_of_two_gaussians_is_that_of_the_papers(objective: str):
    x, y = np.meshgrid(AXIS, AXIS)
    places = np.stack([x, y], -1)
    p = multivariate_normal([0.5, 0]).pdf(places)
    q = multivariate_normal.pdf(places, [-0.5, 0.5], 0.5 * np.eye(2))  # type: ignore[arg-type]
    fake = RNG.multivariate_normal([-0.5, 0.5], 0.5 * np.eye(2), 40000)
    best = overlays.best_of_densities(p, fake, AXIS, OBJECTIVES[objective].optimum)
    exact = {
        "non-saturating": np.log(p / q),
        "least-squares": p / (p + q),
        "hinge": np.sign(p - q),
    }[objective]
    sure = (np.minimum(p, q) > 0.02) & (np.abs(np.log(p / q)) > 0.3)
    assert sure.sum() > 100
    assert np.allclose(best[sure], exact[sure], atol=0.25 if objective == "non-saturating" else 0.06)
    assert np.isnan(best[np.maximum(p, q) < 1e-5]).all()


def test_smoothed_samples_keep_their_mass_and_their_place():
    q = overlays.smooth(RNG.normal([1, -1], 0.3, size=(5000, 2)), AXIS)
    assert q.sum() * (AXIS[1] - AXIS[0]) ** 2 == pytest.approx(1, abs=0.01)
    row, column = np.unravel_index(q.argmax(), q.shape)
    assert AXIS[column] == pytest.approx(1, abs=0.3) and AXIS[row] == pytest.approx(-1, abs=0.3)
    assert overlays.smooth(np.full((3, 2), np.nan), AXIS).sum() == 0


# --- slopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ring-gan", "ring-wgan-gp", "two-gaussians-1d"])
def test_the_slope_on_the_field_is_that_of_finite_differences(name: str):
    trainer = played(EXPERIMENTS[name].config.with_(activation="tanh"), 20)
    snapshot = take(trainer)
    weights = [w.double() for w in trainer.judging(slice(0, 1))]
    axis, dim = torch.from_numpy(snapshot.grid).double(), trainer.data.dim  # type: ignore[arg-type]
    places = axis[:, None] if dim == 1 else torch.cartesian_prod(axis, axis).flip(1)

    def d(x: torch.Tensor) -> torch.Tensor:
        return trainer.discriminator.network(weights, trainer.told(x[None]))[0, :, 0]

    h = 1e-5 * torch.eye(dim, dtype=torch.float64)
    slope = torch.stack([(d(places + step) - d(places - step)) / 2e-5 for step in h], 1).norm(dim=1)
    assert np.allclose(snapshot.slope_grid.ravel(), slope.detach().numpy(), rtol=1e-3, atol=1e-4)


def test_the_region_lies_exactly_where_the_slope_is_more_than_one():
    slopes = np.exp(RNG.normal(0, 1, size=(20, 20)))
    slopes[0, 0] = 0.0
    (layer,) = sent(overlays.violations(slopes, (0, 1, 0, 1)))
    values = layer["arrays"]["values"]
    sure = np.abs(slopes - 1) > 0.1
    assert np.array_equal((values > 0)[sure], (slopes > 1)[sure])
    inside = (slopes > 0.02) & (slopes < 50)
    assert np.allclose(10 ** values[inside], slopes[inside], rtol=0.02)


# --- latents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent", ["normal", "uniform"])
@pytest.mark.parametrize("latent_dim", [1, 2, 8])
@pytest.mark.parametrize("data", ["ring", "two-gaussians"])
def test_the_manifold_is_the_image_of_latents_between_which_equal_shares_lie(data: str, latent_dim: int, latent: str):
    trainer = played(PLANE.with_(data=data, latent=latent, latent_dim=latent_dim), 3)
    snapshot, dim = take(trainer), trainer.data.dim
    law = norm.cdf if latent == "normal" else lambda z: (z + 1) / 2
    shares = np.diff(law(snapshot.latents))
    assert np.allclose(shares, shares[0], rtol=1e-3) and shares.sum() == pytest.approx(0.98, abs=1e-3)
    spread = min(dim, latent_dim)
    assert snapshot.manifold.shape == (len(snapshot.latents),) * spread + (dim,)
    z = torch.zeros(1, latent_dim)
    place = (7, 5)[:spread]  # rows run along the last of the coordinates shown, columns along the first
    z[0, :spread] = torch.from_numpy(snapshot.latents[list(reversed(place))])
    expected = trainer.generate(z[None])[0, 0].detach().numpy()
    assert np.allclose(snapshot.manifold[place], expected, atol=1e-5)


def test_looking_at_the_manifold_changes_no_run():
    looked, plain = Trainer(PLANE), Trainer(PLANE)
    for trainer in (looked, plain):
        trainer.advance(5)
        if trainer is looked:
            take(trainer)
        trainer.advance(5)
    assert torch.equal(looked.generator.flat, plain.generator.flat)


# --- on a line --------------------------------------------------------------------------------------------------------


def test_the_area_between_the_distribution_functions_is_the_earth_movers_distance():
    real, fake, x = RNG.normal(size=2000), RNG.normal(0.8, 0.4, size=2000), np.linspace(-4, 4, 512)
    axis = Axis(-4, 4)
    (layer,) = sent(overlays.gap(real, fake, x, 1.5), axis=axis)
    arrays, unit = layer["arrays"], layer["options"]["unit"]
    area = np.trapezoid(np.abs(arrays["y0"] - arrays["y1"]) / unit, arrays["x"])
    assert area == pytest.approx(wasserstein_distance(real, fake), rel=0.01)


def test_the_latents_lines_end_at_their_images():
    images = np.sort(RNG.normal(size=41))
    (layer,) = sent(overlays.latent_map(images, Axis(-4, 4), 2.0, 8))
    assert np.allclose(layer["arrays"]["x1"], images, atol=1e-3) and np.all(np.diff(layer["arrays"]["x0"]) > 0)
    assert "z2 … z8 are 0" in layer["help"]


# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ring-gan", "ring-wgan-gp", "two-gaussians-1d"])
def test_a_page_sends_only_the_layers_that_are_switched_on(name: str):
    trainer = played(EXPERIMENTS[name].config, 2)
    view = scene(take(trainer))
    usual = {layer["name"]: layer["arrays"] for layer in decode(encode(view, {}))["layers"]}
    assert {name for name, arrays in usual.items() if arrays} == {each.name for each in view.layers if each.visible}
    turned = {each.name: not each.visible for each in view.layers}
    others = {layer["name"]: layer["arrays"] for layer in decode(encode(view, turned))["layers"]}
    assert {name for name, arrays in others.items() if arrays} == {
        each.name for each in view.layers if not each.visible
    }
    assert len(encode(view, {})) < 0.6 * len(encode(view)) + 2000


def test_a_layer_that_is_made_late_is_checked_all_the_same():
    late = Layer("points", "late", "real", lambda: {"x": AXIS})
    assert not sent(late, shown={"late": False})[0]["arrays"]
    with pytest.raises(ValueError, match=r"needs \['x', 'y'\]"):
        sent(late)
