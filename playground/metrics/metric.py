"""`Metric`: what one number is, where it comes from, and how it is had from a look."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.metrics.look import Look, Samples


@dataclass(frozen=True)
class Metric:
    """One number that is measured of every member.

    A metric of samples alone has a noise floor: what fresh real samples score, `Yardstick.floors`. A dear one is measured
    at every few measurements only, and off the training path.
    """

    title: str
    definition: str  # in words and LaTeX
    source: str
    unit: str
    better: str  # "lower", "higher" or "" where neither is
    value: Callable[[Any], float]  # of `Samples` if `samples`, else of a `Look`; NaN where the game has no such thing
    samples: bool = False  # whether it is a function of samples alone
    dear: bool = False
    dear_on_a_line: bool = True  # whether a dear one is so on a line too

    def measure(self, look: Look) -> float:
        """Its value for one member."""
        return self.value(look.samples if self.samples else look)

    def is_dear(self, dim: int) -> bool:
        """Whether it is dear for data of this dimension."""
        return self.dear and (dim > 1 or self.dear_on_a_line)


def of_samples(
    title: str, definition: str, source: str, unit: str, better: str, value: Callable[[Samples], float], **more: bool
) -> Metric:
    """A metric of samples alone."""
    return Metric(title, definition, source, unit, better, value, samples=True, **more)


def of_look(
    title: str, definition: str, source: str, unit: str, better: str, value: Callable[[Look], float], **more: bool
) -> Metric:
    """A metric of the players, or of what they did before."""
    return Metric(title, definition, source, unit, better, value, **more)


VEEGAN = "Srivastava et al. 2017 (VEEGAN), https://arxiv.org/abs/1705.07761"
PACGAN = "Lin et al. 2018 (PacGAN), https://arxiv.org/abs/1712.04086"
GAN = "Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661"
WGAN = "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875"
WGAN_GP = "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028"
ADA = "Karras et al. 2020 (ADA), https://arxiv.org/abs/2006.06676"
NAEEM = "Naeem et al. 2020, https://arxiv.org/abs/2002.09797"
KYNKAANNIEMI = "Kynkäänniemi et al. 2019, https://arxiv.org/abs/1904.06991"
FORGETTING = "Thanh-Tung & Tran 2018, https://arxiv.org/abs/1807.04015"
POT = "Flamary et al. 2021 (POT), https://pythonot.github.io"
OWN = "ours"
