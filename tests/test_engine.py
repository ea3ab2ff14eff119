"""A run trains only while somebody watches, one burst at a time, whoever calls it from wherever."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from playground import engine as module
from playground.config import Config
from playground.engine import LocalEngine, Run, shared_engine
from playground.meter import PACES, pace
from playground.snapshot import Snapshot
from playground.training import Diverged, Trainer

SMALL = Config(
    data="two-gaussians", spread=0.5, latent_dim=2, generator_width=4, discriminator_width=4, batch_size=8, seed=5
)
ABSURD = SMALL.with_(
    objective="least-squares", optimiser="sgd", discriminator_lr=1.0, generator_lr=1.0, activation="leaky-relu"
)


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    made = LocalEngine(2)
    yield made
    made._executor.shutdown()


class ByHand(LocalEngine):
    """An engine whose bursts begin when the test says so."""

    def __init__(self) -> None:
        super().__init__(1)
        self.queue: list[Callable[[], None]] = []

    def submit(self, burst: Callable[[], None]) -> None:
        self.queue.append(burst)

    def turn(self) -> None:
        """The next burst, here and now."""
        self.queue.pop(0)()


def until(fact: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def settled(run: Run, member: int = 0) -> Snapshot:
    """The snapshot that shows everything commanded so far."""
    run.tick(member)
    until(lambda: run.tick(member) and run.settled)
    assert run.snapshot is not None
    return run.snapshot


def trainer_of(run: Run) -> Trainer:
    assert run._trainer is not None
    return run._trainer


def trained(run: Run, iterations: int) -> bool:
    snapshot = run.tick()
    return snapshot is not None and snapshot.iteration >= iterations


# --- watching ---------------------------------------------------------------------------------------------------------


def test_ticks_keep_a_playing_run_going(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    assert settled(run).iteration == 0
    run.play()
    until(lambda: trained(run, 20))
    until(lambda: run.tick() and run.speed > 0)
    assert run.trouble is None


def test_a_run_with_a_pace_keeps_it_and_makes_its_pictures_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    run = Run(SMALL, engine=(engine := ByHand()))
    run.pace = 200.0
    run.play()
    seen = [0]
    for _ in range(10):  # ticks, and between them bursts as long as there are some
        run.tick()
        while engine.queue:
            run._stride = 1000  # whatever the machine can
            engine.turn()
        seen += [each.iteration for each in run.frames()]
        clock[0] += 0.3
    played, steps = trainer_of(run).iteration, np.diff(seen)
    assert 9 * 0.3 * 200 - 1 <= played <= (9 * 0.3 + module.CATCH_UP) * 200
    assert steps.max() <= 2 * round(module.FRAME * 200), "pictures lie close"
    clock[0] += 1.0  # nobody asks
    run.tick()
    while engine.queue:
        engine.turn()
    assert trainer_of(run).iteration - played <= module.CATCH_UP * 200, "what nobody watched is not made up for"
    run.pace = None
    assert run._due() == run._stride


@pytest.mark.parametrize("every", [50, PACES[-1]])
def test_a_run_bounds_the_iterations_between_two_measurements(engine: LocalEngine, every: int) -> None:
    run = Run(SMALL, engine=engine, every=every)
    for _ in range(2):  # the game after a reset too
        settled(run)
        assert pace(SMALL) > 50
        assert trainer_of(run).meter.history.every == min(every, pace(SMALL))
        run.reset()


def test_an_unwatched_run_rests_and_the_next_tick_wakes_it(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", 0.2)
    run = Run(SMALL, engine=engine)
    run.play()
    until(lambda: trained(run, 1))
    until(lambda: not run._bursting)  # nobody ticks any more
    resting = trainer_of(run).iteration
    time.sleep(0.1)
    assert trainer_of(run).iteration == resting and run.playing
    until(lambda: trained(run, resting + 1))


def test_a_run_that_nobody_plays_does_not_train(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    for _ in range(20):
        run.tick()
        time.sleep(0.005)
    assert settled(run).iteration == 0 and not run.playing


def test_looking_at_another_member_gives_that_member(engine: LocalEngine) -> None:
    run = Run(SMALL.with_(population=3), engine=engine)
    first, third = settled(run, 0), settled(run, 2)
    assert (first.member, third.member) == (0, 2) and not np.array_equal(first.fake, third.fake)


def test_a_snapshot_is_only_taken_for_somebody() -> None:
    by_hand = ByHand()
    run = Run(SMALL, engine=by_hand)
    by_hand.turn()
    run.play()
    run.tick()
    by_hand.turn()
    shown = run.snapshot
    by_hand.turn()  # the lease holds, so training goes on, but nobody has ticked since
    assert run.snapshot is shown and trainer_of(run).iteration > (shown.iteration if shown else -1)


# --- commands ---------------------------------------------------------------------------------------------------------


def test_steps_and_a_reset_replay_the_same_game(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    first = []
    for _ in range(2):
        for _ in range(3):
            run.step()
        first.append(settled(run).losses)
        assert settled(run).iteration == 3
        run.reset()
        assert settled(run).iteration == 0
    assert all(np.array_equal(first[0][name], first[1][name]) for name in first[0])


def test_a_played_run_passes_through_the_same_losses_as_its_trainer(engine: LocalEngine) -> None:
    run, trainer = Run(SMALL, engine=engine), Trainer(SMALL)
    run.play()
    until(lambda: trained(run, 10))
    run.pause()
    seen = settled(run).losses
    for _ in range(200):
        trainer.iterate()
    ours = trainer.losses.columns()
    kept = seen["iteration"][seen["iteration"] <= 200].astype(int)  # a fast run may have thinned its history by now
    assert len(kept) >= 3
    assert all(np.array_equal(seen[name][: len(kept)], column[kept]) for name, column in ours.items())


def test_a_paused_run_stays_where_it_is(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    run.play()
    until(lambda: trained(run, 1))
    run.pause()
    until(lambda: not run._bursting)
    here = settled(run).iteration
    time.sleep(0.05)
    assert settled(run).iteration == here


def test_one_player_can_step_alone(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    before = settled(run)
    run.play()
    run.step(generator=False)  # and not one more, although it was about to play
    assert not run.playing
    run.reset()
    run.step(generator=False)
    after = settled(run)
    assert np.array_equal(before.fake, after.fake) and not np.array_equal(before.d_fake, after.d_fake)
    run.step(discriminator=False)
    assert not np.array_equal(settled(run).fake, after.fake)
    assert run.snapshot is not None and np.array_equal(run.snapshot.d_real, after.d_real)


def test_a_hot_knob_keeps_the_iteration_and_a_cold_one_starts_again(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    for _ in range(4):
        run.step()
    before = settled(run)
    run.change(SMALL.with_(objective="wasserstein", generator_lr=0.1))
    after = settled(run)
    assert after.iteration == 4 and np.array_equal(before.fake, after.fake)
    run.change(SMALL.with_(objective="wasserstein", generator_lr=0.1, generator_width=5))
    assert settled(run).iteration == 0
    assert settled(run).config == run.config == trainer_of(run).config


def test_a_snapshot_knows_which_game_it_shows(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    assert settled(run).game == 0
    run.change(SMALL.with_(generator_lr=0.01))
    assert settled(run).game == 0
    run.reset()
    assert settled(run).game == 1
    run.start(SMALL.with_(seed=7))
    assert settled(run).game == 2


# --- threads ----------------------------------------------------------------------------------------------------------


class Watchman:
    """Notices when two threads are inside one trainer at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.overlaps, self.calls = 0, 0
        self._inside = threading.Lock()
        for name in ("iterate", "change", "look"):
            monkeypatch.setattr(Trainer, name, self.guarded(getattr(Trainer, name)))
        self._depth = threading.local()

    def guarded(self, method: Callable) -> Callable:
        def call(*args, **kwargs):
            if getattr(self._depth, "n", 0):  # iterate measures, and so looks
                return method(*args, **kwargs)
            self.calls += 1
            if not self._inside.acquire(blocking=False):
                self.overlaps += 1
                return method(*args, **kwargs)
            self._depth.n = 1
            try:
                time.sleep(0.0005)  # invite others in
                return method(*args, **kwargs)
            finally:
                self._depth.n = 0
                self._inside.release()

        return call


def test_many_callers_never_meet_in_the_trainer(engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    watchman = Watchman(monkeypatch)
    run = Run(SMALL, engine=engine)
    settled(run)
    errors: list[Exception] = []

    def meddle(seed: int) -> None:
        random = np.random.default_rng(seed)
        acts: list[Callable[[], object]] = [
            run.tick,
            run.play,
            run.pause,
            run.step,
            run.reset,
            lambda: run.change(SMALL.with_(generator_lr=float(random.uniform(1e-4, 1e-2)))),
        ]
        try:
            acted, until = 0, time.monotonic() + 60
            while acted < 150 or (watchman.calls <= 20 and time.monotonic() < until):  # a busy machine plays slowly
                acted += 1
                acts[random.choice(len(acts), p=[0.5, 0.2, 0.06, 0.12, 0.02, 0.1])]()
                time.sleep(0.001)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=meddle, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and run.trouble is None
    assert watchman.overlaps == 0 and watchman.calls > 20
    run.pause()
    run.step()
    assert settled(run).iteration >= 1


def test_a_tick_just_as_a_burst_ends_does_not_start_a_second_one() -> None:
    """Between "no more work" and "shall I go on?" another thread may start a burst of its own."""
    by_hand = ByHand()
    run = Run(SMALL, engine=by_hand)

    class Gap:
        """The run's lock; whenever it opens, somebody presses play in that instant."""

        def __init__(self) -> None:
            self._lock, self.armed = threading.Lock(), False

        def __enter__(self) -> None:
            self._lock.acquire()

        def __exit__(self, *trouble: object) -> None:
            self._lock.release()
            if self.armed:
                self.armed = False
                run.play()
                run.tick()

    gap = Gap()
    run._lock = gap  # type: ignore[assignment]
    assert len(by_hand.queue) == 1
    gap.armed = True
    by_hand.turn()
    assert len(by_hand.queue) == 1


def test_forty_runs_share_the_cores_and_all_get_their_turn(engine: LocalEngine) -> None:
    before = threading.active_count()
    runs = [Run(SMALL.with_(seed=seed), engine=engine) for seed in range(40)]
    for run in runs:
        run.play()
    until(lambda: sum(trained(run, 3) for run in runs) == len(runs))  # a sum, so that every run is ticked
    assert all(run.trouble is None for run in runs)
    assert threading.active_count() <= before + engine.workers
    for run in runs:
        run.pause()
    until(lambda: not any(run._bursting for run in runs))
    assert engine.waiting == 0 and all(run.crowd == 0 for run in runs)


def test_runs_leave_no_threads_behind() -> None:
    before = threading.active_count()
    made = LocalEngine(2)
    run = Run(SMALL, engine=made)
    settled(run)
    made._executor.shutdown()
    assert threading.active_count() == before


def test_a_process_has_one_engine_with_a_worker_a_core() -> None:
    assert shared_engine() is shared_engine() and shared_engine().workers >= 1


def test_those_who_wait_are_counted() -> None:
    by_hand = ByHand()
    run = Run(SMALL, engine=by_hand)
    by_hand.waiting = 7
    assert run.crowd == 7 - by_hand.workers


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_a_divergence_stops_the_run_with_words_and_a_sane_config_revives_it(engine: LocalEngine) -> None:
    run = Run(ABSURD, engine=engine)
    run.play()
    until(lambda: run.tick() and run.trouble)
    trouble = str(run.trouble)
    assert "seed 5" in trouble and "iteration" in trouble and "learning rates" in trouble and not run.playing
    assert run.settled and run.snapshot is not None  # the last good picture stays
    run.play()
    run.step()
    assert not run.playing and run.trouble is not None  # nothing but a reset or other settings helps
    run.change(SMALL.with_(objective="least-squares"))
    assert settled(run).iteration == 0 and run.trouble is None
    run.play()
    until(lambda: trained(run, 3))


def test_a_diverged_run_can_be_reset(engine: LocalEngine) -> None:
    run = Run(ABSURD, engine=engine)
    run.play()
    until(lambda: run.tick() and run.trouble)
    assert run.snapshot is not None and run.snapshot.config == ABSURD  # however soon it happened
    run.reset()
    assert settled(run).iteration == 0 and run.trouble is None
    run.step()
    assert settled(run).iteration == 1


def test_a_reset_at_the_moment_of_divergence_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = ByHand()
    run = Run(SMALL, engine=by_hand)
    by_hand.turn()

    def diverge(*_: object) -> None:
        run.reset()  # somebody clicks while the burst is about to fail
        raise Diverged("weights of seed 5")

    monkeypatch.setattr(trainer_of(run), "advance", diverge)
    run.step()
    while by_hand.queue:
        by_hand.turn()
    assert run.trouble is None and trainer_of(run).iteration == 0


def test_a_game_that_cannot_be_built_is_explained(engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Trainer:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patched:
        patched.setattr(module, "Trainer", refuse)
        run = Run(SMALL, engine=engine)
        until(lambda: run.tick() or run.trouble)
        assert "out of memory" in str(run.trouble) and run.snapshot is None
    run.reset()
    assert settled(run).iteration == 0 and run.trouble is None


def test_a_question_is_answered_between_two_bursts_and_an_iteration_it_plays_is_shown(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    settled(run)
    assert run.ask(lambda trainer: trainer.iteration).result(60) == 0
    run.ask(lambda trainer: trainer.advance(1)).result(60)
    assert settled(run).iteration == 1
    with pytest.raises(ZeroDivisionError):
        run.ask(lambda trainer: 1 / 0).result(60)
    assert run.trouble is None


def test_a_question_that_lets_a_game_diverge_stops_it(engine: LocalEngine) -> None:
    run = Run(SMALL, engine=engine)
    settled(run)

    def diverge(trainer: Trainer) -> None:
        raise Diverged("it did")

    with pytest.raises(Diverged):
        run.ask(diverge).result(60)
    until(lambda: run.trouble)


def test_a_run_says_that_a_game_is_being_made_until_it_is() -> None:
    engine = ByHand()
    run = Run(SMALL, engine=engine)
    assert run.building
    engine.turn()
    assert not run.building
    run.start(SMALL.with_(seed=1))
    run.start(SMALL.with_(seed=2))
    assert run.building
    while engine.queue:
        engine.turn()
    assert not run.building
