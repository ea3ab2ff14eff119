"""Doing what a lesson's prompt says, without a browser: on a bench by its values, in a game by its knobs, seed by seed."""

from collections.abc import Iterator
from contextlib import suppress

from playground.config import Config
from playground.lessons.bench import Bench
from playground.lessons.lesson import Prompt, Section, Seen
from playground.snapshot import take
from playground.training import Diverged, Trainer

SEEDS = 16
LOOKS = 20  # from the moves to the end of what a prompt promises


class Table:
    """The games of a section, played by many seeds at once, or by one if they are of digits."""

    def __init__(self, section: Section, configs: list[Config], seeds: int, first: int) -> None:
        self.seeds, self.every = seeds, section.pace.every
        starts = [self._many(config).with_(seed=config.seed + first) for config in configs]
        self.trainers = [Trainer(start, every=self.every) for start in starts]

    def _many(self, config: Config) -> Config:
        return config.with_(population=self.seeds)

    def change(self, configs: list[Config]) -> None:
        """Move knobs: hot ones in the running games, cold ones by new games, as a page does."""
        for i, config in enumerate(configs):
            wanted = self._many(config).with_(seed=self.trainers[i].config.seed)
            if wanted.restarts(self.trainers[i].config):
                self.trainers[i] = Trainer(wanted, every=self.every)
            else:
                self.trainers[i].change(wanted)

    def play(self, iterations: int) -> None:
        """Train on; a game that diverges rests."""
        for trainer in self.trainers:
            left = iterations
            with suppress(Diverged):
                while left:  # a trainer plays so many at once at most
                    left -= trainer.advance(left)
            trainer.meter.settle()

    def seen(self, did: frozenset[str]) -> Iterator[Seen]:
        """What each seed shows."""
        for member in range(self.seeds):
            first, *others = [take(trainer, member) for trainer in self.trainers]
            yield Seen(first, did, tuple(others))


def outcomes(section: Section, prompt: Prompt, seeds: int = SEEDS, first: int = 0) -> tuple[list[bool], list[bool]]:
    """Of each seed, whether the prompt was true already before its moves, and whether it came true after them."""
    given = [game.config.with_(**prompt.given) for game in section.games]
    table = Table(section, given, seeds, first)
    if prompt.after:
        table.play(prompt.after)
    early = [prompt.done(seen) for seen in table.seen(frozenset())]
    table.change([config.with_(**prompt.moves) for config in given])
    came = [False] * seeds
    step = max(1, prompt.within // LOOKS)
    for _ in range(0, prompt.within + 1, step):
        came = [a or b for a, b in zip(came, map(prompt.done, table.seen(frozenset(prompt.presses))), strict=True)]
        if all(came):
            break
        table.play(step)
    return early, came


def of_bench(bench: Bench, prompt: Prompt) -> tuple[bool, bool]:
    """Whether it is true at the start, and after its moves."""
    start = {k: float(v) for k, v in prompt.given.items()}
    moved = start | {k: float(v) for k, v in prompt.moves.items()}
    return prompt.done(bench.reading(start)), prompt.done(bench.reading(moved))
