"""Digits are measured against held-out digits in the classifier's features, and real ones land on the floors."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from playground.classifier import load_classifier
from playground.config import Config
from playground.digits import DRAWS, STRANGE, DigitsYardstick, digits_yardstick, halves
from playground.meter import pace
from playground.metrics import METRICS
from playground.mnist import DIGITS, Mnist, archive, normalised, pixels
from playground.training import Trainer
from playground.yardstick import mixture_ruler
from tests.conftest import rng

Array = NDArray[np.float64]
OF_SAMPLES = [name for name, metric in METRICS.items() if metric.samples]
NONE = {"js", "kl", "as_asked"}  # nobody knows the density of handwriting, nor asks these games for a digit


def yardstick(digits: tuple[int, ...] = DIGITS, limit: int | None = None) -> DigitsYardstick:
    found = digits_yardstick(digits, limit)
    assert isinstance(found, DigitsYardstick)
    return found


def images(indices: torch.Tensor) -> torch.Tensor:
    """Held-out images by their places in the archive."""
    return normalised(pixels("test", torch.device("cpu"))[indices])


@pytest.mark.parametrize("digits", [DIGITS, (1, 7), (3,)])
def test_the_halves_share_no_image_and_hold_every_digit_alike(digits: tuple[int, ...]) -> None:
    first, second = halves(digits)
    assert len({*first.tolist(), *second.tolist()}) == len(first) + len(second) == len(Mnist(digits).test_labels)
    counts = [np.bincount(archive()["test_labels"][half], minlength=10) for half in (first.numpy(), second.numpy())]
    assert np.abs(counts[0] - counts[1]).max() <= 1 and set(np.flatnonzero(counts[0])) == set(digits)


def test_fresh_digits_land_on_every_floor() -> None:
    """The mean over other draws differs from the floor by no more than the noise of both."""
    ruler = yardstick()
    random = rng(77)
    scores = [ruler.measure(ruler.fresh(ruler.samples, random)) for _ in range(16)]
    for metric in OF_SAMPLES:
        values, floor = np.array([score[metric] for score in scores]), ruler.floors[metric]
        assert math.isnan(floor) == np.isnan(values).all() == (metric in NONE), metric
        if metric not in NONE:
            assert abs(values.mean() - floor) <= 5 * values.std(ddof=1) * math.sqrt(1 / 16 + 1 / DRAWS) + 1e-9, metric
    assert ruler.floors["modes"] == 10 and ruler.floors["confidence"] > 0.98


def test_floors_of_digits_are_what_is_known_of_equal_laws() -> None:
    floors = yardstick().floors
    assert floors["density"] == pytest.approx(1, abs=0.1) and floors["coverage"] == pytest.approx(1 - 2**-5, abs=0.03)
    assert floors["precision"] == pytest.approx(floors["recall"], abs=0.05)
    assert floors["memorised"] == pytest.approx(STRANGE, abs=0.01)
    assert floors["emd"] <= floors["emd_mass"] + floors["emd_shape"] + 3  # modes of digits are no translates


def test_training_images_are_memorised_and_those_beyond_the_limit_are_not() -> None:
    ruler = yardstick(DIGITS, 500)
    seen, all_of_them = Mnist(limit=500), Mnist()
    assert ruler.measure(seen.images)["memorised"] == 1
    assert ruler.measure(all_of_them.images[10_000:11_024])["memorised"] < 0.05
    features = load_classifier().features(seen.images).double().numpy()
    held_out = load_classifier().features(images(halves(DIGITS)[1])).double().numpy()[:2000]
    assert ruler.nearness == pytest.approx(np.quantile(cdist(held_out, features).min(1), STRANGE), rel=1e-4)


def test_one_digit_alone_is_precise_and_recalls_little() -> None:
    ruler = yardstick()
    second = halves(DIGITS)[1]
    ones = second[torch.from_numpy(archive()["test_labels"])[second] == 1]
    scores = ruler.measure(images(ones))
    assert scores["modes"] == 1 and scores["modes_any"] <= 3 and scores["largest_share"] > 0.97  # one is misread surely
    assert scores["reverse_kl"] == pytest.approx(math.log(10), abs=0.15)
    assert scores["precision"] > 0.75 and scores["recall"] < 0.2 and scores["coverage"] < 0.2
    assert scores["frechet"] > 20 * ruler.floors["frechet"] and scores["emd"] > 2 * ruler.floors["emd"]
    assert scores["emd_mass"] > 0.8 * scores["emd"]


def test_noise_is_no_digit_however_sure_the_classifier_is_of_it() -> None:
    ruler = yardstick()
    scores = ruler.measure(torch.rand(512, 784, generator=rng()) * 2 - 1)
    assert scores["precision"] < 0.3 * ruler.floors["precision"] and scores["memorised"] == 0
    assert scores["density"] < 0.1 and scores["coverage"] < 0.1
    assert scores["frechet"] > 20 * ruler.floors["frechet"] and scores["confidence"] > 0.9


def test_digits_that_were_not_asked_for_belong_to_no_mode() -> None:
    ruler = yardstick((1, 7))
    threes = images(halves((3,))[1])
    scores = ruler.measure(threes)
    assert scores["modes"] == 0 and scores["largest_share"] < 0.05 and scores["high_quality"] > 0.9
    assert ruler.floors["modes"] == 2 and ruler.floors["largest_share"] == pytest.approx(1135 / 2163, abs=0.03)


@pytest.mark.parametrize("players", ["mlp", "conv-resize"])
def test_a_game_of_digits_records_every_metric_it_has(players: str) -> None:
    config = Config(data="mnist", players=players, generator_width=16, discriminator_width=16, batch_size=16)
    trainer = Trainer(config)
    assert np.isfinite(trainer.metrics.last()["emd"]).all()  # known at once, so that a page can show it
    trainer.meter.settle()
    first = trainer.metrics.last()
    without = (
        NONE | {"optimum_gap", "clipped", "turn", "accuracy_past"} | ({"layer_growth"} if players != "mlp" else set())
    )
    without |= {"dominant"} if math.isnan(first["dominant"][0]) else set()
    assert {name for name, values in first.items() if np.isnan(values).any()} == without
    trainer.advance(pace(config))
    assert np.isfinite(trainer.metrics.last()["accuracy_past"]).all()
    test = {image.numpy().tobytes() for image in Mnist().test_images}
    assert all(image.numpy().tobytes() in test for image in trainer.fixed_held_out[0])


def test_digits_have_no_ruler() -> None:
    with pytest.raises(ValueError, match="data=mnist has no ruler"):
        mixture_ruler(Config(data="mnist"))
