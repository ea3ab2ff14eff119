"""All members of a population as one View: what is real once, then one layer of fakes for each."""

from collections.abc import Callable, Sequence

import numpy as np

from playground.plots.estimates import kde, step_up
from playground.plots.view import Axis, Layer, View

PLACES = 96  # along the axis of a density
REALS = 256  # points that stand for the real distribution in the plane
REACH = 1.35  # of the axes, times the farthest real sample, as in the large picture


def strip_scene(
    real: np.ndarray,
    fakes: Sequence[np.ndarray],
    density: Callable[[np.ndarray], np.ndarray] | None = None,
    **about: int | str,
) -> View:
    """Small multiples on common axes: layer 0 is real, layer 1 + i the fakes of member i.

    real (n, dim) and each of fakes (m, dim), of one or two dimensions. On a line both are densities; `density` is the
    exact one, (n, 1) -> (n,), estimated from `real` where there is none. `about`: iteration, alt and the like.
    """
    reach = REACH * float(np.abs(real).max())
    return (line if real.shape[1] == 1 else plane)(real, fakes, reach, density, about)


def line(real, fakes, reach, density, about) -> View:
    x = np.linspace(-reach, reach, PLACES)
    exact = density(x[:, None]) if density else kde(real[:, 0], x)
    top = step_up(1.6 * float(exact.max()))  # what a collapse piles up beyond ends at the edge
    inside = (np.clip(fake[:, 0], -reach, reach) for fake in fakes)
    layers = [area(x, exact, "real"), *(area(x, kde(fake, x), "fake") for fake in inside)]
    return View(tuple(layers), Axis(-reach, reach), Axis(0.0, top), bare=True, **about)


def plane(real, fakes, reach, density, about) -> View:
    few = real[:: max(1, len(real) // REALS)]
    layers = [points(few, "real"), *(points(fake, "fake") for fake in fakes)]
    return View(tuple(layers), Axis(-reach, reach), Axis(-reach, reach), equal=True, bare=True, **about)


def area(x: np.ndarray, y: np.ndarray, role: str) -> Layer:
    return Layer("area", "", role, {"x": x, "y0": 0 * x, "y1": y})


def points(samples: np.ndarray, role: str) -> Layer:
    return Layer("points", "", role, {"x": samples[:, 0], "y": samples[:, 1]})
