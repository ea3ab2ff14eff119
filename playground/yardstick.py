"""Yardsticks: which one a Config's data have, and that of the mixtures and curves."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from playground.digits import digits_yardstick
from playground.distributions import DISTRIBUTIONS, Distribution, Mixture
from playground.labels import LabelledMnist
from playground.metrics import Array, Modes, Samples
from playground.metrics.divergences import Bins, gaussian_bins, kernel_width
from playground.metrics.modes import HIGH_QUALITY
from playground.mnist import Mnist
from playground.ruler import Yardstick

if TYPE_CHECKING:
    from playground.config import Config

__all__ = ["Yardstick", "data_of", "mixture_ruler", "yardstick_of"]
Data = Distribution | Mnist
SAMPLES = 2048
REFERENCE = {1: 2048, 2: 512}  # real samples to compare with, by dimension


@dataclass(frozen=True, eq=False, kw_only=True)
class DistributionYardstick(Yardstick):
    """For data whose law is known: what is compared are the samples themselves."""

    law: Distribution
    ruler: Modes

    def look(self, fake: Tensor) -> Samples:
        x = fake.cpu().numpy()
        mode, distance = self.ruler.assign(x)
        owned, good = distance <= self.ruler.reach, distance <= HIGH_QUALITY * self.ruler.sigma
        return Samples(self, x, mode.astype(np.int16), owned, good, np.zeros(0))

    def fresh(self, n: int, rng: torch.Generator) -> Tensor:
        return self.law.sample(n, rng)


def data_of(config: "Config") -> Data:
    """The data a Config names."""
    from playground.config import digits_of

    if config.data == "mnist":
        kind = LabelledMnist if config.labels else Mnist
        return kind(digits_of(config.digits), config.train_samples or None)
    return DISTRIBUTIONS[config.data].build(config.modes, config.spread, config.separation, config.imbalance)


def yardstick_of(config: "Config") -> Yardstick:
    """The yardstick for a Config's data; made once for equal data."""
    from playground.config import digits_of

    if config.data == "mnist":
        return digits_yardstick(digits_of(config.digits), config.train_samples or None, config.labels > 0)
    return distribution_yardstick(config.data, config.modes, config.spread, config.separation, config.imbalance)


def mixture_ruler(config: "Config") -> Modes:
    """The modes of a Config's mixture or curves."""
    yardstick = yardstick_of(config)
    if not isinstance(yardstick, DistributionYardstick):
        raise ValueError(f"data={config.data} has no ruler: its modes are told apart by the classifier")
    return yardstick.ruler


@lru_cache(maxsize=64)
def distribution_yardstick(data: str, modes: int, spread: float, separation: float, imbalance: float) -> Yardstick:
    law = DISTRIBUTIONS[data].build(modes, spread, separation, imbalance)
    anchors, mode_of = law.anchors
    ruler = Modes(anchors.double().numpy(), mode_of.numpy(), law.sigma, law.weights.double().numpy())
    reference = law.stratified(REFERENCE[law.dim], torch.Generator().manual_seed(0)).numpy()
    known = {"bins": bins_of(law), "density": density_of(law)} if isinstance(law, Mixture) else {}
    return DistributionYardstick(
        dim=law.dim,
        samples=SAMPLES,
        weights=ruler.weights,
        centres=ruler.centres,
        reference=reference,
        reference_mode=ruler.assign(reference)[0],
        space="data space",
        **known,
        kernel_width=kernel_width(law.sigma, SAMPLES, law.modes, law.dim),
        law=law,
        ruler=ruler,
    )


def bins_of(law: Mixture) -> Bins:
    """Bins with the law's exact mass."""
    return gaussian_bins(law.means.double().numpy(), law.sigma, law.weights.double().numpy())


def density_of(law: Mixture) -> Callable[[Array], Array]:
    """The law's exact density as a function of arrays, (n, dim) -> (n,)."""
    return lambda x: law.log_prob(torch.from_numpy(np.asarray(x, dtype=np.float64))).exp().numpy()
