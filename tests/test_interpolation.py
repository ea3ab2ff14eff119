"""The way between two latents has its ends, its angles and its length; looking at it changes no run."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial import geometric_slerp

from playground.config import Config
from playground.interpolation import COMPANY, INTERPOLATIONS, between, linear, of_digit, pair, spherical
from playground.labels import IMAGE
from playground.networks import LATENTS
from playground.training import Trainer
from tests.conftest import rng

PLACES = torch.linspace(0, 1, 7, dtype=torch.float64)
SMALL = Config(
    data="mnist", players="conv-resize", generator_width=8, discriminator_width=8, batch_size=16, latent_dim=6
)


def ends(dim: int = 6, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    a, b = torch.randn(2, dim, generator=rng(seed), dtype=torch.float64)
    return a, b


def test_every_law_of_latents_has_its_way() -> None:
    assert INTERPOLATIONS.keys() == LATENTS.keys()


@pytest.mark.parametrize("seed", range(5))
def test_between_unit_vectors_the_way_is_scipys_arc(seed: int) -> None:
    a, b = (end / end.norm() for end in ends(seed=seed))
    assert np.allclose(spherical(a, b, PLACES).numpy(), geometric_slerp(a.numpy(), b.numpy(), PLACES.numpy()))


@pytest.mark.parametrize("way", [linear, spherical])
def test_a_way_begins_and_ends_at_its_ends(way) -> None:
    a, b = ends()
    path = way(a, b, PLACES)
    assert torch.allclose(path[0], a) and torch.allclose(path[-1], b)
    assert torch.allclose(way(b, a, PLACES), path.flip(0))


def test_the_arc_keeps_the_length_that_the_straight_line_loses() -> None:
    """Two normal vectors of many numbers are nearly orthogonal: the middle of the line is 1/√2 as long."""
    a, b = ends(dim=4096)
    middle = torch.tensor([0.5], dtype=torch.float64)
    assert (spherical(a, b, middle).norm() / a.norm()).item() == pytest.approx(1, abs=0.05)
    assert (linear(a, b, middle).norm() / a.norm()).item() == pytest.approx(1 / math.sqrt(2), abs=0.05)


@pytest.mark.parametrize("factor", [1.0, 2.5, -1.0, -0.3])
def test_where_there_is_no_arc_the_way_is_straight(factor: float) -> None:
    a, _ = ends()
    assert torch.allclose(spherical(a, factor * a, PLACES), linear(a, factor * a, PLACES))
    assert torch.isfinite(spherical(torch.zeros_like(a), a, PLACES)).all()


@pytest.mark.parametrize("condition", ["none", "digit"])
def test_looking_between_latents_changes_no_run(condition: str) -> None:
    looked_at, alone = Trainer(SMALL.with_(condition=condition)), Trainer(SMALL.with_(condition=condition))
    for trainer in (looked_at, alone):
        trainer.advance(2)
    digit = 7 if condition == "digit" else None
    images = between(looked_at, 3, [0.0, 0.5, 1.0], digit)
    assert images.shape == (3, IMAGE) and images.abs().max() <= 1 and len(torch.unique(images, dim=0)) == 3
    if digit is not None:
        assert of_digit(looked_at, digit, 30).shape == (30, IMAGE)
    for trainer in (looked_at, alone):
        trainer.advance(2)
    assert torch.equal(looked_at.generator.flat, alone.generator.flat)


def test_an_end_looks_as_that_latent_does_among_others() -> None:
    trainer = Trainer(SMALL)
    first = pair("normal", 6, 9)[0]
    company = trainer.fixed_latent[0, -COMPANY:]
    wanted = trainer.generate(torch.cat([first[None], company])[None])[0, 0]
    assert torch.allclose(between(trainer, 9, [0.0]), wanted[None].detach(), atol=1e-5)


def test_pairs_are_the_same_for_the_same_number_only() -> None:
    assert torch.equal(pair("uniform", 5, 1), pair("uniform", 5, 1))
    assert not torch.equal(pair("uniform", 5, 1), pair("uniform", 5, 2))
