"""The graph step: a whole iteration recorded once as a CUDA graph and replayed, so that nothing waits for launches.

What an iteration draws goes into arrays that stay where they are; the recorded operations read those. The first iterations
after every change of a knob are played as they are: they count, and they warm up what recording must find in place.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.streams import Draw

WARM_UP = 3  # iterations
Iterate = Callable[[Draw, int, int], dict[str, Tensor]]  # draw, steps of D, steps of G -> the last losses, (P,) each
log = logging.getLogger(__name__)


class Recorder(Protocol):
    """What can record operations on arrays that stay in place."""

    def aside(self, run: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        """Do something as it will be recorded."""
        ...

    def record(self, run: Callable[[], None]) -> Callable[[], None]:
        """The same operations again, at every call; recording does not count as one."""
        ...


class CudaRecorder:
    """CUDA graphs (https://pytorch.org/docs/stable/notes/cuda.html#cuda-graphs)."""

    def __init__(self) -> None:
        self.stream = torch.cuda.Stream()

    def aside(self, run: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            row = run()
        torch.cuda.current_stream().wait_stream(self.stream)
        return row

    def record(self, run: Callable[[], None]) -> Callable[[], None]:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self.stream, capture_error_mode="thread_local"):  # other threads work on
            run()
        return graph.replay


@dataclass
class Iteration:
    """An iteration of so many steps: what it draws and where that goes, and its losses."""

    places: list[tuple[str, int, Tensor]]  # what, how many batches, (P, batches, n, …)
    names: tuple[str, ...]
    losses: Tensor  # (names, P)
    warmed: int = 0
    replay: Callable[[], None] | None = None


class GraphStep:
    """Iterations of both players for one setting of the hot knobs, by replaying a recording of `iterate`."""

    path = "graph"

    def __init__(self, iterate: Iterate, recorder: Recorder) -> None:
        self._iterate, self._recorder = iterate, recorder
        self._known: dict[tuple[int, int], Iteration] = {}

    def play(
        self, draw: Draw, iterations: int, discriminator_steps: int, generator_steps: int
    ) -> dict[str, NDArray[np.floating]]:
        """Some iterations; `draw` gives batches of "real", "latent" or "place". Their last updates' losses, each
        (iterations, P)."""
        steps = discriminator_steps, generator_steps
        if not any(steps):
            return {}
        losses = torch.stack([self._once(draw, steps).clone() for _ in range(iterations)])
        values = losses.double().cpu().numpy()  # the only time that anybody waits for the GPU
        return {name: values[:, i] for i, name in enumerate(self._known[steps].names)}

    def _once(self, draw: Draw, steps: tuple[int, int]) -> Tensor:
        """One iteration; its losses, (names, P)."""
        known = self._known.get(steps)
        if known is None or known.warmed < WARM_UP:
            return self._warm_up(draw, steps)
        if known.replay is None:
            known.replay = self._recorded(known, steps)
        for what, count, place in known.places:
            block, start = draw(what, count)
            place.copy_(block[:, start : start + count])
        known.replay()
        return known.losses

    def _warm_up(self, draw: Draw, steps: tuple[int, int]) -> Tensor:
        """Play one iteration as it is, and note what it draws."""
        places: list[tuple[str, int, Tensor]] = []

        def noted(what: str, count: int) -> tuple[Tensor, int]:
            block, start = draw(what, count)
            places.append((what, count, block.new_empty(block.shape[0], count, *block.shape[2:])))
            return block, start

        row = self._recorder.aside(lambda: self._iterate(noted, *steps))
        losses = torch.stack(list(row.values()))
        warmed = self._known[steps].warmed + 1 if steps in self._known else 1
        self._known[steps] = Iteration(places, tuple(row), losses, warmed)
        return losses

    def _recorded(self, known: Iteration, steps: tuple[int, int]) -> Callable[[], None]:
        def run() -> None:
            places = iter(known.places)
            row = self._iterate(lambda what, count: (next(places)[2], 0), *steps)
            known.losses.copy_(torch.stack(list(row.values())))

        return self._recorder.record(run)
