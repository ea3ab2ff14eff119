"""The layers as the browser has them: arrows, lines, contours and regions agree with autograd, POT and finite differences.

The same game is played again beside the browser, from its Config alone; what is compared is what reached the page.
"""

import numpy as np
import ot
import pytest
import torch
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

from playground.config import Config
from playground.experiments import EXPERIMENTS
from playground.snapshot import take
from playground.training import Trainer
from tests.e2e.looks import LOOKS
from tests.e2e.visitor import Visitor, wait_for

STEPS = 6
PLANES = {"ring-gan": "D(x)", "ring-wgan-gp": "critic"}
EXTRA = ("‖∇D‖ > 1", "manifold", "trails", "transport")
CONTOUR = """async (stage, [name, level]) => {
    const url = performance.getEntriesByType("resource").find((entry) => entry.name.includes("/contour.js")).name;
    const { contour, levelOf } = await import(url);
    const layer = stage.view.layers.find((layer) => layer.name === name);
    const points = [];
    const pen = { moveTo: (...at) => points.push(at), lineTo: (...at) => points.push(at) };
    contour(pen, layer, { px: (x) => x, py: (y) => y }, levelOf(layer, level));
    return points;
}"""


def chip(visitor: Visitor, name: str):
    return visitor.stage.get_by_role("group", name="Layers").get_by_role("button", name=name)


def switch_on(visitor: Visitor, *names: str) -> None:
    """Switch layers on and wait until they have come."""
    for name in names:
        if chip(visitor, name).get_attribute("aria-pressed") == "false":
            chip(visitor, name).click()
        wait_for(lambda name=name: visitor.options(name)["sent"], bool, f"the layer {name}")


def stepped(visit, path: str) -> Visitor:
    """A page at rest after a few steps from the first iteration."""
    visitor = visit(path)
    visitor.wait_for_iteration(3)
    visitor.pause()
    visitor.first_losses()
    for step in range(4, STEPS + 1):
        visitor.press("Step")
        visitor.wait_for_iteration(step, step)
    return visitor


def again(config: Config) -> Trainer:
    """The same game, here."""
    trainer = Trainer(config)
    for _ in range(STEPS):
        trainer.advance(1)
    return trainer


def array(visitor: Visitor, layer: str, *names: str) -> np.ndarray:
    """Arrays of a layer side by side, (n, names)."""
    arrays = visitor.layer(layer)
    return np.stack([np.array(arrays[name], dtype=float) for name in names], -1)


def slopes(trainer: Trainer, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """‖∇D‖ at points (n, 2) by central differences in float64."""
    steps = h * np.eye(2)
    rise = [judge(trainer, x + step) - judge(trainer, x - step) for step in steps]
    return np.linalg.norm(rise, axis=0) / (2 * h)


def judge(trainer: Trainer, x: np.ndarray) -> np.ndarray:
    """D's raw outputs at points (n, 2), in float64."""
    weights = [w.double() for w in trainer.judging(slice(0, 1))]
    return trainer.discriminator.network(weights, torch.from_numpy(x)[None])[0, :, 0].detach().numpy()


@pytest.mark.parametrize("name", PLANES)
def test_every_layer_of_the_plane_is_what_it_says(visit, name):
    visitor = stepped(visit, f"/mixture_2d?experiment={name}")
    switch_on(visitor, *EXTRA, "optimal")
    trainer, field = again(EXPERIMENTS[name].config), PLANES[name]
    real, fake = array(visitor, "real", "x", "y"), array(visitor, "fake", "x", "y")
    axis = take(trainer).grid
    assert axis is not None
    shows_the_fakes_and_their_pull(visitor, trainer, fake)
    shows_the_cheapest_transport(visitor, real, fake)
    shows_contours_where_d_has_their_level(visitor, trainer, field)
    shows_where_the_slope_is_above_one(visitor, trainer, axis)
    shows_the_image_of_the_latents(visitor, trainer)
    assert np.allclose(array(visitor, "trails", "x", "y").reshape(-1, 96, 2)[-1], fake[:96], atol=2e-3)
    names_the_latent_under_the_pointer(visitor)


def shows_the_fakes_and_their_pull(visitor: Visitor, trainer: Trainer, fake: np.ndarray) -> None:
    z = trainer.fixed_latent[:1, : len(fake)]
    x = trainer.generate(z).detach().requires_grad_()
    assert np.allclose(fake, x[0].detach().numpy(), atol=5e-3)
    d_real = trainer.discriminate(trainer.fixed_real[:1, : len(fake)])
    (slope,) = torch.autograd.grad(trainer.objective.generator(d_real, trainer.discriminate(x)).sum(), x)
    pull, drawn = -slope[0].numpy(), array(visitor, "generator's pull", "u", "v")
    pull = pull[: len(drawn)]
    lengths = np.linalg.norm(drawn, axis=1)
    cosine = (pull * drawn).sum(1) / (np.linalg.norm(pull, axis=1) * lengths)
    assert cosine.min() > 0.999
    order = np.argsort(np.linalg.norm(pull, axis=1))
    assert np.diff(lengths[order]).min() > -1e-3 * lengths.max()


def shows_the_cheapest_transport(visitor: Visitor, real: np.ndarray, fake: np.ndarray) -> None:
    start, end = (array(visitor, "transport", f"x{i}", f"y{i}") for i in (0, 1))
    n, even = len(start), np.full(len(start), 1 / len(start))
    assert np.allclose(start, fake[:n], atol=2e-3)
    best = ot.emd2(even, even, cdist(fake[:n], real[:n]))
    assert np.linalg.norm(start - end, axis=1).mean() == pytest.approx(best, rel=2e-3)


def shows_contours_where_d_has_their_level(visitor: Visitor, trainer: Trainer, field: str) -> None:
    about = visitor.options("contours")
    low, high = about["range"]
    assert len(about["levels"]) >= 5
    met = 0
    for level in about["levels"]:
        points = np.array(visitor.stage.evaluate(CONTOUR, ["contours", level]), dtype=float).reshape(-1, 2)
        raw = judge(trainer, points) if len(points) else np.zeros(0)
        value = 1 / (1 + np.exp(-raw)) if field == "D(x)" else raw
        assert np.allclose(value, level, atol=0.02 * (high - low))
        met += len(points)
    assert met > 20


def shows_where_the_slope_is_above_one(visitor: Visitor, trainer: Trainer, axis: np.ndarray) -> None:
    codes = np.array(visitor.layer("‖∇D‖ > 1")["values"])
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2).astype(float)
    slope = slopes(trainer, places)
    sure = np.abs(slope - 1) > 0.1
    assert sure.sum() > 200
    assert ((codes > 127) == (slope > 1))[sure].mean() > 0.995  # a few places lie on a kink of the ReLUs


def shows_the_image_of_the_latents(visitor: Visitor, trainer: Trainer) -> None:
    about = visitor.options("manifold")
    across, up = np.meshgrid(about["across"], about["up"])
    z = torch.zeros(1, across.size, trainer.config.latent_dim)
    z[0, :, 0], z[0, :, 1] = (torch.from_numpy(places.ravel()).float() for places in (across, up))
    image = trainer.generate(z)[0].detach().numpy()
    assert np.allclose(array(visitor, "manifold", "x", "y"), image, atol=5e-3)


def names_the_latent_under_the_pointer(visitor: Visitor) -> None:
    x, y = array(visitor, "manifold", "x", "y").reshape(21, 21, 2)[10:12, 10:12].reshape(4, 2).mean(0)
    box = visitor.page.locator(".gp-canvas").bounding_box()
    place = visitor.stage.evaluate("(stage, [x, y]) => [stage.fit.px(x), stage.fit.py(y)]", [x, y])
    assert box is not None
    visitor.page.mouse.move(box["x"] + place[0], box["y"] + place[1])
    tip = visitor.stage.locator(".gp-tip")
    wait_for(tip.inner_text, lambda text: "z = (" in text, "the latent in the tip")


def test_on_a_line_the_shaded_area_is_the_distance_and_latents_end_at_their_images(visit):
    visitor = stepped(visit, "/mixture_1d")
    switch_on(visitor, "EMD = area", "z → G(z)")
    trainer = again(EXPERIMENTS["two-gaussians-1d"].config)
    x, y0, y1 = array(visitor, "EMD = area", "x", "y0", "y1").T
    area = np.trapezoid(np.abs(y0 - y1), x) / visitor.options("EMD = area")["unit"]
    seen = take(trainer)
    assert area == pytest.approx(wasserstein_distance(seen.real[:, 0], seen.fake[:, 0]), rel=0.02)
    ends = array(visitor, "z → G(z)", "x1")[:, 0]
    assert np.allclose(ends, seen.manifold[:, 0], atol=5e-3)


@pytest.mark.parametrize(
    ("path", "look"), [("/mixture_1d", "dark-phone"), ("/mixture_2d?experiment=ring-wgan-gp", "light-laptop")]
)
def test_every_layer_can_be_switched_on_and_off_while_it_plays(visit, path: str, look: str):
    visitor = visit(path, **LOOKS[look])
    visitor.wait_for_frames(2)
    chips = visitor.stage.get_by_role("group", name="Layers").get_by_role("button")
    names = chips.evaluate_all("chips => chips.map((chip) => chip.childNodes[1].textContent)")
    before = {name: visitor.options(name)["sent"] for name in names}
    assert set(before.values()) == {True, False}
    for each in chips.all():
        each.click()
    for name in names:
        wait_for(lambda name=name: visitor.options(name)["sent"], lambda sent, n=name: sent != before[n], name)
    visitor.wait_for_frames(3)
