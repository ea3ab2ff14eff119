"""Where batches come from: a fixed training set holds its samples and no others."""

import torch

from playground.config import Config
from playground.streams import batch
from tests.conftest import rng
from tests.games import bare
from tests.test_training import SMALL


def test_a_run_on_few_samples_sees_no_others() -> None:
    config = SMALL.with_(data="ring", train_samples=12, batch_size=200, population=2)
    trainer, endless = bare(config), bare(config.with_(train_samples=0))
    for member in range(2):
        seen = {tuple(x) for _ in range(3) for x in batch(trainer.draw, "real")[member].tolist()}
        assert len(seen) == 12
        assert {tuple(x) for x in trainer.fixed_real[member].tolist()} == seen
        assert {tuple(x) for x in batch(trainer.draw, "real ahead")[member].tolist()} == seen
        others = {tuple(x) for x in batch(trainer.draw, "real")[1 - member].tolist()}
        assert not seen & others
        assert len({tuple(x) for x in endless.fixed_real[member].tolist()}) == 2048
    assert len(torch.unique(trainer.data.sample(500, rng()), dim=0)) == 500
    assert trainer.yardstick is endless.yardstick
    assert bare(config).path == "fast"


def test_few_digits_are_the_first_ones() -> None:
    config = Config(data="mnist", train_samples=30, batch_size=64, generator_width=8, discriminator_width=8)
    trainer = bare(config)
    first = {tuple(image) for image in trainer.data.images.tolist()}  # type: ignore[union-attr]
    assert len(first) == 30
    assert {tuple(image) for image in batch(trainer.draw, "real")[0].tolist()} <= first
    assert {tuple(image) for image in trainer.fixed_real[0].tolist()} == first


def test_resampling_is_fair() -> None:
    config = SMALL.with_(data="ring", train_samples=10, batch_size=2000)
    _, counts = torch.unique(batch(bare(config).draw, "real")[0], dim=0, return_counts=True)
    assert len(counts) == 10 and float((counts - 200).square().sum() / 200) < 33.7  # χ² of 9, one in ten thousand
