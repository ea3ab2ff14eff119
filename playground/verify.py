"""Verify: train every experiment over many seeds and see whether what must be observed is observed."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.config import Config
from playground.experiments import CURE, EXPERIMENTS, START, Check, Experiment
from playground.meter import SPARSE

Array = NDArray[np.floating]
SHARE = 13 / 16  # of the seeds must show what is claimed
RECORD = Path(__file__).parent / "data" / "verified.json"  # what was seen, for the Experiments page
DIGITS_SEEDS = 4  # games of digits take minutes


@dataclass(frozen=True, eq=False)
class Evidence:
    """One seed's history: columns of its metrics and losses, (rows,) each."""

    metrics: dict[str, Array]
    losses: dict[str, Array]
    floor: float
    diverged: bool = False


def last(values: Array) -> float:
    """The newest number; NaN if there is none."""
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else math.nan


def late(values: Array, share: float = 0.25) -> Array:
    """The numbers of the last part of a history, at least one."""
    known = values[np.isfinite(values)]
    return known[-max(1, int(share * len(known))) :]


def ratio(above: float, below: float) -> float:
    return above / max(below, 1e-300)


@dataclass(frozen=True)
class Quantity:
    """What a history shows, as one number."""

    words: str
    value: Callable[[Evidence], float]
    dear: tuple[str, ...] = ()  # the metrics among those it is read from that are measured only if somebody wants them


QUANTITIES: dict[str, Quantity] = {
    "signal_fall": Quantity(
        "peak of the generator's signal over its last value",
        lambda seen: ratio(float(seen.metrics["generator_signal"].max()), last(seen.metrics["generator_signal"])),
    ),
    "signal_rise": Quantity(
        "the generator's signal, last over first",
        lambda seen: ratio(last(seen.metrics["generator_signal"]), float(seen.metrics["generator_signal"][0])),
    ),
    "emd_over_floor": Quantity(
        "EMD over that of fresh real samples",
        lambda seen: ratio(last(seen.metrics["emd"]), seen.floor),
        ("emd",),
    ),
    "emd_lowest": Quantity("the smallest EMD on the way", lambda seen: float(np.nanmin(seen.metrics["emd"])), ("emd",)),
    "js_first": Quantity("JS at the start", lambda seen: float(seen.metrics["js"][0]), ("js",)),
    "d_swing": Quantity(
        "largest minus smallest mean output on fakes in the last quarter",
        lambda seen: float(np.ptp(late(seen.losses["d_fake"]))),
    ),
    "modes_lost": Quantity(
        "times that a mode was lost",
        lambda seen: float((np.diff(seen.metrics["modes"]) < 0).sum()),
    ),
    "estimate_over_emd": Quantity(
        "the critic's estimate over the exact EMD",
        lambda seen: ratio(last(seen.metrics["estimate"]), last(seen.metrics["emd"])),
        ("emd",),
    ),
    "logit_real": Quantity("mean logit on real samples", lambda seen: float(late(seen.losses["d_real"]).mean())),
    "d_gap": Quantity(
        "mean output on real minus that on fake",
        lambda seen: float(late(seen.losses["d_real"]).mean() - late(seen.losses["d_fake"]).mean()),
    ),
    "loss_discriminator": Quantity(
        "loss of the discriminator",
        lambda seen: float(late(seen.losses["loss_discriminator"]).mean()),
    ),
    "forgetting": Quantity(
        "accuracy on fakes of now minus that on fakes of before",
        lambda seen: float(np.mean(late(seen.metrics["accuracy_fake"])) - np.mean(late(seen.metrics["accuracy_past"]))),
    ),
    "overfitting": Quantity(
        "sign of D on training samples minus that on held-out ones",
        lambda seen: float(np.mean(late(seen.metrics["sign_train"])) - np.mean(late(seen.metrics["sign_held_out"]))),
    ),
    "diverged": Quantity("1 if a number was no longer finite", lambda seen: float(seen.diverged)),
}


def words(name: str) -> str:
    """What a quantity is called in a finding."""
    return QUANTITIES[name].words if name in QUANTITIES else name


def quantity(name: str, seen: Evidence) -> float:
    """A quantity of QUANTITIES, or else the last value of a metric."""
    return QUANTITIES[name].value(seen) if name in QUANTITIES else last(seen.metrics[name])


@dataclass(frozen=True)
class Finding:
    """What was claimed of an experiment, and what was seen."""

    experiment: str
    variant: str
    quantity: str
    expected: str
    observed: list[float] = field(repr=False)  # by seed
    held: int  # seeds that showed it
    verdict: bool

    @property
    def median(self) -> float:
        return float(np.median(self.observed))

    @property
    def spread(self) -> tuple[float, float]:
        """Smallest and largest."""
        return min(self.observed), max(self.observed)


def found(name: str, variant: str, what: str, expected: str, values: Sequence[float], good: Sequence[bool]) -> Finding:
    """A finding from each seed's value, and whether that is what was expected."""
    held = sum(good)
    return Finding(name, variant, what, expected, [float(v) for v in values], held, held >= SHARE * len(good) - 1e-9)


def play(trainer: Any, iterations: int) -> bool:
    """Train on; False if it diverged."""
    from playground.training import Diverged

    end = trainer.iteration + iterations
    try:
        while trainer.iteration < end:
            trainer.advance(end - trainer.iteration)
    except Diverged:
        return False
    finally:
        trainer.meter.settle()
    return True


def evidence(trainer: Any, finite: bool) -> list[Evidence]:
    """Every member's history so far."""
    members = range(trainer.config.population)
    floor = trainer.yardstick.floor
    return [Evidence(trainer.metrics.columns(i), trainer.losses.columns(i), floor, not finite) for i in members]


def groups(experiment: Experiment, config: Config, seeds: int) -> Iterator[Config]:
    """The games that play all seeds: one population, or one by one where there is none or a game may end early."""
    if config.data == "mnist" or any(check.quantity == "diverged" for check in experiment.checks):
        count = min(seeds, DIGITS_SEEDS) if config.data == "mnist" else seeds
        yield from (config.with_(seed=config.seed + i) for i in range(count))
    else:
        yield config.with_(population=seeds)


def played(experiment: Experiment) -> list[str]:
    """The variants that must be trained for what is checked; the cure goes on from the start."""
    wanted = {check.of for check in experiment.checks}
    return [name for name in (START, *experiment.variants) if name in wanted or (name == START and CURE in wanted)]


def measured(experiment: Experiment) -> set[str]:
    """The metrics that its checks are read from, as far as they are measured only if somebody wants them."""
    names = {check.quantity for check in experiment.checks}
    return {dear for name in names for dear in (QUANTITIES[name].dear if name in QUANTITIES else (name,))}


def spacing(experiment: Experiment) -> int:
    """Iterations between two measurements, at most: so few that a short game's end is one of its dear metrics."""
    return max(1, experiment.iterations // SPARSE)


def trials(experiment: Experiment, seeds: int) -> dict[str, list[Evidence]]:
    """Every variant that is checked, played to its end by every seed."""
    from playground.training import Trainer

    seen: dict[str, list[Evidence]] = {name: [] for name in (*played(experiment), CURE)}
    cured = any(check.of == CURE for check in experiment.checks)
    for name in played(experiment):
        for config in groups(experiment, experiment.variant(name), seeds):
            trainer = Trainer(config, every=spacing(experiment), metrics=measured(experiment))
            finite = play(trainer, experiment.iterations)
            seen[name] += evidence(trainer, finite)
            if name == START and cured:
                trainer.change(trainer.config.with_(**experiment.cure))
                seen[CURE] += evidence(trainer, play(trainer, experiment.cure_iterations))
    return seen


def judge(name: str, check: Check, seen: dict[str, list[Evidence]]) -> Finding:
    """One check against what was seen; a game that ended early shows nothing but that."""
    ended = [each.diverged and check.quantity != "diverged" for each in seen[check.of]]
    values = [
        math.nan if early else quantity(check.quantity, each) for early, each in zip(ended, seen[check.of], strict=True)
    ]
    good = [check.holds(value) for value in values]
    return found(name, check.of, words(check.quantity), check.expected, values, good)


def verify(name: str, seeds: int = 16) -> tuple[list[Finding], float]:
    """All findings on one experiment, and the seconds it took."""
    import torch

    from playground.analyses import ANALYSES
    from playground.fast import step

    torch.set_num_threads(1)
    step.ready(wait=True)
    start, experiment = time.monotonic(), EXPERIMENTS[name]
    findings = [
        found(name, "exact", what, expected, [value], [good])
        for what, expected, value, good in (ANALYSES[experiment.analysis]() if experiment.analysis else [])
    ]
    seen = trials(experiment, seeds)
    findings += [judge(name, check, seen) for check in experiment.checks]
    return findings, time.monotonic() - start


def work(name: str) -> float:
    """Multiplications that an experiment takes, roughly."""
    experiment = EXPERIMENTS[name]
    cure = experiment.cured.work * experiment.cure_iterations if experiment.cure else 0
    return sum(experiment.variant(each).work * experiment.iterations for each in played(experiment)) + cure


def verify_all(names: Iterable[str], seeds: int) -> Iterator[tuple[str, list[Finding], float]]:
    """Experiments side by side, one a core, the longest first, as they are done."""
    from playground.device import cores

    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        running = {pool.submit(verify, name, seeds): name for name in sorted(names, key=work, reverse=True)}
        for done in as_completed(running):
            yield running[done], *done.result()


@cache
def record() -> dict[str, Any]:
    """What was seen when each experiment was last verified, by name; nothing once a default has changed since."""
    text = RECORD.read_text() if RECORD.exists() else ""
    kept = json.loads(text) if text else {"defaults": {}, "experiments": {}}  # empty: nothing has been kept yet
    return kept["experiments"] if kept["defaults"].items() <= asdict(Config()).items() else {}


def keep(results: Mapping[str, Any]) -> None:
    """Put what was seen of some experiments into the record."""
    record.cache_clear()
    known = record() | dict(results)
    seen = {name: known[name] for name in EXPERIMENTS if name in known}
    RECORD.write_text(json.dumps({"defaults": asdict(Config()), "experiments": seen}) + "\n")
    record.cache_clear()


def as_json(experiment: Experiment, findings: list[Finding], seconds: float) -> dict[str, Any]:
    """One experiment's result as JSON knows it."""
    return {
        "games": experiment.games,
        "seconds": round(seconds, 1),
        "held": all(finding.verdict for finding in findings),
        "findings": [asdict(finding) | {"median": finding.median, "spread": finding.spread} for finding in findings],
    }
