"""The judge of the diagnosis: labels follow from what is true of a run, scores from who was called what."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from playground.config import Config
from playground.diagnosis import RULES
from tools.corpus import Moment, Truth, cases, elsewhere
from tools.judge_diagnosis import DEFINITIONS, false_alarms, label, macro_f1

FINE = Moment(
    shares=np.full(8, 1 / 8),
    modes=8,
    emd=0.1,
    signal=1.0,
    saturation_fake=0.0,
    saturation_real=0.0,
    accuracy_fake=0.5,
    accuracy_past=0.5,
    slope=1.0,
    estimate=0.1,
    clipped=math.nan,
    centre=np.zeros(2),
    chance=0.03,
    by_heart=0.0,
)
HEAP = np.array([1.0, *[0.0] * 7])


def truth(*moments: Moment, iteration: int = 2000, diverges: bool = False, config: Config | None = None) -> Truth:
    return Truth(config or Config(), iteration, 8, 0.1, moments, diverges)


def like(count: int = 10, **differs: object) -> tuple[Moment, ...]:
    """Moments that are all alike."""
    return (replace(FINE, **differs),) * count  # type: ignore[arg-type]


HOPPING = tuple(replace(FINE, modes=1, shares=np.roll(HEAP, i % 8)) for i in range(10))
SWINGING = tuple(replace(FINE, emd=1.0, centre=np.array([(-1.0) ** i, 0.0])) for i in range(10))
DRIFTING = tuple(replace(FINE, emd=1.0, centre=np.array([float(i), 0.0])) for i in range(10))
CRITIC = Config(objective="wasserstein")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Divergence", truth(FINE, diverges=True)),
        ("Discriminator overfitting", truth(*like(by_heart=0.4))),
        ("Healthy", truth(*like())),
        ("Clipping-bound critic", truth(*like(clipped=0.8, emd=1.0))),
        ("Vanishing gradient", truth(FINE, *like(signal=1e-4, accuracy_fake=1.0, modes=0, emd=1.0))),
        ("Exploding gradient", truth(*like(slope=200.0, emd=1.0))),
        ("Not yet", truth(*like(modes=2, emd=1.0), iteration=200)),
        ("Critic not 1-Lipschitz", truth(*like(slope=3.0, estimate=3.0, emd=1.0, modes=3), config=CRITIC)),
        ("Generator too strong", truth(*like(accuracy_fake=0.1, emd=1.0, modes=0))),
        ("Mode hopping", truth(*HOPPING)),
        ("Catastrophic forgetting", truth(*like(accuracy_fake=0.9, accuracy_past=0.4, modes=3, emd=1.0))),
        ("Discriminator too strong", truth(*like(saturation_fake=1.0, saturation_real=1.0, emd=1.0, modes=3))),
        ("Mode collapse", truth(*like(modes=4, emd=1.0))),
        ("Mode collapse", truth(*like(modes=0, emd=1.0))),
        ("Not yet", truth(*(replace(FINE, modes=0, emd=0.9**i) for i in range(10)))),  # far away, and on the way
        ("Mode dropping", truth(*like(modes=7, emd=0.2))),
        ("Oscillation", truth(*SWINGING)),
        ("Not yet", truth(*DRIFTING)),
        ("Not yet", truth(*like(emd=1.0))),
    ],
)
def test_a_label_says_what_is_true_of_a_run(name: str, seen: Truth):
    assert label(seen) == name


def test_what_vanished_once_and_came_back_has_not_vanished():
    back = truth(FINE, *like(5, signal=1e-4, modes=0), *like(3, modes=7, emd=0.5))
    assert label(back) == "Mode dropping"


def test_what_is_true_now_is_read_where_the_run_was_measured_and_players_were_trained():
    """Between measurements a run is looked at only for what swings."""
    each = [replace(FINE, modes=modes) for modes in (0, 9, 5, 9, 6, 9, 7)]
    assert [moment.modes for moment in replace(truth(*each), stride=2).measured] == [0, 5, 6, 7]
    assert replace(truth(*each), stride=2).now("modes") == 6 and replace(truth(*each[:3]), stride=2).now("modes") == 5
    assert truth(each[0]).now("modes") == 0
    assert label(replace(truth(*SWINGING, SWINGING[0]), stride=2)) == "Oscillation"  # at one place each second time


def test_labels_and_verdicts_have_the_same_names():
    assert {each.name for each in DEFINITIONS} == {rule.name for rule in RULES}


def test_macro_f1_and_false_alarms_by_hand():
    seen = Counter({("Healthy", "Healthy"): 8, ("Healthy", "Mode collapse"): 2, ("Mode collapse", "Mode collapse"): 6})
    # Healthy: precision 1, recall .8; collapse: precision 6/8, recall 1
    assert macro_f1(seen) == pytest.approx((2 * 0.8 / 1.8 + 2 * 0.75 / 1.75) / 2)
    assert false_alarms(seen) == pytest.approx(0.2)


def test_the_corpus_is_large_and_its_second_half_is_of_other_games():
    first, second = list(cases(False)), list(cases(True))
    assert len(first) * 16 >= 400 and [case.name for case in first] == [case.name for case in second]
    for one, other in zip(first, second, strict=True):
        assert other.config == elsewhere(one.config) and other.config.seed != one.config.seed
        assert other.config.discriminator_width < one.config.discriminator_width
