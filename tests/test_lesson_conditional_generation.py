"""The table of digit and ink: its numbers are MNIST's, and its laws are laws."""

import numpy as np
import pytest

from playground.lessons.benches.ink_table import ANY, CUTS, DIGITS, DRAWS, INK_OF, digit_law, draws, joint, law_of
from playground.mnist import archive


def test_ink_of_each_digit_is_that_of_the_training_images() -> None:
    images, labels = archive()["train_images"], archive()["train_labels"]
    ink = np.digitize(images.reshape(len(images), -1).mean(1) / 255, CUTS)
    shares = [np.bincount(ink[labels == digit], minlength=3) / (labels == digit).sum() for digit in DIGITS]
    assert np.array(shares) == pytest.approx(INK_OF, abs=6e-4)
    assert INK_OF.sum(1) == pytest.approx(1)


@pytest.mark.parametrize("ones", [0.1, 0.3, 0.8])
def test_bayes_joins_what_the_slices_say(ones: float) -> None:
    assert joint(ones).sum() == pytest.approx(1)
    assert digit_law(ones) == pytest.approx(joint(ones).sum(1)) and digit_law(ones)[DIGITS.index(1)] == ones
    slices = np.array([law_of(ones, asked) for asked in range(1, len(DIGITS) + 1)])
    assert digit_law(ones) @ slices == pytest.approx(law_of(ones, ANY))  # the law of total probability
    assert slices == pytest.approx(INK_OF)  # a slice does not know how common its digit is


@pytest.mark.parametrize("ones", [0.1, 0.3, 0.8])
def test_draws_are_as_frequent_as_the_table_says(ones: float) -> None:
    row, column = draws(ones)
    table = np.zeros_like(INK_OF)
    np.add.at(table, (row, column), 1 / DRAWS)
    assert np.abs(table - joint(ones)).max() < 3 * np.sqrt(0.25 / DRAWS)
