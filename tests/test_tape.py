"""Looking back: a tape keeps a game's moments within its memory, and a game that goes on from one is that game."""

import numpy as np
import pytest
import torch

from playground import checkpoint
from playground.config import Config
from playground.engine import Run
from playground.experiments import EXPERIMENTS
from playground.snapshot import Snapshot, take
from playground.tape import RECENT, Shelf, Tape, slimmed, whole
from playground.training import Trainer
from tests.games import play_to
from tests.test_engine import settled

SMALL = Config(data="ring", latent_dim=2, generator_width=8, discriminator_width=8, batch_size=16, population=2)
GAMES = {
    "fast": SMALL,
    "autograd": SMALL.with_(consensus=1.0),
    "spectral": SMALL.with_(constraint="spectral-norm", objective="hinge"),
    "averaged": SMALL.with_(ema=0.9),
    "sgd": SMALL.with_(optimiser="sgd"),
    "rmsprop": SMALL.with_(optimiser="rmsprop", objective="wasserstein", constraint="clip"),
    "penalty": SMALL.with_(objective="wasserstein", constraint="gradient-penalty", discriminator_steps=5),
    "line": SMALL.with_(data="two-gaussians"),
}
games = pytest.mark.parametrize("config", GAMES.values(), ids=GAMES)


def players(trainer: Trainer) -> list[torch.Tensor]:
    """All that the two players are."""
    both = trainer.generator, trainer.discriminator
    tensors = [x for player in both for x in (player.flat.detach(), player.optimiser.memory, player.optimiser.steps)]
    averages = [player.average for player in both if player.average is not None]
    return [x.clone() for x in [*tensors, *averages, *([trainer.spectral.flat] if trainer.spectral else [])]]


@games
def test_going_back_gives_the_very_players_that_were(config: Config):
    trainer = Trainer(config)
    play_to(trainer, 7)
    kept, was, losses = checkpoint.save(trainer), players(trainer), trainer.losses.columns()
    play_to(trainer, 30)
    assert not torch.equal(players(trainer)[0], was[0])
    checkpoint.restore(trainer, kept)
    assert trainer.iteration == 7
    assert all(torch.equal(now, before) for now, before in zip(players(trainer), was, strict=True))
    assert all(np.array_equal(trainer.losses.columns()[name], losses[name]) for name in losses)


@games
def test_a_checkpoint_that_is_put_back_at_once_changes_nothing(config: Config):
    plain, restored = Trainer(config), Trainer(config)
    for trainer in (plain, restored):
        play_to(trainer, 9)
    checkpoint.restore(restored, checkpoint.save(restored))
    for trainer in (plain, restored):
        play_to(trainer, 120)
    assert all(torch.equal(a, b) for a, b in zip(players(plain), players(restored), strict=True))
    assert all(np.array_equal(plain.losses.columns(1)[n], restored.losses.columns(1)[n]) for n in plain.losses.names)


def test_going_back_keeps_the_knobs_of_now_and_another_optimiser_begins_without_memory():
    trainer = Trainer(SMALL)
    play_to(trainer, 5)
    kept = checkpoint.save(trainer)
    trainer.change(SMALL.with_(optimiser="rmsprop", constraint="spectral-norm", ema=0.9, generator_lr=1e-4))
    play_to(trainer, 9)
    checkpoint.restore(trainer, kept)
    assert trainer.config.generator_lr == 1e-4
    assert torch.equal(trainer.generator.flat, kept.generator.flat)
    assert trainer.generator.average is not None and torch.equal(trainer.generator.average, kept.generator.flat)
    assert not trainer.generator.optimiser.memory.any() and trainer.generator.optimiser.count == 0
    play_to(trainer, 20)


def test_the_history_after_the_moment_is_forgotten_and_grows_again():
    trainer = Trainer(SMALL)
    play_to(trainer, 60)
    kept, last = checkpoint.save(trainer), trainer.metrics.columns()
    play_to(trainer, 400)
    checkpoint.restore(trainer, kept)
    now = trainer.metrics.columns()
    assert np.array_equal(now["iteration"], last["iteration"]) and now["iteration"].max() <= 60
    finite = [name for name in trainer.metrics.names if np.isfinite(last[name]).any()]
    for name in finite:
        assert trainer.metrics.last()[name][0] == np.float32(last[name][np.isfinite(last[name])][-1])
    play_to(trainer, 200)
    iterations = trainer.losses.columns()["iteration"]
    assert np.all(np.diff(iterations) > 0) and iterations[-1] == 200


# --- thinning ---------------------------------------------------------------------------------------------------------


def test_a_shelf_keeps_its_first_and_its_newest_moments_and_older_ones_the_sparser():
    shelf: Shelf = Shelf(room=1e9, recent=300, most=500)
    for number in range(1, 20001):
        shelf.add(number, None, 1)  # type: ignore[arg-type]
    numbers = np.array([moment.number for moment in shelf.moments])
    assert len(numbers) == 500 and numbers[0] == 1
    assert np.array_equal(numbers[-300:], np.arange(19701, 20001))
    gaps, ages = np.diff(numbers)[:199], 20000 - numbers[:199]
    assert np.corrcoef(gaps, ages)[0, 1] > 0.9 and (gaps / ages).max() < 0.15


@pytest.mark.parametrize("size", [1, 7, 40, 99, 100])
def test_a_shelf_never_holds_more_than_its_room(size: int):
    shelf: Shelf = Shelf(room=100)
    for number in range(1, 300):
        shelf.add(number, None, size)  # type: ignore[arg-type]
        assert shelf.size == size * len(shelf.moments) <= 100 and shelf.moments[-1].number == number
    shelf.add(300, None, 101)  # type: ignore[arg-type]
    assert shelf.moments[-1].number == 299
    shelf.cut(150)
    assert shelf.size == size * len(shelf.moments) and all(moment.number <= 150 for moment in shelf.moments)


BIG = {
    "sixty-four": EXPERIMENTS["ring-gan"].config.with_(population=64),
    "digits": EXPERIMENTS["mnist-gan"].config,
    "wide": EXPERIMENTS["ring-gan"].config.with_(generator_width=512, discriminator_width=512),
}


@pytest.mark.slow
@pytest.mark.parametrize("config", BIG.values(), ids=BIG)
def test_a_tape_of_any_game_fits_into_fifty_megabytes(config: Config):
    from dataclasses import replace

    trainer, tape = Trainer(config), Tape()
    snapshot = take(trainer)
    for iteration in range(600):
        fresh = {name: getattr(snapshot, name).copy() for name in ("fake", "arrows", "d_real", "d_fake", "d_weights")}
        tape.record(replace(snapshot, iteration=iteration, **fresh), lambda: checkpoint.save(trainer))
        assert tape.size <= 50e6
    assert len(tape.pictures(0)) >= 300 and tape.weights(600) is not None


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ring-gan", "two-gaussians-1d", "mnist-gan"])
def test_a_kept_picture_is_the_picture_that_was_with_the_history_until_then(name: str):
    trainer = Trainer(EXPERIMENTS[name].config)
    trainer.advance(1)
    trainer.meter.settle()
    was = take(trainer)
    slim = slimmed(was)
    trainer.advance(2)
    back = whole(slim, take(trainer), [slim.fake])
    assert np.abs(back.fake - was.fake).max() <= 0.5 / 127.5 + 1e-6
    for field in ("d_real", "d_fake", "d_weights", "real", "slope_grid", "manifold", "shares"):
        assert np.array_equal(getattr(back, field), getattr(was, field)), field
    for columns in ("losses", "metrics"):
        for column, values in getattr(was, columns).items():
            assert np.array_equal(getattr(back, columns)[column], values, equal_nan=True), column


def test_a_run_is_recorded_looked_back_at_and_forked():
    run = Run(SMALL)
    settled(run)
    for _ in range(6):
        run.step()
        settled(run)
    kept = run.tape.pictures(0)
    assert [moment.item.iteration for moment in kept] == list(range(7))
    newest = settled(run)
    back = run.tape.at(kept[3].number, 0, newest)
    assert back.iteration == 3 and back.losses["iteration"].max() == 3 and len(back.trail) == 4
    assert np.array_equal(back.trail[-1], back.fake[:96])
    weights = run.tape.weights(kept[3].number)
    assert weights is not None and weights.item.iteration == 3
    run.fork(kept[3].number)
    forked = settled(run)
    assert forked.iteration == 3 and forked.game == newest.game + 1
    assert np.array_equal(forked.fake, back.fake) and len(run.tape.pictures(0)) == 4 + 1
    run.step()
    assert settled(run).iteration == 4


def test_each_member_has_its_own_pictures_and_a_new_game_its_own_tape():
    run = Run(SMALL)
    settled(run)
    run.step()
    settled(run, 1)
    assert {moment.item.member for moment in run.tape.pictures(1)} == {1}
    assert isinstance(run.tape.at(10**6, 1, settled(run, 1)), Snapshot)
    tape = run.tape
    run.reset()
    settled(run, 1)
    assert run.tape is not tape


def test_the_newest_pictures_are_those_of_the_last_half_minute():
    assert RECENT * 0.095 > 28
