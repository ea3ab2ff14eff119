"""Small portraits say of every seed what its large picture says, and a seed alone is the same run."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.config import Config
from playground.diagnosis import RULES, Verdict, diagnose
from playground.engine import LocalEngine, Run
from playground.experiments import EXPERIMENTS
from playground.plots.strip import strip_scene
from playground.plots.view import decode, encode
from playground.portraits import SAMPLES, STATES, WORST_FIRST, Portrait, grouped, headline, portraits
from playground.snapshot import Snapshot, take
from playground.ui import album as module
from playground.ui.album import Album, Sitting
from playground.ui.strip import short, tile
from playground.yardstick import yardstick_of
from tests.games import played

SEEDS = 16
QUICK = {"batch_size": 32, "generator_width": 32, "discriminator_width": 32}
GAMES = {
    "plane": EXPERIMENTS["mode-collapse-2d"].config.with_(**QUICK, seed=3),
    "line": EXPERIMENTS["mode-collapse-1d"].config.with_(**QUICK, seed=3),
    "critic": EXPERIMENTS["ring-wgan-gp"].config.with_(**QUICK, seed=3),
    "trick": EXPERIMENTS["ring-gan"].config.with_(**QUICK, seed=3, minibatch_stddev=1, packing=2),
}
games = pytest.mark.parametrize("game", GAMES)


def some(**counts: int) -> list[Portrait]:
    """Portraits with so many of each verdict (its name without spaces), seeds in turn."""
    names = [name for name, count in counts.items() for _ in range(count)]
    verdicts = {name.replace(" ", ""): Verdict(name, "", name not in ("Healthy", "Not yet")) for name in WORST_FIRST}
    return [Portrait(seed, np.zeros((1, 2)), verdicts[name], 2, 8, 0.5) for seed, name in enumerate(names)]


# --- each seed --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@games
@pytest.mark.parametrize("iterations", [0, 400])
def test_a_portrait_says_what_the_large_picture_of_its_seed_says(game: str, iterations: int) -> None:
    trainer = played(GAMES[game].with_(population=SEEDS), iterations)
    found = portraits(trainer)
    assert [each.seed for each in found] == list(range(3, 3 + SEEDS))
    for member, each in enumerate(found):
        large: Snapshot = take(trainer, member)
        assert each.verdict == diagnose(large)
        assert (each.modes, each.modes_total) == (large.modes[member], large.modes_total)
        assert each.emd == pytest.approx(large.emd, rel=1e-6)  # a history keeps float32
        assert len(each.fake) == SAMPLES[large.dim]
        assert np.allclose(each.fake, large.fake[: len(each.fake)], atol=1e-5)


def test_what_a_portraits_verdict_reads_is_what_a_snapshots_verdict_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the outputs of D, which few verdicts look at."""
    seen = []
    monkeypatch.setattr("playground.portraits.diagnose", lambda sketch: seen.append(sketch) or diagnose(sketch))
    trainer = played(GAMES["trick"].with_(population=3), 60)
    portraits(trainer)
    for member, sketch in enumerate(seen):
        large = take(trainer, member)
        assert np.allclose(sketch.d_real, large.d_real, atol=1e-5) and sketch.d_real.shape == large.d_real.shape
        assert np.allclose(sketch.d_fake, large.d_fake, atol=1e-5) and sketch.d_fake.shape == large.d_fake.shape
        assert all(np.array_equal(sketch.metrics[name], large.metrics[name], equal_nan=True) for name in ("emd", "js"))
        assert np.array_equal(sketch.losses["d_real"], large.losses["d_real"])
        assert (sketch.floor, sketch.iteration) == (large.floor, large.iteration)


@games
def test_looking_changes_nothing(game: str) -> None:
    config = GAMES[game].with_(population=3)
    seen, unseen = played(config, 20), played(config, 20)
    portraits(seen)
    for trainer in (seen, unseen):
        trainer.advance(5)
    assert torch.equal(seen.generator.flat, unseen.generator.flat)
    assert torch.equal(seen.discriminator.flat, unseen.discriminator.flat)


@pytest.mark.slow
@pytest.mark.parametrize("game", ["plane", "line", "critic"])
def test_a_seed_alone_is_the_same_run_bit_for_bit(game: str) -> None:
    """Weights and losses; before the first update the batched forward pass may round the losses' mean otherwise."""
    together = played(GAMES[game].with_(population=SEEDS), 150)
    assert together.path == "fast"
    for each, member in zip(portraits(together), range(SEEDS), strict=True):
        alone = played(GAMES[game].with_(seed=each.seed), 150)
        assert torch.equal(together.generator.flat[member], alone.generator.flat[0])
        assert torch.equal(together.discriminator.flat[member], alone.discriminator.flat[0])
        ours, single = together.losses.columns(member), alone.losses.columns()
        assert all(np.array_equal(ours[name][1:], single[name][1:]) for name in single)
        assert all(np.allclose(ours[name][0], single[name][0], atol=1e-6) for name in single)
        assert np.allclose(each.fake, portraits(alone)[0].fake, atol=1e-5)


# --- all seeds --------------------------------------------------------------------------------------------------------


def test_every_verdict_has_a_rank_and_words_for_many_seeds() -> None:
    names = {rule.name for rule in RULES}
    assert set(WORST_FIRST) == names == set(STATES) and len(WORST_FIRST) == len(names)
    ill = {rule.name for rule in RULES if rule.ill}
    assert set(WORST_FIRST[: len(ill)]) == ill and WORST_FIRST[-2:] == ("Not yet", "Healthy")


def test_the_headline_counts_the_commonest_first() -> None:
    seeds = some(Healthy=3, Modecollapse=11, Notyet=2)
    assert headline(seeds) == "11 of 16 seeds collapsed, 3 healthy, 2 not yet there"
    assert headline(some(Healthy=16)) == "All 16 seeds healthy"
    assert headline(some(Healthy=1, Modecollapse=1)) == "1 of 2 seeds collapsed, 1 healthy"  # of equals the worst first


def test_seeds_are_sorted_by_verdict_and_within_one_by_seed() -> None:
    seeds = some(Healthy=2, Notyet=2, Modecollapse=2, Divergence=1)
    groups = grouped(seeds[::-1])
    assert list(groups) == ["Divergence", "Mode collapse", "Not yet", "Healthy"]
    assert [each.seed for each in groups["Mode collapse"]] == [4, 5]
    assert sum(map(len, groups.values())) == len(seeds)


def test_a_tile_says_in_words_what_it_shows() -> None:
    (each,) = some(Modecollapse=1)
    assert tile(replace(each, seed=7), 7)["label"] == "Seed 7: Mode collapse, 2 of 8 modes, EMD .50"
    single = tile(replace(each, modes=1, modes_total=1), 0)
    assert single["label"] == "Seed 0: Mode collapse, EMD .50" and single["found"] == "EMD .50"
    assert [short(value) for value in (0.534, 1.5, 0.999)] == [".53", "1.50", "1.00"]


@pytest.mark.parametrize("game", ["plane", "line"])
def test_the_picture_has_what_is_real_once_and_a_layer_for_each_seed(game: str) -> None:
    ruler = yardstick_of(GAMES[game])
    rng = np.random.default_rng(0)
    near = rng.normal(size=(200, ruler.dim)) / 4
    fakes = [near, near + 1e3, np.full((200, ruler.dim), np.nan)]
    view = decode(encode(strip_scene(ruler.reference, fakes, ruler.density)))
    real, *layers = view["layers"]
    assert [layer["kind"] for layer in layers] == [real["kind"]] * 3
    if game == "plane":
        assert np.allclose(layers[0]["arrays"]["x"], near[:, 0], atol=1e-3)
        assert np.isnan(layers[2]["arrays"]["x"]).all()
        return
    x = real["arrays"]["x"]
    assert np.trapezoid(real["arrays"]["y1"], x) == pytest.approx(1, abs=0.05)  # a density
    assert np.trapezoid(layers[0]["arrays"]["y1"], x) == pytest.approx(1, abs=0.05)
    assert layers[1]["arrays"]["y1"].argmax() == len(x) - 1 and not layers[2]["arrays"]["y1"].any()


# --- the album --------------------------------------------------------------------------------------------------------


def until(fact: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_an_album_of_a_run_at_rest_is_up_to_date_at_once() -> None:
    engine = LocalEngine(1)
    run, seen = Run(GAMES["plane"].with_(population=3), engine=engine), Album()
    until(lambda: run.tick() and run.settled)
    first = seen.look(run)
    assert first is not None and (first.iteration, first.exact) == (0, True) and len(first.seeds) == 3
    assert seen.look(run) is first and not seen.behind(run)  # nothing has moved
    run.step()
    until(lambda: run.tick() and run.settled)
    second = seen.look(run)
    assert second is not None and second.iteration == 1
    run.change(run.config.with_(population=2))
    until(lambda: run.tick() and run.settled)
    third = seen.look(run)
    assert third is not None and len(third.seeds) == 2
    engine._executor.shutdown()


def test_an_album_of_a_playing_run_asks_now_and_then_and_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = LocalEngine(1)
    run, seen = Run(GAMES["plane"].with_(population=3), engine=engine), Album()
    until(lambda: run.tick() and run.settled)
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    asked = []
    ask = run.ask
    monkeypatch.setattr(run, "ask", lambda question: asked.append(question) or ask(question))
    run.playing = True  # without ticks nothing is trained
    assert seen.look(run) is None and seen.behind(run)
    monkeypatch.setattr(module, "wait", lambda *_: pytest.fail("a page waited for a run that plays"))
    assert seen._answer is not None
    seen._answer.result(60)
    assert seen.look(run) is not None
    run._advance()
    run._show(run._trainer)  # type: ignore[arg-type]
    seen.look(run)
    assert len(asked) == 1
    now[0] += module.PACE
    seen.look(run)
    assert len(asked) == 2
    engine._executor.shutdown()


def test_an_album_whose_old_answer_comes_after_the_run_rests_is_behind_until_it_has_the_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = LocalEngine(1)
    run, seen = Run(GAMES["plane"].with_(population=3), engine=engine), Album()
    until(lambda: run.tick() and run.settled)
    old = seen.look(run)
    run.step()
    until(lambda: run.tick() and run.settled)
    assert old is not None and seen.behind(run)
    asked_before: Future[Sitting] = Future()
    seen._answer = asked_before
    with monkeypatch.context() as slow:
        slow.setattr(module, "wait", lambda *_: asked_before.set_result(old))
        assert seen.look(run) is old and seen.behind(run)
        slow.setattr(module, "wait", lambda *_: None)  # longer than a page waits
        assert seen.look(run) is old and seen._answer is not None
        seen._answer.result(60)
        until(lambda: run.settled)
        assert seen.behind(run)
    new = seen.look(run)
    assert new is not None and new.iteration == 1 and not seen.behind(run)
    engine._executor.shutdown()


def sitting(iteration: int, seeds: list[Portrait], config: Config = GAMES["plane"]) -> Sitting:
    return Sitting(config, iteration, True, tuple(seeds))


def test_seeds_keep_their_places_for_a_while_but_not_their_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    now, seen = [100.0], Album()
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def names(iteration: int, new: list[Portrait], held: bool = True) -> list[str]:
        seen._show(sitting(iteration, new), held=held)
        assert seen.shown is not None and seen.shown.iteration == iteration
        assert [each.fake is fresh.fake for each, fresh in zip(seen.shown.seeds, new, strict=True)] == [True, True]
        return [each.verdict.name for each in seen.shown.seeds]

    assert names(400, some(Notyet=2)) == ["Not yet", "Not yet"]
    now[0] += module.HOLD / 2
    assert names(450, some(Modecollapse=2)) == ["Not yet", "Not yet"]
    assert names(451, some(Modecollapse=2), held=False) == ["Mode collapse", "Mode collapse"]  # at rest: what is
    assert names(0, some(Notyet=2)) == ["Not yet", "Not yet"]  # reset
    assert names(10, some(Healthy=2)) == ["Not yet", "Not yet"]
    now[0] += module.HOLD
    assert names(20, some(Healthy=2)) == ["Healthy", "Healthy"]
