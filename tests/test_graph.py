"""A recorded iteration, replayed, plays the game that it was recorded from."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from playground.autograd import AutogradStep
from playground.config import Config
from playground.fast.eager import EagerStep
from playground.fast.graph import WARM_UP, GraphStep
from playground.training import Trainer
from tests.games import bare

SMALL = Config(data="ring", batch_size=12, generator_width=6, discriminator_width=7, discriminator_steps=2)
GAMES = {
    "non-saturating": SMALL,
    "wgan-gp": SMALL.with_(objective="wasserstein", constraint="gradient-penalty", population=3),
    "spectral": SMALL.with_(objective="relativistic", constraint="spectral-norm", optimiser="rmsprop"),
    "digits": Config(data="mnist", players="conv-resize", generator_width=4, discriminator_width=4, batch_size=8),
}
CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")


class Rehearsal:
    """A recorder without a GPU: a replay runs the recorded operations again, on the arrays they were recorded with."""

    def __init__(self) -> None:
        self.replays = 0

    def aside(self, run: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        return run()

    def record(self, run: Callable[[], None]) -> Callable[[], None]:
        def replay() -> None:
            self.replays += 1
            run()

        return replay


def recorded(config: Config) -> tuple[Trainer, Rehearsal]:
    """A trainer whose iterations go through recordings of its own way of playing."""
    trainer, rehearsal = bare(config, path="eager"), Rehearsal()
    assert isinstance(trainer._step, EagerStep | AutogradStep)
    trainer._step = GraphStep(trainer._step.iterate, rehearsal)
    return trainer, rehearsal


@pytest.mark.parametrize("name", GAMES)
def test_replays_go_on_where_the_warm_up_ended(name: str) -> None:
    """Other samples at every replay, the optimisers' counts included: nothing is frozen that should move."""
    (ours, rehearsal), plain = recorded(GAMES[name]), bare(GAMES[name], path="eager")
    for _ in range(WARM_UP + 4):
        ours.iterate()
        plain.iterate()
    ours.iterate(1, 0)  # another kind of iteration has a recording of its own
    plain.iterate(1, 0)
    assert rehearsal.replays == 4 and ours.path == "graph"
    for player in ("generator", "discriminator"):
        assert torch.equal(getattr(ours, player).flat, getattr(plain, player).flat)
    for member in range(GAMES[name].population):
        for a, b in zip(ours.losses.columns(member).values(), plain.losses.columns(member).values(), strict=True):
            assert np.array_equal(a, b)


def test_nothing_to_do_is_no_recording() -> None:
    trainer, rehearsal = recorded(SMALL)
    for _ in range(6):
        trainer.iterate(0, 0)
    assert trainer.iteration == 6 and rehearsal.replays == 0


@CUDA
@pytest.mark.parametrize("name", GAMES)
def test_on_a_gpu_the_graph_plays_the_plain_game(name: str) -> None:
    ours, plain = bare(GAMES[name], "cuda"), bare(GAMES[name], "cuda", path="autograd")
    for _ in range(WARM_UP + 12):
        ours.iterate()
        plain.iterate()
    assert ours.path == "graph"
    for player in ("generator", "discriminator"):
        ours_now, plain_now = (getattr(trainer, player).flat.detach() for trainer in (ours, plain))
        assert float((ours_now - plain_now).norm() / plain_now.norm()) < 1e-2


@CUDA
def test_a_hot_knob_is_recorded_anew() -> None:
    trainer = bare(SMALL, "cuda")
    for objective in ("non-saturating", "wasserstein"):
        trainer.change(SMALL.with_(objective=objective))
        for _ in range(WARM_UP + 3):
            trainer.iterate()
    plain = bare(SMALL, "cuda", path="autograd")
    for objective in ("non-saturating", "wasserstein"):
        plain.change(SMALL.with_(objective=objective))
        for _ in range(WARM_UP + 3):
            plain.iterate()
    assert torch.allclose(trainer.generator.flat, plain.generator.flat, rtol=1e-2, atol=1e-3)
