"""1D and 2D data: sample, exact density, modes. One entry of `DISTRIBUTIONS` a distribution.

Every distribution is scaled to a root mean square of 1 per coordinate, so that networks see data of order 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from playground import noise


def pick(weights: Tensor, n: int, rng: torch.Generator) -> Tensor:
    """`n` draws of a mode, (n,)."""
    if bool((weights == weights[0]).all()):  # as usual, and five times as fast
        return noise.uniform(n, 1, rng)[:, 0].mul_(len(weights)).long()
    return torch.multinomial(weights.to(rng.device), n, replacement=True, generator=rng)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Isotropic Gaussians of one spread, with exact density."""

    means: Tensor  # (modes, dim)
    sigma: float  # standard deviation of each mode, in the units of `means`
    weights: Tensor  # (modes,), sums to 1

    @property
    def dim(self) -> int:
        return self.means.shape[1]

    @property
    def modes(self) -> int:
        return len(self.means)

    @property
    def mode_names(self) -> tuple[str, ...]:
        """The modes by number, from 1."""
        return tuple(str(i + 1) for i in range(self.modes))

    @property
    def anchors(self) -> tuple[Tensor, Tensor]:
        """Points that stand for the modes (anchors, dim), and the mode of each (anchors,)."""
        return self.means, torch.arange(self.modes)

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """`n` independent draws, (n, dim), on the generator's device."""
        return self._around(pick(self.weights, n, rng), rng)

    def stratified(self, n: int, rng: torch.Generator) -> Tensor:
        """`n` draws whose mode counts are as near to `n * weights` as integers allow, (n, dim)."""
        return self._around(torch.arange(self.modes).repeat_interleave(apportion(self.weights, n)).to(rng.device), rng)

    def log_prob(self, x: Tensor) -> Tensor:
        """Exact log density in nats, (n, dim) -> (n,)."""
        square = (x[:, None] - self.means.to(x)).square().sum(-1)  # (n, modes)
        log_normal = -square / (2 * self.sigma**2) - self.dim * math.log(self.sigma * math.sqrt(2 * math.pi))
        return torch.logsumexp(log_normal + self.weights.to(x).log(), dim=1)

    def _around(self, pick: Tensor, rng: torch.Generator) -> Tensor:
        around = noise.normal(len(pick), self.dim, rng).mul_(self.sigma)
        return around.add_(self.means.to(rng.device).index_select(0, pick))


@dataclass(frozen=True, eq=False)
class Curve:
    """Points spread evenly along one curve a mode, plus isotropic noise; no closed-form density."""

    path: Callable[[Tensor, Tensor], Tensor]  # place along the curve in [0, 1] (n,), mode (n,) -> points (n, 2)
    sigma: float
    weights: Tensor  # (modes,), sums to 1

    dim = 2
    log_prob = None

    @property
    def modes(self) -> int:
        return len(self.weights)

    @property
    def mode_names(self) -> tuple[str, ...]:
        """The modes by number, from 1."""
        return tuple(str(i + 1) for i in range(self.modes))

    @property
    def anchors(self) -> tuple[Tensor, Tensor]:
        """Points along each mode's curve (anchors, 2), and the mode of each (anchors,)."""
        mode = torch.arange(self.modes).repeat_interleave(200)
        place = torch.linspace(0, 1, 200).repeat(self.modes)
        return self.path(place, mode), mode

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """`n` independent draws, (n, 2), on the generator's device."""
        mode = pick(self.weights, n, rng)
        return self._around(noise.uniform(n, 1, rng)[:, 0], mode, rng)

    def stratified(self, n: int, rng: torch.Generator) -> Tensor:
        """`n` draws with even places along every curve and mode counts near `n * weights`, (n, 2)."""
        counts = apportion(self.weights, n)
        mode = torch.arange(self.modes).repeat_interleave(counts)
        place = torch.cat([(torch.arange(int(c)) + 0.5) / max(int(c), 1) for c in counts])
        return self._around(place.to(rng.device), mode.to(rng.device), rng)

    def _around(self, place: Tensor, mode: Tensor, rng: torch.Generator) -> Tensor:
        return self.path(place, mode) + self.sigma * noise.normal(len(place), 2, rng)


Distribution = Mixture | Curve


def apportion(weights: Tensor, n: int) -> Tensor:
    """`n` split into whole counts nearest to `n * weights`: the largest-remainder method, (modes,) int64."""
    exact = weights.double() * n
    counts = exact.floor().long()
    largest = (exact - counts).argsort(descending=True, stable=True)[: n - int(counts.sum())]
    counts[largest] += 1
    return counts


def mode_weights(modes: int, imbalance: float) -> Tensor:
    """Weights falling geometrically until the rarest mode is (1 - imbalance) times the commonest, (modes,)."""
    weights = (1 - imbalance) ** torch.linspace(0, 1, modes)
    return weights / weights.sum()


def gaussians(means: Tensor, spread: float, imbalance: float) -> Mixture:
    """Gaussians at `means` (modes, dim), scaled to a root mean square of 1 per coordinate."""
    scale = math.sqrt(float(means.square().mean()) + spread**2)
    return Mixture(means / scale, spread / scale, mode_weights(len(means), imbalance))


def curves(path: Callable[[Tensor, Tensor], Tensor], modes: int, spread: float, imbalance: float) -> Curve:
    """Noisy curves, moved and scaled to mean 0 and a root mean square of 1 per coordinate."""
    raw = Curve(path, spread, mode_weights(modes, 0.0)).anchors[0]
    centre = raw.mean(0)
    scale = math.sqrt(float((raw - centre).square().mean()) + spread**2)

    def scaled(place: Tensor, mode: Tensor) -> Tensor:
        return (path(place, mode) - centre.to(place)) / scale

    return Curve(scaled, spread / scale, mode_weights(modes, imbalance))


def evenly(modes: int, step: float) -> Tensor:
    """`modes` places `step` apart, centred on 0, (modes,)."""
    return step * (torch.arange(modes) - (modes - 1) / 2)


def ring_means(modes: int, radius: float) -> Tensor:
    angle = 2 * math.pi * torch.arange(modes) / modes  # linspace(0, 2 pi, modes) would put two modes on one place
    return radius * torch.stack([angle.cos(), angle.sin()], 1)


def grid_means(modes: int, step: float) -> Tensor:
    side = evenly(max(1, round(math.sqrt(modes))), step)
    return torch.cartesian_prod(side, side)


def swiss_roll_path(place: Tensor, mode: Tensor) -> Tensor:
    """One and a half turns outward, as in the toy code of Improved WGAN (Gulrajani et al. 2017)."""
    turn = 1.5 * math.pi * (1 + 2 * place)
    return torch.stack([turn * turn.cos(), turn * turn.sin()], 1) / 7.5


def moons_path(separation: float) -> Callable[[Tensor, Tensor], Tensor]:
    """Two interleaved half circles whose centres part with `separation` (2 gives the classical picture)."""

    def path(place: Tensor, mode: Tensor) -> Tensor:
        angle, upper = math.pi * place, (mode == 0)
        x = torch.where(upper, angle.cos(), 1 - angle.cos())
        y = torch.where(upper, angle.sin(), 1 - angle.sin() - separation / 4)
        return torch.stack([x, y], 1)

    return path


def pinwheel_path(arms: int) -> Callable[[Tensor, Tensor], Tensor]:
    """Arms that bend as they go outward."""

    def path(place: Tensor, mode: Tensor) -> Tensor:
        radius = 0.3 + 1.7 * place
        angle = 2 * math.pi * mode / arms + 0.6 * radius
        return torch.stack([radius * angle.cos(), radius * angle.sin()], 1)

    return path


@dataclass(frozen=True)
class Entry:
    """One line of `DISTRIBUTIONS`: how to build it, and which knobs shape it."""

    title: str
    dim: int
    build: Callable[[int, float, float, float], Distribution]  # modes, spread, separation, imbalance
    knobs: tuple[str, ...]
    help: str


ALL = ("modes", "spread", "separation", "imbalance")
DISTRIBUTIONS: dict[str, Entry] = {
    "gaussian": Entry(
        "One Gaussian",
        1,
        lambda modes, spread, separation, imbalance: gaussians(torch.tensor([[separation]]), spread, 0.0),
        ("spread", "separation"),
        "N(separation, spread²), scaled: the further from 0, the less it overlaps a fresh generator.",
    ),
    "two-gaussians": Entry(
        "Two Gaussians",
        1,
        lambda modes, spread, separation, imbalance: gaussians(evenly(2, 2 * separation)[:, None], spread, imbalance),
        ("spread", "separation", "imbalance"),
        "N(±separation, spread²), scaled.",
    ),
    "comb": Entry(
        "Comb",
        1,
        lambda modes, spread, separation, imbalance: gaussians(evenly(modes, separation)[:, None], spread, imbalance),
        ALL,
        "Equally spaced Gaussians on a line.",
    ),
    "ring": Entry(
        "Ring",
        2,
        lambda modes, spread, separation, imbalance: gaussians(ring_means(modes, separation), spread, imbalance),
        ALL,
        "Gaussians on a circle of radius `separation` (VEEGAN, PacGAN, Unrolled GAN).",
    ),
    "grid": Entry(
        "Grid",
        2,
        lambda modes, spread, separation, imbalance: gaussians(grid_means(modes, separation), spread, imbalance),
        ALL,
        "Gaussians on a square grid, `separation` apart; the number of modes is rounded to a square.",
    ),
    "line": Entry(
        "Line of blobs",
        2,
        lambda modes, spread, separation, imbalance: gaussians(
            torch.stack([evenly(modes, separation), torch.zeros(modes)], 1), spread, imbalance
        ),
        ALL,
        "Gaussians in a row.",
    ),
    "blobs": Entry(
        "Separated blobs",
        2,
        lambda modes, spread, separation, imbalance: gaussians(
            evenly(2, 2 * separation)[:, None].repeat(1, 2), spread, imbalance
        ),
        ("spread", "separation", "imbalance"),
        "Two Gaussians at ±(separation, separation): a fresh generator starts between them, touching neither.",
    ),
    "swiss-roll": Entry(
        "Swiss roll",
        2,
        lambda modes, spread, separation, imbalance: curves(swiss_roll_path, 1, spread, 0.0),
        ("spread",),
        "A spiral with noise.",
    ),
    "two-moons": Entry(
        "Two moons",
        2,
        lambda modes, spread, separation, imbalance: curves(moons_path(separation), 2, spread, imbalance),
        ("spread", "separation", "imbalance"),
        "Two interleaved half circles with noise.",
    ),
    "pinwheel": Entry(
        "Pinwheel",
        2,
        lambda modes, spread, separation, imbalance: curves(pinwheel_path(modes), modes, spread, imbalance),
        ("modes", "spread", "imbalance"),
        "Bent arms with noise.",
    ),
}
