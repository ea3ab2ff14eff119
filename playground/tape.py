"""The tape: pictures of a game's moments, and its players' weights at some of them, to look back at and to go on from.

It never takes more than a fixed memory: the newest pictures are all kept, older ones the sparser the older they are.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from playground.checkpoint import Checkpoint
from playground.snapshot import Array, Snapshot, nothing

RECENT, MOST = 300, 500  # pictures that are kept as they come, if there is room, and at most
PICTURES, WEIGHTS = 32e6, 15e6  # bytes for each
TAIL, TAILING = 10, 96  # pictures that a trail reaches back, and samples that leave one
SHARED = {"real", "grid", "density", "latents"}  # the same arrays in every picture of a game
Item = TypeVar("Item", Snapshot, Checkpoint)


@dataclass(frozen=True, eq=False)
class Moment(Generic[Item]):
    """Something that is kept, and when it was: moments of a run are counted."""

    number: int
    item: Item
    size: int  # in bytes


class Shelf(Generic[Item]):
    """Moments in order, thinned to fit: those go whose loss leaves the smallest gap for their age."""

    def __init__(self, room: float, recent: int = 0, most: int = MOST) -> None:
        self.room, self.recent, self.most = room, recent, most
        self.moments: list[Moment[Item]] = []
        self.size = 0

    def add(self, number: int, item: Item, size: int) -> None:
        """Keep one more, the newest; nothing may be larger than the room."""
        if size > self.room:
            return
        self.moments.append(Moment(number, item, size))
        self.size += size
        while self.size > self.room or len(self.moments) > self.most:
            self._drop()

    def _drop(self) -> None:
        count = len(self.moments)
        last = count - 1 - self.recent if count > self.recent + 2 and self.size <= self.room else count - 1
        numbers = np.array([moment.number for moment in self.moments])
        age = numbers[-1] - numbers[1:last] + 1
        gaps = (numbers[2 : last + 1] - numbers[: last - 1]) / age
        gone = self.moments.pop(1 + int(gaps.argmin()) if len(gaps) else 0)
        self.size -= gone.size

    def cut(self, number: int) -> None:
        """Forget what came after a moment."""
        self.moments = [moment for moment in self.moments if moment.number <= number]
        self.size = sum(moment.size for moment in self.moments)


class Tape:
    """What is kept of one game; a burst writes it, pages read it."""

    def __init__(self) -> None:
        self._pictures: Shelf[Snapshot] = Shelf(PICTURES, RECENT)
        self._weights: Shelf[Checkpoint] = Shelf(WEIGHTS)
        self._count = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes in use."""
        return self._pictures.size + self._weights.size

    def record(self, snapshot: Snapshot, checkpoint: Callable[[], Checkpoint]) -> None:
        """Keep a picture and the weights, unless the newest picture shows that moment already."""
        with self._lock:
            if self._pictures.moments and same(self._pictures.moments[-1].item, snapshot):
                return
            self._count += 1
            slim = slimmed(snapshot)
            self._pictures.add(self._count, slim, size_of(slim))
            kept = checkpoint()
            self._weights.add(self._count, kept, kept.size)

    def pictures(self, member: int) -> list[Moment[Snapshot]]:
        """All that there are of a member, in order."""
        with self._lock:
            return [moment for moment in self._pictures.moments if moment.item.member == member]

    def at(self, number: int, member: int, newest: Snapshot) -> Snapshot:
        """The picture of a moment (the nearest before it that is kept, or else the first), with the history up to it."""
        kept = self.pictures(member)
        if not kept:
            return newest
        place = max(0, int(np.searchsorted([moment.number for moment in kept], number, side="right")) - 1)
        tail = [moment.item.fake for moment in kept[max(0, place + 1 - TAIL) : place + 1]]
        return whole(kept[place].item, newest, tail)

    def trailing(self, newest: Snapshot) -> Snapshot:
        """The newest picture, which has been recorded, with the trail of its fakes."""
        before = [moment.item.fake for moment in self.pictures(newest.member)[-TAIL:]]
        return replace(newest, trail=trail(before)) if before else newest

    def weights(self, number: int) -> Moment[Checkpoint] | None:
        """The weights nearest to a moment, if there are any."""
        with self._lock:
            return min(self._weights.moments, key=lambda each: abs(each.number - number), default=None)

    def cut(self, number: int) -> None:
        """Forget what came after a moment: the game goes on from there."""
        with self._lock:
            self._pictures.cut(number)
            self._weights.cut(number)


def trail(fakes: list[Array]) -> Array:
    """The first samples in pictures one after the other, (t, n, dim); nothing for images."""
    return np.stack([fake[:TAILING] for fake in fakes]) if fakes[0].shape[1] <= 2 else nothing()


def same(first: Snapshot, second: Snapshot) -> bool:
    """Whether two pictures show one moment of one member under the same rules."""
    return all(getattr(first, name) == getattr(second, name) for name in ("game", "iteration", "member", "config"))


def slimmed(snapshot: Snapshot) -> Snapshot:
    """Without its history, which the newest picture has too, and with images as bytes."""
    slim = replace(
        snapshot, losses={}, metrics={}, trail=nothing(), slopes=snapshot.slopes.copy(), shares=snapshot.shares.copy()
    )
    if snapshot.dim <= 2:
        return slim
    pixels = np.round(np.clip(snapshot.fake + 1, 0, 2) * 127.5).astype(np.uint8)
    return replace(slim, fake=pixels, arrows=nothing())  # type: ignore[arg-type]


def whole(slim: Snapshot, newest: Snapshot, tail: list[Array]) -> Snapshot:
    """A slimmed picture with the history that led to it, cut from that of the newest."""
    fake = slim.fake.astype(np.float32) / 127.5 - 1 if slim.fake.dtype == np.uint8 else slim.fake
    losses, metrics = (until(slim.iteration, columns) for columns in (newest.losses, newest.metrics))
    return replace(slim, fake=fake, losses=losses, metrics=metrics, trail=trail(tail))


def until(iteration: int, columns: dict[str, Array]) -> dict[str, Array]:
    """The rows of a history up to an iteration; the first at least."""
    rows = max(1, int(np.searchsorted(columns["iteration"], iteration, side="right")))
    return {name: values[:rows] for name, values in columns.items()}


def size_of(snapshot: Snapshot) -> int:
    """Bytes of a slimmed picture's own arrays."""
    arrays = [getattr(snapshot, each.name) for each in fields(snapshot) if each.name not in SHARED]
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
