"""Judge the diagnosis on the corpus: `python -m tools.judge_diagnosis`, which writes `docs/diagnosis.md`.

A run's label follows from its truth (`tools/corpus.py`) by DEFINITIONS; its verdict from its history, by
`playground.diagnosis`. The thresholds of both were chosen on the first half of the corpus; the other half, with other seeds
and other settings, is held out.
"""

import argparse
import os
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from playground.diagnosis import RULES, diagnose
from playground.fast import step
from tools.corpus import YOUNG, Case, Judged, Truth, cases, play

OUT = Path(__file__).resolve().parent.parent / "docs" / "diagnosis.md"
WELL = tuple(rule.name for rule in RULES if not rule.ill)
Matrix = Counter[tuple[str, str]]  # (label, verdict) -> runs


@dataclass(frozen=True)
class Definition:
    """What a label means, in words and as a test of a run's truth."""

    name: str
    means: str
    holds: Callable[[Truth], bool]


def changes(truth: Truth) -> int:
    """How often the mode that holds most changed over the last moments."""
    largest = [int(moment.shares.argmax()) for moment in truth.lately if moment.shares.any()]
    return int(np.count_nonzero(np.diff(largest)))


def swing(truth: Truth) -> float:
    """Standard deviation of the last exact EMDs about their line, over their mean."""
    known = np.array([moment.emd for moment in truth.lately])
    if len(known) < 4:
        return 0.0
    steps = np.arange(len(known))
    rest = known - np.polyval(np.polyfit(steps, known, 1), steps)
    return float(rest.std() / known.mean())


# in this order: the first that holds is the label
DEFINITIONS = (
    Definition("Divergence", "training on, a number is soon no longer finite", lambda t: t.diverges),
    Definition(
        "Vanishing gradient",
        "autograd's mean ‖∂L_G/∂x‖ on fresh fakes has fallen at least 1000-fold from its peak",
        lambda t: max(moment.signal for moment in t.moments) >= 1000 * t.now("signal"),
    ),
    Definition(
        "Exploding gradient",
        "‖∇D‖ by finite differences, at random places between fresh reals and fakes, is 100 or more on average",
        lambda t: t.now("slope") >= 100,
    ),
    Definition(
        "Discriminator overfitting",
        "D calls its training samples real at least 15 % more often than 1024 fresh real ones",
        lambda t: t.iteration >= YOUNG and t.now("by_heart") >= 0.3,
    ),
    Definition(
        "Healthy",
        "every mode holds a fifth of its mass or more, and the exact EMD is at most 3 times that of real samples",
        lambda t: t.iteration >= YOUNG and t.now("modes") >= t.total and t.now("emd") <= 3 * t.floor,
    ),
    Definition("Not yet", "fewer than 300 iterations", lambda t: t.iteration < YOUNG),
    Definition(
        "Clipping-bound critic",
        "at least 60 % of D's weights lie within a thousandth of ±c",
        lambda t: t.now("clipped") >= 0.6,
    ),
)


def label(truth: Truth) -> str:
    """The first definition that holds."""
    return next((each.name for each in DEFINITIONS if each.holds(truth)), "?")


def gather(case: Case, held_out: bool) -> list[Judged]:
    """One case, trained in a process of its own."""
    torch.set_num_threads(1)
    step.ready(wait=True)
    return list(play(case, held_out))


def gather_all(names: Sequence[str]) -> list[Judged]:
    """The corpus, or those of its cases that begin with one of some names."""
    wanted = [
        (case, held_out)
        for held_out in (False, True)
        for case in cases(held_out)
        if not names or case.name.startswith(tuple(names))
    ]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        done = [pool.submit(gather, *each) for each in wanted]
        return [judged for each in done for judged in each.result()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    corpus = gather_all(options.names)
    if options.keep:
        options.keep.write_bytes(pickle.dumps(corpus))
    print(len(corpus))
