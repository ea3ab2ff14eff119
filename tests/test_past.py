"""What is remembered of earlier measurements is little, spread over the run, and never of the present one."""

import numpy as np
import pytest
import torch

from playground.past import CHECKS, SNAPSHOTS, Moment, Past


def moment(i: int) -> Moment:
    return Moment(10 * i, torch.full((1, 1, 1), float(i)), torch.full((1, 1), float(i)), np.array([float(i)]))


@pytest.mark.parametrize("measurements", [1, 5, SNAPSHOTS, SNAPSHOTS + 1, 50, 1000])
def test_past_fakes_are_few_and_spread_over_the_run(measurements: int) -> None:
    past = Past()
    for i in range(measurements):
        past = past.with_(moment(i))
    seen = [int(fake) for fake in past.before(10 * measurements).fakes]
    assert seen[0] == 0 and min(SNAPSHOTS, measurements) / 2 <= len(seen) <= SNAPSHOTS
    steps = np.diff([*seen, measurements])
    assert (steps[:-1] == steps[0]).all() and steps[-1] <= steps[0]
    assert [int(each[0]) for each in past.before(10 * measurements).dominants] == list(range(measurements))[-CHECKS:]
    assert [int(each) for each in past.before(10 * measurements).weights] == list(range(measurements))[-2:]


def test_the_measurement_of_a_moment_is_not_yet_past() -> None:
    past = Past().with_(moment(0)).with_(moment(1))
    assert len(past.before(10).fakes) == 1 and len(past.before(11).fakes) == 2
