"""The benches of the lesson on binary cross-entropy against torch and autograd."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from playground.lessons.benches.cross_entropy import CROSS_ENTROPY, cost
from playground.lessons.benches.generator_costs import GENERATOR_COSTS, D, minimax, non_saturating
from playground.objectives import OBJECTIVES


def test_the_cost_is_torchs_binary_cross_entropy() -> None:
    p, y = np.meshgrid(np.linspace(0.01, 0.99, 50), [0.0, 1.0])
    ours = cost(p, y)
    theirs = functional.binary_cross_entropy(torch.from_numpy(p), torch.from_numpy(y), reduction="none")
    assert np.allclose(ours, theirs)


def test_the_mean_is_the_two_terms_together() -> None:
    reading = CROSS_ENTROPY.reading({"p1": 0.3, "y3": 0})
    costs = [reading[f"cost{i}"] for i in range(1, 6)]
    assert reading["mean"] == pytest.approx(np.mean(costs)) == pytest.approx(reading["real"] + reading["fake"])


def test_who_always_says_one_half_pays_log_two() -> None:
    assert np.allclose(cost(0.5, np.array([0.0, 1.0])), np.log(2))


@pytest.mark.parametrize(("name", "curve"), [("minimax", minimax), ("non-saturating", non_saturating)])
def test_the_generators_costs_and_pulls_are_those_of_the_objectives(name: str, curve) -> None:
    raw = torch.logit(torch.from_numpy(D)).requires_grad_()
    loss = OBJECTIVES[name].generator(torch.zeros_like(raw), raw)
    assert np.allclose(curve(D), loss.detach())
    (slope,) = torch.autograd.grad(loss.sum(), raw)
    key = f"pull_{name.replace('-', '_')}"
    assert np.allclose([GENERATOR_COSTS.reading({"d": d})[key] for d in D], -slope)
