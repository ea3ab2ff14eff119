"""Judge the diagnosis on the corpus: `python -m tools.judge_diagnosis`, which writes `docs/diagnosis.md`.

A run's label follows from its truth (`tools/corpus.py`) by DEFINITIONS; its verdict from its history, by
`playground.diagnosis`. The thresholds of both were chosen on the first half of the corpus; the other half, with other seeds
and other settings, checks them.
"""

import argparse
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from playground.device import cores
from playground.diagnosis import RULES, diagnose
from playground.fast import step
from playground.objectives import OBJECTIVES
from playground.signs import PATIENCE
from tools.corpus import LONG, RECENT, SEEDS, Case, Judged, Truth, cases, play

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
    """How far the fakes' mean goes to and fro, in its standard errors; 0 unless it turned three times lately."""
    centres = np.stack([moment.centre for moment in truth.moments[-LONG:]])  # (n, dim): what swings is fast
    way = centres - centres.mean(0)
    along = way @ np.linalg.svd(way)[2][0]  # the direction it moves most in
    turns = int(np.count_nonzero(np.diff(np.sign(np.diff(along)))))
    return float(along.std()) / max(truth.now("chance"), 1e-12) if turns >= 3 else 0.0  # of one point there is no error


def stalls(truth: Truth) -> bool:
    """Whether the exact EMD has not fallen by a tenth over the last moments."""
    known = [moment.emd for moment in truth.lately]
    half = len(known) // 2
    return half > 1 and float(np.median(known[half:])) >= 0.9 * float(np.median(known[:half]))


def whole(truth: Truth) -> bool:
    """Whether every mode holds a fifth of its mass or more."""
    return truth.now("modes") >= truth.total


def nearing(truth: Truth) -> bool:
    """Whether no mode holds its share, and the exact EMD still falls."""
    return truth.now("modes") == 0 and not stalls(truth)


def young(truth: Truth) -> bool:
    return truth.iteration < PATIENCE


def moves(truth: Truth) -> bool:
    return truth.config.generator_steps > 0


def probable(truth: Truth) -> bool:
    return OBJECTIVES[truth.config.objective].probability is not None


# in this order: the first that holds is the label; those above are causes, those below what they look like
DEFINITIONS = (
    Definition("Divergence", "training goes on to a number that is not finite", lambda t: t.diverges),
    Definition(
        "Discriminator overfitting",
        "D calls its training samples real 15 % more often than fresh real ones, or more",
        lambda t: not young(t) and t.now("by_heart", LONG) >= 0.3,
    ),
    Definition(
        "Healthy",
        "every mode holds a fifth of its mass or more, and the exact EMD is at most 3 times that of real samples",
        lambda t: not young(t) and whole(t) and t.now("emd") <= 3 * t.floor,
    ),
    Definition(
        "Clipping-bound critic",
        "at least 60 % of the critic's weights lie within a thousandth of ±c",
        lambda t: t.now("clipped") >= 0.6,
    ),
    Definition(
        "Vanishing gradient",
        "autograd's mean ‖∂L_G/∂x‖ on fresh fakes has fallen 1000-fold from its peak, and D tells 90 % of them",
        lambda t: max(m.signal for m in t.moments) >= 1000 * t.now("signal") and t.now("accuracy_fake") >= 0.9,
    ),
    Definition(
        "Exploding gradient",
        "‖∇D‖ by finite differences, at random places between fresh reals and fakes, is 100 or more on average",
        lambda t: t.now("slope") >= 100,
    ),
    Definition("Not yet", f"fewer than {PATIENCE} iterations", young),
    Definition(
        "Critic not 1-Lipschitz",
        "‖∇D‖ by finite differences is 2 or more on average, the dual estimate on fresh samples twice the exact EMD or more, "
        "modes are missing and the EMD does not fall",
        lambda t: (
            t.config.objective == "wasserstein"
            and t.now("slope") >= 2
            and t.now("estimate") >= 2 * t.now("emd")
            and not whole(t)
            and (stalls(t) or not moves(t))
        ),
    ),
    Definition(
        "Generator too strong",
        "D, whose output is a probability, takes 80 % of fresh fakes for real, and their exact EMD is 5 times that of real "
        "samples or more",
        lambda t: probable(t) and t.now("accuracy_fake") <= 0.2 and t.now("emd") >= 5 * t.floor,
    ),
    Definition(
        "Mode hopping",
        "modes are missing, and the one that holds most fresh fakes, 40 % or more, changed at least 4 times in the last ten "
        "moments",
        lambda t: (
            not whole(t)
            and changes(t) >= 4
            and float(np.median([moment.shares.max() for moment in t.measured[-RECENT:]])) >= 0.4
        ),
    ),
    Definition(
        "Catastrophic forgetting",
        "modes are missing, and D tells today's fresh fakes 30 points better than the fakes of all moments before",
        lambda t: (
            not whole(t)
            and moves(t)
            and float(np.nanmedian([m.accuracy_fake - m.accuracy_past for m in t.lately])) >= 0.3
        ),
    ),
    Definition(
        "Discriminator too strong",
        "D is 99 % sure of 90 % of fresh reals and of fresh fakes, whose exact EMD is 3 times that of real samples or more",
        lambda t: t.now("saturation_fake") >= 0.9 and t.now("saturation_real") >= 0.9 and t.now("emd") >= 3 * t.floor,
    ),
    Definition(
        "Mode collapse",
        "at most half of the modes hold a fifth of their mass; where none does, the exact EMD does not fall either",
        lambda t: moves(t) and t.total > 1 and t.now("modes") <= t.total / 2 and not nearing(t),
    ),
    Definition(
        "Mode dropping", "some modes hold less than that", lambda t: moves(t) and not whole(t) and not nearing(t)
    ),
    Definition(
        "Oscillation",
        "the mean of fresh fakes goes to and fro by 8 standard errors or more, and their exact EMD is 3 times that of real "
        "samples or more",
        lambda t: moves(t) and swing(t) >= 8 and t.now("emd") >= 3 * t.floor,
    ),
    Definition("Not yet", "none of these", lambda t: True),
)


def label(truth: Truth) -> str:
    """The first definition that holds."""
    return next(each.name for each in DEFINITIONS if each.holds(truth))


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
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        done = [pool.submit(gather, *each) for each in wanted]
        return [judged for each in done for judged in each.result()]


def matrix(corpus: Iterable[Judged]) -> Matrix:
    """How many runs of each label got each verdict."""
    return Counter((label(each.truth), diagnose(each.seen).name) for each in corpus)


def names(seen: Matrix) -> list[str]:
    """All labels and verdicts in a matrix, in the order of the rules."""
    found = {name for pair in seen for name in pair}
    return [name for name in dict.fromkeys(rule.name for rule in RULES) if name in found]


def f1(seen: Matrix, name: str) -> float:
    """2 · hits / (runs so labelled + runs so judged)."""
    both = sum(count for (label, verdict), count in seen.items() for each in (label, verdict) if each == name)
    return 2 * seen[name, name] / both


def macro_f1(seen: Matrix) -> float:
    """The mean of F1 over all names that occur as a label or as a verdict."""
    return float(np.mean([f1(seen, name) for name in names(seen)]))


def false_alarms(seen: Matrix) -> float:
    """The share of runs with nothing wrong that are called ill."""
    well = {pair: count for pair, count in seen.items() if pair[0] in WELL}
    return sum(count for (_, verdict), count in well.items() if verdict not in WELL) / max(sum(well.values()), 1)


def document(corpus: Sequence[Judged]) -> str:
    """`docs/diagnosis.md`."""
    halves = [[each for each in corpus if each.held_out == held_out] for held_out in (False, True)]
    parts = [HEAD, *(f"| {each.name} | {each.means} |" for each in DEFINITIONS)]
    for title, half in zip(
        ("The half that thresholds were chosen on", "Other seeds and other settings"), halves, strict=True
    ):
        seen = matrix(half)
        columns = names(seen)
        parts += [
            f"\n## {title}\n",
            f"{len(half)} judgements on {len({each.case for each in half})} games by {SEEDS} seeds each: macro F1 "
            f"**{macro_f1(seen):.3f}**; of those with nothing wrong **{false_alarms(seen):.1%}** are called ill.\n",
            "| label \\ verdict | " + " | ".join(str(i + 1) for i in range(len(columns))) + " | F1 |",
            "|---" * (len(columns) + 2) + "|",
        ]
        for i, row in enumerate(columns):
            cells = " | ".join(str(seen[row, column] or "·") for column in columns)
            parts.append(f"| {i + 1} {row} | {cells} | {f1(seen, row):.2f} |")
    return "\n".join([*parts, ""])


HEAD = """# How often the diagnosis is right

Made by `python -m tools.judge_diagnosis`; nothing here is typed in by hand.

Every experiment but the slow ones and those on digits is trained by sixteen seeds, each alone as on a page, with its variants
and its cure. A run is judged at the first measurement of everything from its end on, and many also when they are young. The
*verdict* is `playground.diagnosis` on the run's history, which a page shows of a run at rest; of one that plays it shows the
verdict that prevailed over the last two seconds. The *label* follows from what was measured apart, at the same iterations of
the same run, and for oscillation at more: 1024 fresh samples from a generator of their own, exact distances, gradients by
autograd, slopes by finite differences, fresh real data, and whether training went on to diverge. "Now" is the median of the
last three of these moments, "lately" the last ten; the first definition that holds is the label. A fifth of a mode's mass,
and three times the EMD of real samples, are where the app draws its lines too: what is tested is whether its few, fixed,
sparse samples and calm medians see what is there.

The second half is of other seeds, players 0.8 times as wide, modes 1.1 times as broad, batches of five quarters. Thresholds,
rules and definitions were drawn up on the first and on earlier second halves, of other seeds, two of them with these changes of
the settings: none of the games of this one had been seen.

| label | what must be true |
|---|---|"""


def main() -> None:
    """Gather the corpus, judge it, write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only games whose names begin so; nothing is written then")
    parser.add_argument("--keep", type=Path, help="keep the corpus in a file, to judge it again")
    parser.add_argument("--kept", type=Path, help="judge a corpus that was kept")
    options = parser.parse_args()
    corpus = pickle.loads(options.kept.read_bytes()) if options.kept else gather_all(options.names)
    if options.keep:
        options.keep.write_bytes(pickle.dumps(corpus))
    text = document(corpus)
    print(text)
    if not options.names:
        OUT.write_text(text)


if __name__ == "__main__":
    main()
