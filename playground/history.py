"""History: rows of named numbers for every member, thinned to a fixed memory as a run grows long."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


class History:
    """Rows at every `every`-th iteration; when `capacity` rows are full, every second one goes and `every` doubles."""

    def __init__(self, names: tuple[str, ...], members: int, every: int = 1, capacity: int = 1024) -> None:
        self.names, self.every, self.capacity = names, every, capacity
        self._iterations = np.zeros(capacity, dtype=np.int64)
        self._rows = np.empty((capacity, len(names), members), np.float32)  # memory that is not written costs nothing
        self._last = np.full((len(names), members), np.nan)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def due(self, iteration: int) -> bool:
        """Whether this iteration gets a row."""
        return iteration % self.every == 0

    def append(self, iteration: int, row: Mapping[str, NDArray[np.floating]]) -> None:
        """Add the row of an iteration: each name's values, (members,), NaN where not measured."""
        values = np.array([row[name] for name in self.names])
        self._last = np.where(np.isnan(values), self._last, values)
        if self._size == self.capacity:
            self._thin()
            if not self.due(iteration):
                return
        self._iterations[self._size] = iteration
        with np.errstate(over="ignore"):  # what is too large for half the digits becomes infinite, as it soon would be
            self._rows[self._size] = values
        self._size += 1

    def fill(self, iteration: int, name: str, values: NDArray[np.floating]) -> None:
        """Complete a row that was appended before; one that has been thinned out since counts as the last still."""
        at = self.names.index(name)
        self._last[at] = values
        row = int(np.searchsorted(self._iterations[: self._size], iteration))
        if row < self._size and self._iterations[row] == iteration:
            self._rows[row, at] = values

    def cut(self, iteration: int) -> None:
        """Forget the rows after an iteration."""
        self._size = int(np.searchsorted(self._iterations[: self._size], iteration, side="right"))
        self._last[:] = np.nan
        for row in self._rows[: self._size]:
            self._last = np.where(np.isnan(row), self._last, row)

    def _thin(self) -> None:
        self.every *= 2
        keep = np.flatnonzero(self._iterations[: self._size] % self.every == 0)
        self._iterations[: len(keep)] = self._iterations[keep]
        self._rows[: len(keep)] = self._rows[keep]
        self._size = len(keep)

    def columns(self, member: int = 0) -> dict[str, NDArray[np.floating]]:
        """One member's rows as columns, `iteration` first; copies."""
        return {name: self.column(name, member) for name in ("iteration", *self.names)}

    def column(self, name: str, member: int = 0) -> NDArray[np.floating]:
        """One member's values of one name, or the iterations of its rows, (rows,); a copy."""
        if name == "iteration":
            return self._iterations[: self._size].astype(np.float64)
        return self._rows[: self._size, self.names.index(name), member].astype(np.float64)

    def last(self) -> dict[str, NDArray[np.floating]]:
        """The newest of each name's values, (members,)."""
        return {name: self._last[i].copy() for i, name in enumerate(self.names)}
