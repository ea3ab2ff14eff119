"""Pictures tell the truth: what the canvas decodes is what was measured, and colours keep real and fake apart."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit

from playground.plots import digits, estimates, scenes
from playground.plots.palette import shade
from playground.plots.view import KINDS, LEVELS, MARGIN, STEPS, Axis, Layer, View, decode, encode

FINITE = st.floats(-1e6, 1e6)
GRID = np.linspace(-3.0, 3.0, 40)
RNG = np.random.default_rng(0)


def layers_of(view: View) -> dict[str, dict]:
    """The decoded layers by name."""
    return {layer["name"]: layer for layer in decode(encode(view))["layers"]}


def points(x: np.ndarray, y: np.ndarray, low: float = -1.0, high: float = 1.0) -> View:
    return View((Layer("points", "real", "real", {"x": x, "y": y}),), Axis(low, high), Axis(low, high))


# --- frames -----------------------------------------------------------------------------------------------------------


@given(arrays(float, st.integers(0, 50), elements=st.floats(-4.9, 4.9)), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_coordinates_survive_a_frame_within_half_a_step(unit: np.ndarray, low: float, width: float):
    values = low + width / 2 + unit * width / 2  # within the window kept around the axis
    sent = layers_of(points(values, values, low, low + width))["real"]["arrays"]
    step = width * (0.5 + MARGIN) / STEPS
    assert np.all(np.abs(sent["x"] - values) <= 0.5001 * step + 1e-9 * abs(low))


def test_a_step_is_less_than_a_tenth_of_a_pixel_on_a_projector():
    assert 1920 * (0.5 + MARGIN) / STEPS < 0.15


@given(arrays(np.float64, (5, 7), elements=FINITE))
def test_a_field_survives_within_half_a_level(values: np.ndarray):
    low, high = float(values.min()), float(values.max()) + 1.0
    options = {"extent": (0, 1, 0, 1), "range": (low, high)}
    view = View((Layer("field", "D", "discriminator", {"values": values}, options=options),), Axis(0, 1), Axis(0, 1))
    assert np.allclose(layers_of(view)["D"]["arrays"]["values"], values, atol=0.501 * (high - low) / LEVELS, rtol=0)


def test_nan_stays_nan_zero_stays_zero_and_far_values_end_at_the_window():
    values = np.array([np.nan, 0.0, np.inf, -np.inf, 1e30])
    sent = layers_of(points(values, values, -1.0, 4.0))["real"]["arrays"]["x"]
    assert np.isnan(sent[0]) and abs(sent[1]) < 1e-12
    assert np.allclose(sent[2:], [1.5 + 12.5, 1.5 - 12.5, 1.5 + 12.5], rtol=1e-3)


def test_images_arrive_unchanged():
    images = RNG.integers(0, 256, (7, 28, 28), dtype=np.uint8)
    view = digits.digits_scene(images, columns=4)
    assert np.array_equal(layers_of(view)[""]["arrays"]["tiles"], images)
    assert (view.x.high, view.y.high) == (4, 2)


def test_arrays_begin_at_multiples_of_four_bytes():
    frame = encode(points(np.zeros(3), np.zeros(3)))
    length = int.from_bytes(frame[:4], "little")
    (layer,) = json.loads(frame[4 : 4 + length])["layers"]
    assert [spec[0] for spec in layer["arrays"].values()] == [0, 8] and length % 4 == 0


def test_a_layer_names_what_it_needs():
    with pytest.raises(ValueError, match="kinds are points"):
        Layer("pie", "", "real", {})
    with pytest.raises(ValueError, match=r"needs \['x', 'y'\]"):
        Layer("points", "", "real", {"x": GRID})
    with pytest.raises(ValueError, match="roles are real"):
        shade("pink")


# --- scenes -----------------------------------------------------------------------------------------------------------


def plane(**changes) -> View:
    given = {
        "real": RNG.normal(size=(200, 2)),
        "fake": RNG.normal(size=(100, 2)),
        "grid_x": GRID,
        "grid_y": GRID,
        "d_grid": np.zeros((40, 40)),
        "probability": True,
    }
    return scenes.plane_scene(**(given | changes))


def line(**changes) -> View:
    density = np.exp(-(GRID**2) / 2) / np.sqrt(2 * np.pi)
    given = {
        "real": RNG.normal(size=(200, 1)),
        "fake": RNG.normal(size=(500, 1)),
        "grid_x": GRID,
        "density": density,
        "d_grid": np.zeros(40),
        "probability": True,
        "optimum": np.full(40, 0.5),
    }
    return scenes.line_scene(**(given | changes))


def test_a_plane_shows_each_sample_where_it_is():
    real, fake = RNG.uniform(-3, 3, (200, 2)), RNG.uniform(-3, 3, (100, 2))
    sent = layers_of(plane(real=real, fake=fake))
    for name, samples in (("real", real), ("fake", fake)):
        assert np.allclose(sent[name]["arrays"]["x"], samples[:, 0], atol=1e-3)
        assert np.allclose(sent[name]["arrays"]["y"], samples[:, 1], atol=1e-3)


def test_a_logit_of_zero_is_a_probability_of_one_half():
    assert np.allclose(layers_of(plane())["D(x)"]["arrays"]["values"], 0.5)
    assert np.allclose(layers_of(line())["D(x)"]["arrays"]["y"], 0.5, atol=1e-3)


def test_huge_logits_are_certain_and_never_overflow():
    assert expit(np.array([-1e4, 0.0, 1e4])) == pytest.approx([0.0, 0.5, 1.0])


def test_a_critic_is_shown_raw_around_its_median():
    d = 50.0 + np.add.outer(GRID, GRID)
    low, high = layers_of(plane(d_grid=d, probability=False))["critic"]["options"]["range"]
    assert low < 46 and high > 54 and (low + high) / 2 == pytest.approx(50.0, abs=(high - low) / 8)


def test_arrows_point_where_the_loss_falls_and_vanish_with_the_gradient():
    pull = np.array([[1.0, 0.0], [0.0, -0.1], [1e-3, 0.0], [1e-8, 0.0], [0.0, 0.0]])
    sent = layers_of(plane(fake=np.zeros((5, 2)), arrows=pull))["generator's pull"]["arrays"]
    u, v = sent["u"], sent["v"]
    assert u[0] > 0 and v[1] < 0 and abs(v[0]) < 1e-9
    assert -v[1] == pytest.approx(u[0] * 2 / 3, rel=0.05) and u[2] == pytest.approx(u[0] / 10, rel=0.05)
    assert abs(u[3]) < 1e-4 * u[0] and u[4] == 0


def test_generated_density_integrates_to_one_and_finds_its_mode():
    grid = np.linspace(-6, 6, 301)
    draws = np.random.default_rng(0).normal(2.0, 0.5, 1000)  # of its own, whatever tests have drawn before
    smooth = estimates.kde(draws, grid)
    assert np.trapezoid(smooth, grid) == pytest.approx(1.0, abs=1e-3)
    assert grid[smooth.argmax()] == pytest.approx(2.0, abs=0.15)


def test_a_collapsed_generator_is_one_spike():
    grid = np.linspace(-6, 6, 301)
    smooth = estimates.kde(np.full(500, 1.0), grid)
    assert grid[smooth.argmax()] == pytest.approx(1.0, abs=0.05) and (smooth > 0.01).mean() < 0.05


@pytest.mark.parametrize("scene", [line, plane])
@pytest.mark.parametrize("fake", [0, 1])
def test_scenes_of_no_fake_or_of_one(scene, fake: int):
    dim = 1 if scene is line else 2
    view = scene(fake=np.zeros((fake, dim)), arrows=np.zeros((fake, dim)), iteration=3)
    header = decode(encode(replace(view, game=2, revision="r")))
    assert (
        header["game"] == 2
        and header["iteration"] == 3
        and header["revision"] == "r"
        and "iteration 3" in header["alt"]
    )


@pytest.mark.parametrize("scene", [line, plane])
def test_scenes_of_a_run_that_blew_up(scene):
    dim = 1 if scene is line else 2
    shape = (40,) if scene is line else (40, 40)
    for probability in (True, False):
        lost = np.full((9, dim), np.nan)
        encode(scene(fake=lost, arrows=lost, d_grid=np.full(shape, np.nan), probability=probability))


def test_every_layer_of_a_scene_explains_itself():
    views = [line(arrows=np.ones((500, 1))), plane(arrows=np.ones((100, 2)))]
    for layer in itertools.chain(*(view.layers for view in views)):
        assert layer.name and layer.help.endswith(".") and layer.kind in KINDS


@given(st.floats(1e-12, 1e12))
def test_axes_grow_in_steps(value: float):
    step = estimates.step_up(value)
    assert value <= step * (1 + 1e-9) and step <= 1.7 * value and estimates.step_up(step) == pytest.approx(step)
