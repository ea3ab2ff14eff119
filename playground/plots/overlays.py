"""Layers that explain a game's picture: what the generator does to its latents, what is far from what, and what D should be.

Most are hidden until somebody switches them on, and their arrays are made only then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import ot
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist

from playground.plots.palette import shade
from playground.plots.view import Axis, Layer

MOVED = 128  # samples of each kind that are moved onto each other
DECADES = 2.0  # of slopes that are told apart, on either side of 1
THINNEST = 1e-3  # of the highest density: below it there is nothing to tell real from fake by
PROBABILITIES = 0.1, 0.3, 0.5, 0.7, 0.9
STEPS = 8  # between the contours of a critic over its range
MAP_FROM = 0.96  # of the picture's height: where the latents stand

HELP = {
    "contours": "Where the discriminator says the same: its middle bold.",
    "optimum": "What the best {kind} there could be says against this generator, {how}; on the levels of the contours.",
    "violations": "Where the slope of D's raw output, ‖∇D‖, is more than 1: there it is not 1-Lipschitz.",
    "manifold": "The image of an even grid of latents{rest}: each cell holds the same share of them, so a small, dark cell is a "
    "dense place. Hover to see a cell's latent.",
    "transport": "The cheapest way to move {n} fakes onto as many reals: the lines' mean length is their earth mover's distance.",
    "trails": "Where the fakes were in the pictures before this one.",
    "gap": "Between the distribution functions of real and fake samples: this area is the earth mover's distance. They are "
    "drawn from 0 at the bottom to 1 at the top.",
    "map": "Where evenly weighted latents, at the top, are sent{rest}. Lines that lie together are a dense place.",
}


@dataclass(frozen=True, eq=False)
class Coupling:
    """The optimal transport between equally many real and fake samples, (n, dim) each, by Euclidean distance."""

    real: np.ndarray
    fake: np.ndarray

    @classmethod
    def between(cls, real: np.ndarray, fake: np.ndarray) -> "Coupling":
        """Of the first samples that are finite."""
        real, fake = (x[np.isfinite(x).all(1)].astype(float) for x in (real, fake))
        n = min(MOVED, len(real), len(fake))
        return cls(real[:n], fake[:n])

    @cached_property
    def _solved(self) -> tuple[np.ndarray, np.ndarray]:
        """The real that each fake goes to, (n,), and the dual's value at each fake, (n,)."""
        n = len(self.fake)
        even = np.full(n, 1 / max(n, 1))
        plan, log = ot.emd(even, even, cdist(self.fake, self.real), log=True)
        return np.asarray(plan).argmax(1), np.asarray(log["u"])

    def segments(self) -> dict[str, np.ndarray]:
        """From each fake to its real."""
        if not len(self.fake):
            return dict.fromkeys(("x0", "y0", "x1", "y1"), np.zeros(0))
        ends = self.real[self._solved[0]]
        return {"x0": self.fake[:, 0], "y0": self.fake[:, 1], "x1": ends[:, 0], "y1": ends[:, 1]}

    def potential(self, x: np.ndarray) -> np.ndarray:
        """The optimal 1-Lipschitz critic of these samples at points (m, dim), (m,): high at reals.

        The dual's values at the fakes, carried on with slope 1: f(x) = minⱼ |x − fakeⱼ| − uⱼ (Kantorovich and Rubinstein).
        """
        if not len(self.fake):
            return np.full(len(x), np.nan)
        return (cdist(x, self.fake) - self._solved[1]).min(1)


def contours(values: np.ndarray, extent: tuple[float, ...], ends: tuple[float, float], *, probability: bool) -> Layer:
    """Lines of equal output of the discriminator, `values` (h, w) as it is drawn between `ends`."""
    options = {"extent": extent, "range": ends, "levels": levels(ends, probability=probability)}
    return Layer("contours", "contours", "discriminator", {"values": values}, HELP["contours"], options=options)


def levels(ends: tuple[float, float], *, probability: bool) -> list[float]:
    """Where contours are drawn; the middle one is the middle of the range."""
    return list(PROBABILITIES) if probability else [float(x) for x in np.linspace(*ends, STEPS + 1)[1:-1]]


def ghost(
    make: Callable[[], np.ndarray], extent: tuple[float, ...], ends: tuple[float, float], *, probability: bool, how: str
) -> Layer:
    """The optimal discriminator as dashed contours; `make` gives it (h, w) as D is drawn, NaN where nothing lives."""
    kind = "discriminator" if probability else "critic"
    options = {"extent": extent, "range": ends, "levels": levels(ends, probability=probability), "dash": True}
    text = HELP["optimum"].format(kind=kind, how=how)
    name = f"optimal {'D' if probability else 'critic'}"
    return Layer("contours", name, "optimum", lambda: {"values": make()}, text, visible=False, options=options)


def violations(slopes: np.ndarray, extent: tuple[float, ...]) -> Layer:
    """Where ‖∇D‖, `slopes` (h, w), is more than 1."""
    options = {"extent": extent, "range": (-DECADES, DECADES), "log": True}

    def make() -> dict[str, np.ndarray]:
        with np.errstate(divide="ignore"):
            return {"values": np.log10(slopes)}

    return Layer("region", "‖∇D‖ > 1", "violation", make, HELP["violations"], visible=False, options=options)


def manifold(images: np.ndarray, latents: np.ndarray, latent_dim: int) -> Layer:
    """The image (h, w, 2) of a grid of latents whose coordinates, the same both ways, are `latents` (w,)."""
    places = [float(f"{z:.4g}") for z in latents]
    options = {"across": places, "up": places[: len(images)] if len(images) > 1 else [0.0], "rest": latent_dim - 2}
    arrays = {"x": images[..., 0], "y": images[..., 1]}
    text = HELP["manifold"].format(rest=rest(latent_dim, 2))
    return Layer("mesh", "manifold", "fake", arrays, text, visible=False, options=options)


def rest(latent_dim: int, shown: int) -> str:
    """In words: what the latent's other coordinates are."""
    if latent_dim <= shown:
        return ""
    return f" (a slice: z{shown + 1}{f' … z{latent_dim}' if latent_dim > shown + 1 else ''} are 0)"


def transport(coupling: Coupling) -> Layer:
    """The optimal transport as a line from each fake to its real."""
    text = HELP["transport"].format(n=len(coupling.fake))
    return Layer("segments", "transport", "transport", coupling.segments, text, visible=False)


def trails(trail: np.ndarray) -> Layer:
    """Places of the same fakes in pictures one after the other, (moments, n, 2), the newest last."""
    return Layer("trails", "trails", "fake", {"x": trail[..., 0], "y": trail[..., 1]}, HELP["trails"], visible=False)


def gap(real: np.ndarray, fake: np.ndarray, x: np.ndarray, top: float) -> Layer:
    """The area between the distribution functions of samples (n,) and (m,), at places x (g,), in a picture so high."""
    edges = [shade("real"), shade("fake")]

    def make() -> dict[str, np.ndarray]:
        return {"x": x, "y0": top * distribution(real, x), "y1": top * distribution(fake, x)}

    options = {"edges": edges, "unit": top}
    return Layer("gap", "EMD = area", "transport", make, HELP["gap"], visible=False, options=options)


def distribution(samples: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The share of samples (n,) up to each place x (g,)."""
    return np.searchsorted(np.sort(samples), x, side="right") / max(len(samples), 1)


def latent_map(images: np.ndarray, x: Axis, top: float, latent_dim: int) -> Layer:
    """Lines from evenly weighted latents, spread along the top, down to their images (k,)."""
    start = np.linspace(x.low + 0.06 * (x.high - x.low), x.high - 0.06 * (x.high - x.low), len(images))
    arrays = {"x0": start, "y0": np.full(len(images), MAP_FROM * top), "x1": images, "y1": np.zeros(len(images))}
    text = HELP["map"].format(rest=rest(latent_dim, 1))
    return Layer("segments", "z → G(z)", "fake", arrays, text, visible=False)


def best_of_densities(
    p: np.ndarray,
    fake: np.ndarray,
    axis: np.ndarray,
    optimum: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
) -> np.ndarray:
    """A pointwise optimal raw output on a square grid, from the real density p (g, g) and samples (m, 2); NaN where both fade."""
    q = smooth(fake, axis)
    alive = np.maximum(p, q) > THINNEST * max(float(p.max()), float(q.max()))
    return np.where(alive, optimum(p, q, axis), np.nan)


def smooth(samples: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Gaussian kernel density of samples (n, 2) on a square grid (g, g), row = second coordinate.

    Silverman's width for each coordinate, but never narrower than a step of the grid.
    """
    step = float(axis[1] - axis[0])
    finite = samples[np.isfinite(samples).all(1)]
    edges = np.append(axis - step / 2, axis[-1] + step / 2)
    counts, _, _ = np.histogram2d(finite[:, 1], finite[:, 0], bins=(edges, edges))
    widths = [
        max(float(finite[:, i].std()) * len(finite) ** (-1 / 6), step) / step if len(finite) else 1.0 for i in (1, 0)
    ]
    return gaussian_filter(counts, widths, mode="constant") / (max(len(samples), 1) * step**2)
