"""From a snapshot to the pictures of a page: which scene, which charts."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import expit

from playground.objectives import OBJECTIVES, Objective
from playground.plots import charts, scenes
from playground.plots.estimates import kde
from playground.plots.view import View
from playground.snapshot import Array, Snapshot


def scene(snapshot: Snapshot) -> View:
    """The main picture of a game."""
    view = SCENES.get(snapshot.dim, digits)(snapshot, OBJECTIVES[snapshot.config.objective])
    return replace(view, game=snapshot.game, revision=revision(snapshot))


def line(snapshot: Snapshot, objective: Objective) -> View:
    assert snapshot.grid is not None and snapshot.d_grid is not None and snapshot.density is not None
    return scenes.line_scene(
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
    )


def digits(snapshot: Snapshot, objective: Objective) -> View:
    images = np.round(np.clip(snapshot.fake + 1, 0, 2) * 127.5).astype(np.uint8).reshape(-1, 28, 28)
    return scenes.digits_scene(images, 10, iteration=snapshot.iteration)


SCENES: dict[int, Callable[[Snapshot, Objective], View]] = {1: line, 2: plane}


def revision(snapshot: Snapshot) -> str:
    """What zoom and legend choices belong to: the data."""
    config = snapshot.config
    return f"{config.data} {config.modes} {config.spread} {config.separation}"


def figures(snapshot: Snapshot) -> dict[str, Callable[[], charts.Figure]]:
    """The charts beside the main picture, by name, made only when drawn."""
    objective = OBJECTIVES[snapshot.config.objective]
    losses, metrics = snapshot.losses, snapshot.metrics
    made: dict[str, Callable[[], charts.Figure]] = {
        "distances": lambda: charts.distances(
            metrics["iteration"],
            metrics["emd"],
            snapshot.floor,
            metrics["estimate"],
            objective.estimate_under.get(snapshot.config.constraint, objective.estimate_name),
            objective.estimate_ceiling,
        ),
        "losses": lambda: charts.losses(
            losses["iteration"], losses["loss_discriminator"], losses["loss_generator"], objective.equilibrium
        ),
        "saturation": lambda: charts.saturation(
            snapshot.d_real, snapshot.d_fake, probability=objective.probability is expit
        ),
        "signal": lambda: charts.signal(metrics["iteration"], metrics["generator_signal"]),
    }
    if snapshot.dim <= 2:
        return made
    return {"shares": lambda: charts.shares(snapshot.mode_names, snapshot.shares)} | made
