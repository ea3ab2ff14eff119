"""The nearest training image is the one that brute force finds, and copies are told from drawings."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from playground.classifier import load_classifier
from playground.config import Config
from playground.mnist import DIGITS, Mnist, chosen_indices, pixels
from playground.nearest import CPU, SPACES, neighbours, search, strangers, tile_of
from playground.snapshot import take
from playground.training import Trainer
from tests.conftest import rng

DATA = Mnist(DIGITS, 5000)  # more than two chunks
ROWS = chosen_indices("train", DIGITS, 5000, CPU)


def placed(space: str, images: torch.Tensor) -> np.ndarray:
    return (images if space == "pixels" else load_classifier().features(images)).double().numpy()


@pytest.mark.parametrize("space", SPACES)
def test_the_nearest_image_is_that_of_brute_force(space: str) -> None:
    x = torch.cat([Mnist().sample_test(20, rng()), torch.rand(5, 784, generator=rng()) * 2 - 1])
    distance, rows = search(SPACES[space], x, ROWS)
    among = cdist(placed(space, x), placed(space, DATA.images))
    assert np.allclose(distance.numpy(), among.min(1), rtol=1e-4)
    assert rows.tolist() == ROWS.numpy()[among.argmin(1)].tolist()


@pytest.mark.parametrize("space", SPACES)
def test_what_is_usual_is_the_distance_of_digits_that_nobody_trained_on(space: str) -> None:
    real = strangers(DIGITS, 5000, space)
    assert (np.diff(real) >= 0).all() and len(real) == 500 and real[0] > 0
    fresh, _ = search(SPACES[space], Mnist().sample_test(500, rng(1)), ROWS)
    assert np.median(real) == pytest.approx(float(fresh.median()), rel=0.1)
    assert np.median(strangers(DIGITS, 50, space)) > 1.1 * np.median(real)  # fewer images are farther away


def test_a_copy_is_called_memorised_and_a_real_digit_that_nobody_trained_on_is_not() -> None:
    row = int(ROWS[1234])
    copy = neighbours(3, 7, DATA.images[1234], DATA)
    assert copy.verdict.startswith("**Looks memorised**") and copy.trained_on == 5000
    assert all(near.row == row and near.distance < 1e-3 and near.share == 0 for near in copy.near.values())
    assert (copy.tile, copy.iteration) == (3, 7)
    others = [neighbours(0, 0, image, DATA).verdict for image in Mnist().sample_test(20, rng(2))]
    assert sum(verdict.startswith("**Does not look memorised**") for verdict in others) >= 17


def test_images_beyond_the_limit_are_not_looked_at() -> None:
    beyond = Mnist().images[5000]
    near = neighbours(0, 0, beyond, DATA).near
    assert all(each.distance > 0.1 and each.row in ROWS for each in near.values())
    assert neighbours(0, 0, beyond, Mnist()).near["pixels"].distance == 0


def test_what_is_no_image_has_no_neighbours() -> None:
    config = Config(data="mnist", generator_width=8, discriminator_width=8, train_samples=100)
    trainer = Trainer(config)
    trainer.generator.flat.detach().fill_(float("nan"))
    with pytest.raises(ArithmeticError, match="tile 3 is no image"):
        tile_of(trainer, 3)


@pytest.mark.parametrize("condition", ["none", "digit"])
def test_a_tile_is_the_one_of_the_picture(condition: str) -> None:
    config = Config(data="mnist", condition=condition, players="conv-resize", generator_width=8, discriminator_width=8)
    trainer = Trainer(config.with_(train_samples=100))
    found, shown = tile_of(trainer, 42)(), take(trainer).fake[42]
    assert np.allclose(found.image.numpy(), shown, atol=1e-6) and found.trained_on == 100
    stored = pixels("train", CPU)[found.near["pixels"].row].float() / 127.5 - 1
    assert torch.allclose(found.near["pixels"].image, stored, atol=1e-6)
