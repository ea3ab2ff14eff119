"""The experiments train into what they claim, over 16 seeds; the cures work on the very weights that failed."""

import math

import numpy as np
import pytest

from playground.analyses import ANALYSES
from playground.config import KNOBS
from playground.diagnosis import RULES
from playground.experiments import CURE, EXPERIMENTS, Experiment
from playground.meter import SPARSE, pace
from playground.metrics import METRICS
from playground.objectives import OBJECTIVES
from playground.training import Trainer
from playground.verify import QUANTITIES, groups, measured, play, spacing, verify


def reads_dear(experiment: Experiment) -> bool:
    """Whether a check is read from a metric that is measured only now and then."""
    dim = 1 if experiment.page == "1d" else 2
    return any(name in METRICS and METRICS[name].is_dear(dim) for name in measured(experiment))


DEAR = [name for name, each in EXPERIMENTS.items() if reads_dear(each)]
FAILURES = [name for name, experiment in EXPERIMENTS.items() if experiment.failure]
IN_CI = (  # of the rest `python -m playground verify` tells
    "two-gaussians-apart",
    "dirac-gan",
    "label-smoothing",
    "vanishing-gradient-2d",
    "mode-collapse-2d",
    "ring-wgan-gp",
)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_what_it_shows(name: str):
    experiment = EXPERIMENTS[name]
    assert experiment.claim.endswith(".") and experiment.watch.endswith(".")
    assert "http" in experiment.source and experiment.iterations > 0
    assert experiment.page == (
        "mnist" if experiment.config.data == "mnist" else f"{Trainer(experiment.config).data.dim}d"
    )


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_claim_is_checked_by_a_quantity_that_can_fail(name: str):
    experiment = EXPERIMENTS[name]
    assert experiment.checks or experiment.analysis
    for check in experiment.checks:
        assert check.quantity in QUANTITIES or check.quantity in METRICS
        assert check.of in ("", CURE, *experiment.variants)
        assert not check.holds(math.nan) and not (math.isinf(check.low) and math.isinf(check.high))
    assert not experiment.analysis or experiment.analysis in ANALYSES
    assert all(experiment.variant(variant) != experiment.config for variant in experiment.variants)


@pytest.mark.parametrize("name", DEAR)
def test_where_a_check_reads_a_dear_metric_the_game_ends_at_a_measurement_of_it(name: str):
    experiment = EXPERIMENTS[name]
    ends = {experiment.iterations, experiment.iterations + experiment.cure_iterations * bool(experiment.cure)}
    for config in next(groups(experiment, experiment.config, 16)), next(groups(experiment, experiment.cured, 16)):
        assert all(end % (SPARSE * min(pace(config), spacing(experiment))) == 0 for end in ends)


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_has_a_cure_that_moves_hot_knobs_only_and_is_checked(name: str):
    experiment = EXPERIMENTS[name]
    assert experiment.cure and all(KNOBS[knob].hot for knob in experiment.cure)
    assert any(check.of == CURE for check in experiment.checks)
    assert experiment.failure in {rule.name for rule in RULES}


def test_the_failures_of_vanished_gradients_are_cured_by_another_objective():
    for name in FAILURES:
        if EXPERIMENTS[name].failure == "Vanishing gradient":
            assert OBJECTIVES[EXPERIMENTS[name].cured.objective].probability is None


def test_there_are_twenty_experiments_at_least():
    assert len(EXPERIMENTS) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_CI)
def test_an_experiment_shows_what_it_claims_on_sixteen_seeds(name: str):
    findings, _ = verify(name)
    assert findings
    assert not [finding for finding in findings if not finding.verdict]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vanishing-gradient-2d"])
def test_under_wasserstein_with_gradient_penalty_the_gradient_stays(name: str):
    """The cure's rules from the first iteration, on the same seeds."""
    experiment = EXPERIMENTS[name]
    trainer = Trainer(experiment.cured.with_(population=16))
    assert play(trainer, experiment.cure_iterations)
    signal = np.median([trainer.metrics.columns(member)["generator_signal"] for member in range(16)], axis=0)
    assert signal.max() <= 10 * signal.min()
    assert np.median(trainer.measure()["emd"]) <= 3 * trainer.yardstick.floor
