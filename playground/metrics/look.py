"""Looks: everything measurable of one member at one moment, as arrays; metrics are functions of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.metrics import divergences, modes, players, transport
from playground.metrics.checks import Array

if TYPE_CHECKING:
    from playground.objectives import Objective
    from playground.yardstick import Yardstick

NAN = float("nan")
JUDGED = 256  # samples of each kind where D is compared with its optimum


def nobody() -> NDArray[np.bool_]:
    """An answer about no sample."""
    return np.zeros(0, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Samples:
    """Fakes beside what they are measured against; or fresh real samples in their place, for the noise floors."""

    yardstick: "Yardstick"
    places: Array  # where distances are measured, (n, k)
    mode: NDArray[np.integer]  # nearest mode, (n,)
    owned: NDArray[np.bool_]  # whether a sample belongs to it, (n,)
    good: NDArray[np.bool_]  # whether it is of high quality, (n,)
    confidence: Array  # of the classifier, its largest probability, (n,); empty where there is none
    as_asked: NDArray[np.bool_] = field(default_factory=nobody)  # whether it reads the digit asked for, (n,), or (0,)

    @cached_property
    def few(self) -> Array:
        """As many as the reference has: what the dear metrics look at."""
        return self.places[: len(self.yardstick.reference)]

    @cached_property
    def shares(self) -> Array:
        """The share of all samples that belongs to each mode, (modes,)."""
        return modes.shares(self.mode[self.owned], len(self.mode), len(self.yardstick.weights))

    @cached_property
    def nearest_shares(self) -> Array:
        """The share of the samples that is nearest to each mode, (modes,); sums to 1."""
        return modes.shares(self.mode, len(self.mode), len(self.yardstick.weights))

    @property
    def found(self) -> int:
        """How many modes are nearest to at least one sample of high quality."""
        return len(np.unique(self.mode[self.good & self.owned]))

    @cached_property
    def emd_parts(self) -> tuple[float, float]:
        """The EMD's mass part and shape part."""
        ruler = self.yardstick
        mode = self.mode[: len(self.few)]
        return transport.emd_by_mode(
            ruler.reference, self.few, ruler.reference_mode, mode, ruler.weights, ruler.centres
        )

    @property
    def js(self) -> float:
        bins = self.yardstick.bins
        return NAN if bins is None else divergences.js(bins, self.places)

    @property
    def kl(self) -> float:
        bins = self.yardstick.bins
        return NAN if bins is None else divergences.kl(bins, self.places)


@dataclass(frozen=True, eq=False)
class Look:
    """One member's fakes, what D and G make of the fixed samples, and what they did before."""

    samples: Samples
    objective: "Objective"
    real: Array  # training samples, (n, dim)
    d_real: Array  # D's raw outputs for them, (n,)
    d_fake: Array  # for the fakes, (n,)
    d_held_out: Array  # for fresh real samples that nobody trains on, (m,)
    d_past: Array  # for fakes of earlier measurements, (r,); empty at first
    loss: float  # D's mean loss on real and fake
    signal: float  # mean ‖∂L_G/∂x‖ over the fakes
    generator_gradient: float  # ‖∂L_G/∂θ‖
    slopes: Array  # ‖∇D‖ at points between real and fake, (s,)
    clipped: float  # share of D's weights at ±c; NaN without clipping
    layer_norms: Array  # ‖∂L_D/∂h_l‖ per layer, output first, (layers,); empty for convolutions or if not asked for
    moves: tuple[Array, ...]  # of the generator's weights over the last two intervals, (k,) each; fewer at first
    dominants: Sequence[float]  # the largest mode at earlier measurements, oldest first

    @cached_property
    def level(self) -> float:
        """The raw output that decides nothing."""
        return players.neutral(self.objective, self.d_real, self.d_fake)

    @property
    def saturation_fake(self) -> float:
        probability = self.objective.probability
        return NAN if probability is None else players.saturation(probability(self.d_fake))[0]

    @property
    def saturation_real(self) -> float:
        probability = self.objective.probability
        return NAN if probability is None else players.saturation(probability(self.d_real))[1]

    @property
    def accuracy_past(self) -> float:
        return players.accuracy(self.d_past, self.level) if len(self.d_past) else NAN

    @property
    def rotation(self) -> float:
        return modes.rotation([*self.dominants, modes.dominant(self.samples.shares)])

    @property
    def turn(self) -> float:
        return players.cosine(*self.moves) if len(self.moves) == 2 else NAN

    @property
    def optimum_gap(self) -> float:
        """Mean distance of D's probabilities from those of the optimal discriminator, on real samples and fakes.

        The optimum is that of the exact density and a kernel estimate of the fakes'.
        """
        probability, density = self.objective.probability, self.samples.yardstick.density
        if probability is None or density is None:
            return NAN
        x = np.concatenate([self.real[:JUDGED], self.samples.places[:JUDGED]])
        d = np.concatenate([self.d_real[:JUDGED], self.d_fake[:JUDGED]])
        q = divergences.kernel_density(x, self.samples.places, self.samples.yardstick.kernel_width)
        best = self.objective.optimum(density(x), q, np.zeros(len(x)))
        return divergences.mean_gap(probability(d), probability(best))
