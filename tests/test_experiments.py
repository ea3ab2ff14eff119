"""The experiments train into what they claim, over 16 seeds; the cures work on the very weights that failed."""

import numpy as np
import pytest

from playground.config import KNOBS
from playground.experiments import EXPERIMENTS
from playground.training import Trainer

SEEDS = 16
FAILURES = [name for name, experiment in EXPERIMENTS.items() if experiment.failure]


def trained(name: str, *, cured: bool = False) -> Trainer:
    """All seeds of an experiment at its end; `cured` plays by the cure's rules from the first iteration."""
    experiment = EXPERIMENTS[name]
    trainer = Trainer((experiment.cured if cured else experiment.config).with_(population=SEEDS))
    advance(trainer, experiment.cure_iterations if cured else experiment.iterations)
    return trainer


def advance(trainer: Trainer, iterations: int) -> None:
    end = trainer.iteration + iterations
    while trainer.iteration < end:
        trainer.advance(end - trainer.iteration)


def over_time(trainer: Trainer, metric: str) -> np.ndarray:
    """One metric of every seed at every measurement, (seeds, measurements)."""
    return np.array([trainer.metrics.columns(member)[metric] for member in range(SEEDS)])


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_what_it_shows(name: str):
    experiment = EXPERIMENTS[name]
    assert experiment.claim.endswith(".") and experiment.watch.endswith(".")
    assert "http" in experiment.source and experiment.iterations > 0
    assert experiment.page == (
        "mnist" if experiment.config.data == "mnist" else f"{Trainer(experiment.config).data.dim}d"
    )


@pytest.mark.parametrize("name", FAILURES)
def test_a_cure_moves_hot_knobs_only_to_wasserstein_with_gradient_penalty(name: str):
    experiment = EXPERIMENTS[name]
    assert all(KNOBS[knob].hot for knob in experiment.cure)
    assert (experiment.cured.objective, experiment.cured.constraint) == ("wasserstein", "gradient-penalty")


@pytest.mark.slow
def test_wasserstein_with_gradient_penalty_finds_the_whole_ring():
    modes = trained("ring-wgan-gp").measure()["modes"]
    assert (modes == 8).sum() >= 15


@pytest.mark.slow
def test_gan_labs_game_loses_the_ring_again():
    assert (trained("gan-lab").measure()["modes"] <= 4).sum() >= 13


@pytest.mark.slow
def test_a_hasty_generator_collapses_on_the_ring_and_the_cure_brings_all_modes_back():
    trainer = trained("mode-collapse-2d")
    assert (trainer.measure()["modes"] <= 4).sum() >= 13
    experiment = EXPERIMENTS["mode-collapse-2d"]
    trainer.change(trainer.config.with_(**experiment.cure))
    advance(trainer, experiment.cure_iterations)
    assert (trainer.measure()["modes"] == 8).sum() >= 15


@pytest.mark.slow
def test_a_hasty_generator_collapses_on_a_line():
    assert (trained("mode-collapse-1d").measure()["modes"] <= 2).sum() >= 13


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vanishing-gradient-1d", "vanishing-gradient-2d"])
def test_a_perfect_discriminator_leaves_no_gradient(name: str):
    trainer = trained(name)
    signal = np.median(over_time(trainer, "generator_signal"), axis=0)
    assert signal[-1] <= signal[0] / 1000  # against the start, not the peak
    assert np.median(trainer.measure()["saturation_fake"]) >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vanishing-gradient-1d", "vanishing-gradient-2d"])
def test_under_wasserstein_with_gradient_penalty_the_gradient_stays(name: str):
    trainer = trained(name, cured=True)
    signal = np.median(over_time(trainer, "generator_signal"), axis=0)
    assert signal.max() <= 10 * signal.min()
    assert np.median(trainer.measure()["emd"]) <= 3 * trainer.yardstick.floor
