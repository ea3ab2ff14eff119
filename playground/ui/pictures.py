"""From a snapshot to the charts beside the main picture: which there are, and which a page opens with."""

from collections.abc import Callable, Collection
from functools import partial

import numpy as np
from scipy.special import expit

from playground.experiments import Experiment
from playground.objectives import OBJECTIVES, Objective
from playground.plots import charts, health
from playground.snapshot import Array, Snapshot

USUAL = ("shares", "distances", "losses", "saturation", "signal")
DIGITAL = ("shares", "asked")  # of digits only
MOST = 5  # drawn at once: each takes its turn, and a browser a while for it
TELLING = {  # what an experiment is checked by → the chart that shows it
    "as_asked": "asked",
    "modes": "modes",
    "modes_lost": "modes",
    "rotation": "modes",
    "slope_mean": "slopes",
    "slope_high": "slopes",
    "clipped": "weights",
    "layer_growth": "layers",
    "accuracy_fake": "memory",
    "accuracy_past": "memory",
    "forgetting": "memory",
    "overfitting": "generalisation",
    "sign_train": "generalisation",
    "sign_held_out": "generalisation",
    "signal_fall": "signal",
    "signal_rise": "signal",
    "saturation_fake": "saturation",
    "logit_real": "saturation",
    "d_gap": "saturation",
    "loss_discriminator": "losses",
}


def over(seen: Snapshot, *names: str) -> list[Array]:
    """The iterations of the measurements, then the metrics of these names."""
    return [seen.metrics[name] for name in ("iteration", *names)]


def distances(seen: Snapshot, objective: Objective) -> charts.Figure:
    name = objective.estimate_under.get(seen.config.constraint, objective.estimate_name)
    iterations, emd, estimate = over(seen, "emd", "estimate")
    return charts.distances(iterations, emd, seen.floor, estimate, name, objective.estimate_ceiling)


def losses(seen: Snapshot, objective: Objective) -> charts.Figure:
    columns = [seen.losses[name] for name in ("iteration", "loss_discriminator", "loss_generator")]
    return charts.losses(*columns, equilibrium=objective.equilibrium)


def saturation(seen: Snapshot, objective: Objective) -> charts.Figure:
    return charts.saturation(seen.d_real, seen.d_fake, probability=objective.probability is expit)


def weights(seen: Snapshot, objective: Objective) -> charts.Figure:
    return health.weights(seen.d_weights, seen.config.clip if seen.config.constraint == "clip" else None)


Maker = Callable[[Snapshot, Objective], charts.Figure]
CHARTS: dict[str, tuple[str, Maker]] = {  # in the order on the page: its name in the choice, and how it is made
    "shares": ("Digits", lambda seen, _: charts.shares(seen.mode_names, seen.shares)),
    "asked": (
        "Digits as asked",
        lambda seen, _: health.asked(*over(seen, "as_asked"), floor=seen.floors.get("as_asked", np.nan)),
    ),
    "distances": ("Distances", distances),
    "losses": ("Losses", losses),
    "saturation": ("D's outputs", saturation),
    "signal": ("Generator's signal", lambda seen, _: charts.signal(*over(seen, "generator_signal"))),
    "modes": ("Modes", lambda seen, _: charts.modes(*over(seen, "modes"), total=seen.modes_total)),
    "slopes": ("D's slope", lambda seen, _: health.slopes(seen.slopes)),
    "weights": ("D's weights", weights),
    "layers": ("Layers", lambda seen, _: health.layers(seen.layer_norms)),
    "memory": ("Memory", lambda seen, _: health.memory(*over(seen, "accuracy_fake", "accuracy_past"))),
    "generalisation": (
        "Generalisation",
        lambda seen, _: health.generalisation(*over(seen, "sign_train", "sign_held_out")),
    ),
}


def figures(snapshot: Snapshot, chosen: Collection[str]) -> dict[str, Callable[[], charts.Figure]]:
    """The chosen charts beside the main picture, by name and in the order of the page, made only when drawn."""
    objective = OBJECTIVES[snapshot.config.objective]
    return {name: partial(make, snapshot, objective) for name, (_, make) in CHARTS.items() if name in chosen}


def available(page: str) -> dict[str, str]:
    """The charts that a page can show, and their titles."""
    return {name: title for name, (title, _) in CHARTS.items() if name not in DIGITAL or page == "mnist"}


def telling(experiment: Experiment) -> tuple[str, ...]:
    """The charts that an experiment opens with: those that show what it claims, then the usual ones."""
    usual = [name for name in USUAL if name in available(experiment.page)]
    told = [TELLING[check.quantity] for check in experiment.checks if check.quantity in TELLING]
    if "shares" in usual:  # they show the modes too
        told = [name for name in told if name != "modes"]
    wanted = list(dict.fromkeys([*told, *usual]))[: len(usual)]
    return tuple(name for name in CHARTS if name in wanted)
