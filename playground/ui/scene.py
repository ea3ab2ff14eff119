"""From a snapshot to the main picture of its game."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.special import expit

from playground.labels import COLUMNS
from playground.objectives import OBJECTIVES, Objective
from playground.plots import digits as sheets
from playground.plots import overlays, scenes
from playground.plots.estimates import kde
from playground.plots.view import Layer, View
from playground.snapshot import Array, Snapshot


def scene(snapshot: Snapshot) -> View:
    """The main picture of a game."""
    view = SCENES.get(snapshot.dim, digits)(snapshot, OBJECTIVES[snapshot.config.objective])
    return replace(view, game=snapshot.game, revision=revision(snapshot))


def line(snapshot: Snapshot, objective: Objective) -> View:
    assert snapshot.grid is not None and snapshot.d_grid is not None and snapshot.density is not None
    view = scenes.line_scene(
        real=snapshot.real,
        fake=snapshot.fake,
        grid_x=snapshot.grid,
        density=snapshot.density,
        d_grid=snapshot.d_grid,
        probability=objective.probability is expit,
        optimum=optimum(snapshot, objective),
        arrows=snapshot.arrows,
        iteration=snapshot.iteration,
    )
    more = (
        overlays.gap(snapshot.real[:, 0], snapshot.fake[:, 0], snapshot.grid, view.y.high),
        overlays.latent_map(snapshot.manifold[:, 0], view.x, view.y.high, snapshot.config.latent_dim),
    )
    return replace(view, layers=(*view.layers, *more))


def optimum(snapshot: Snapshot, objective: Objective) -> Array:
    """The best discriminator against the generator's smoothed density, as the page draws D; NaN where neither lives."""
    assert snapshot.grid is not None and snapshot.d_grid is not None and snapshot.density is not None
    p, q = snapshot.density, kde(snapshot.fake[:, 0], snapshot.grid)
    best = objective.optimum(p, q, snapshot.grid)
    alive = np.maximum(p, q) > 1e-3 * max(p.max(), q.max())
    if objective.probability is expit:
        best = expit(best)
    elif objective.free_level:
        return best + np.median((snapshot.d_grid - best)[alive])
    return np.where(alive, best, np.nan)


def plane(snapshot: Snapshot, objective: Objective) -> View:
    assert snapshot.grid is not None and snapshot.d_grid is not None
    return scenes.plane_scene(
        real=snapshot.real,
        fake=snapshot.fake,
        grid_x=snapshot.grid,
        grid_y=snapshot.grid,
        d_grid=snapshot.d_grid,
        probability=objective.probability is expit,
        arrows=snapshot.arrows,
        iteration=snapshot.iteration,
        beneath=tuple(beneath(snapshot, objective)),
    )


def beneath(snapshot: Snapshot, objective: Objective) -> Iterator[Layer]:
    """What lies between the discriminator's field and the samples, in the order of the legend."""
    assert snapshot.grid is not None and snapshot.d_grid is not None
    probability = objective.probability is expit
    extent = (float(snapshot.grid[0]), float(snapshot.grid[-1])) * 2
    coupling = overlays.Coupling.between(snapshot.real, snapshot.fake)
    ends = scenes.drawn(snapshot.d_grid, probability)[1]
    how = "from 128 samples of each" if objective is OBJECTIVES["wasserstein"] else "from the fakes' smoothed density"
    best = partial(best_in_the_plane, snapshot, objective, coupling)
    yield overlays.ghost(best, extent, ends, probability=probability, how=how)
    yield overlays.violations(snapshot.slope_grid, extent)
    if snapshot.manifold.ndim == 3:
        yield overlays.manifold(snapshot.manifold, snapshot.latents, snapshot.config.latent_dim)
    if snapshot.trail.ndim == 3:
        yield overlays.trails(snapshot.trail)
    yield overlays.transport(coupling)


def best_in_the_plane(snapshot: Snapshot, objective: Objective, coupling: overlays.Coupling) -> Array:
    """The best discriminator against this generator on the snapshot's field, as the page draws D."""
    axis, d = snapshot.grid, snapshot.d_grid
    assert axis is not None and d is not None
    if objective is OBJECTIVES["wasserstein"]:
        places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
        best = coupling.potential(places).reshape(d.shape)
    else:
        p = overlays.smooth(snapshot.real, axis) if snapshot.density is None else snapshot.density
        best = overlays.best_of_densities(p, snapshot.fake, axis, objective.optimum)
    if objective.probability is expit:
        return expit(best)
    return best + np.nanmedian(d - best) if objective.free_level else best


def digits(snapshot: Snapshot, objective: Objective) -> View:
    rows = [str(digit) for digit in snapshot.asked[::COLUMNS]]
    tiles = sheets.pixels(snapshot.fake)
    return sheets.digits_scene(tiles, COLUMNS, iteration=snapshot.iteration, rows=rows, pick=True)


SCENES: dict[int, Callable[[Snapshot, Objective], View]] = {1: line, 2: plane}


def revision(snapshot: Snapshot) -> str:
    """What zoom and legend choices belong to: the data."""
    config = snapshot.config
    return f"{config.data} {config.modes} {config.spread} {config.separation} {config.condition}"
