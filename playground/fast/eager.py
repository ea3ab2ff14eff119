"""The eager step: both players' gradients written out for stacks of linear layers, in torch's operations.

It plays on a GPU, and on a CPU until the fast step is compiled.

No autograd graph and hardly any memory to allocate: the large arrays are views of buffers made once, real samples, fakes
and the penalty's points share one pass, and a player's gradient is one flat array beside its weights. `training.py` has the
same game in plain autograd; the tests hold the two against each other.

Write a_0 = x, h_l = a_(l-1) W_l + b_l, a_l = σ(h_l), D(x) = h_L; e_l is the gradient toward h_l. The penalty needs the
gradient of ‖∇D‖, that is of g = e_0 with e_L = 1. With v = ∂penalty/∂g, a tangent t runs forward from t_0 = v through the
same layers without biases, and W_l receives t_(l-1)ᵀ e_l. Where σ bends (tanh), its curvature besides sends
-2 a_l e_l (t_(l-1) W_l) back through the layers, as a loss would be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.activations import ACTIVATIONS
from playground.constraints import Constraint, SpectralNorm
from playground.networks import MLP, unflatten
from playground.objectives import Objective
from playground.streams import Draw, batch

if TYPE_CHECKING:
    from playground.config import Config
    from playground.players import Player

ROWS = 4096  # samples of the whole population that the generator makes at once: what a cache holds


@dataclass(frozen=True)
class Rows:
    """Some rows of a stack's buffers: a[0] … a[L] and e[0] … e[L], each (P, rows, size)."""

    a: list[Tensor]
    e: list[Tensor]


def layers(weights: Sequence[Tensor]) -> list[tuple[Tensor, Tensor, Tensor]]:
    """(W, b, Wᵀ) of each layer."""
    return [(w, b, w.mT) for w, b in zip(weights[::2], weights[1::2], strict=True)]


class Stack:
    """One linear stack of every member, with room for `rows` samples each."""

    def __init__(self, player: "Player", rows: int) -> None:
        network = player.network
        assert isinstance(network, MLP)
        self.activation, self.bounded = ACTIVATIONS[network.activation], network.bounded
        flat = player.flat.detach()
        self.slope = torch.zeros_like(flat)  # of the loss toward the weights
        self.weights = layers(unflatten(flat, network.shapes))
        self.slopes = layers(unflatten(self.slope, network.shapes))
        self._a, self._e = ([flat.new_empty(len(flat), rows, size) for size in network.sizes] for _ in range(2))

    def use(self, weights: Sequence[Tensor]) -> None:
        """Take other weights than the player's own."""
        self.weights = layers(weights)

    def rows(self, start: int, stop: int) -> Rows:
        return Rows(*([x[:, start:stop] for x in block] for block in (self._a, self._e)))

    def forward(self, rows: Rows) -> Tensor:
        """Outputs of what stands in a[0]."""
        last = len(self.weights) - 1
        for layer, (w, b, _) in enumerate(self.weights):
            torch.baddbmm(b, rows.a[layer], w, out=rows.a[layer + 1])
            if layer < last:
                self.activation.apply_(rows.a[layer + 1])
        return rows.a[-1].tanh_() if self.bounded else rows.a[-1]

    def backward(self, rows: Rows, bent: Sequence[tuple[Tensor, Tensor]] = ()) -> None:
        """From e[L] down to e[1]; `bent` are (rows of e[l], what else reaches them) from l = 1 on."""
        for layer in range(len(self.weights) - 1, 0, -1):
            torch.bmm(rows.e[layer + 1], self.weights[layer][2], out=rows.e[layer])
            self.activation.back(rows.e[layer], rows.a[layer], rows.e[layer])
            if bent:
                e, source = bent[layer - 1]
                e.add_(source)

    def toward_input(self, rows: Rows, out: Tensor) -> Tensor:
        """e[0] from e[1]."""
        return torch.bmm(rows.e[1], self.weights[0][2], out=out)

    def collect(self, rows: Rows, biased: Rows) -> None:
        """The weights' slopes a_(l-1)ᵀ e_l over `rows`, the biases' over `biased`."""
        for layer, (w, b, _) in enumerate(self.slopes):
            torch.bmm(rows.a[layer].mT, rows.e[layer + 1], out=w)
            torch.sum(biased.e[layer + 1], 1, keepdim=True, out=b)


class EagerStep:
    """The updates of both players for one setting of the hot knobs."""

    path = "eager"

    def __init__(
        self,
        players: tuple["Player", "Player"],
        config: "Config",
        objective: Objective,
        constraint: Constraint,
        spectral: SpectralNorm | None,
    ) -> None:
        self.generator, self.discriminator = players
        self.config, self.objective, self.constraint, self.spectral = config, objective, constraint, spectral
        n, members = config.batch_size, len(self.generator.flat)
        self.together = max(1, ROWS // (n * members))
        self.g = Stack(self.generator, self.together * n)
        self.batches = [self.g.rows(i * n, (i + 1) * n) for i in range(self.together)]
        self.spans = [self.g.rows(0, (i + 1) * n) for i in range(self.together)]
        self.fresh: list[Rows] = []  # batches of fakes that no update has used yet
        self.curved = ACTIVATIONS[config.activation].curved
        self.d = Stack(self.discriminator, (2 if constraint.penalty is None else 4 if self.curved else 3) * n)
        self.real, self.fake, self.both = (self.d.rows(*ends) for ends in ((0, n), (n, 2 * n), (0, 2 * n)))
        if constraint.penalty is not None:
            self._make_room(n)

    def _make_room(self, n: int) -> None:
        """The rows of the penalty: its points, where σ is curved the tangent too, and the constants at the output."""
        self.points, self.through, self.all = (self.d.rows(*ends) for ends in ((2 * n, 3 * n), (0, 3 * n), (0, 4 * n)))
        self.points.e[-1].fill_(0.0 if self.curved else 1.0)
        if self.curved:
            self.tangent = self.d.rows(3 * n, 4 * n)
            self.tangent.e[-1].fill_(1.0)
            hidden = self.points.e[1:-1]
            self.bent = [(e, torch.empty_like(e)) for e in hidden]

    def play(
        self, draw: Draw, iterations: int, discriminator_steps: int, generator_steps: int
    ) -> dict[str, NDArray[np.floating]]:
        """Some iterations; `draw` gives batches of "real", "latent" or "place". Their last updates' losses, each
        (iterations, P)."""
        rows = [self.iterate(draw, discriminator_steps, generator_steps) for _ in range(iterations)]
        return {name: torch.stack([row[name] for row in rows]).double().cpu().numpy() for name in rows[0]}

    @torch.no_grad()
    def iterate(self, draw: Draw, discriminator_steps: int, generator_steps: int) -> dict[str, Tensor]:
        """One iteration; the losses of its last updates, (P,)."""
        self.fresh = []
        row: dict[str, Tensor] = {}
        wanted = discriminator_steps + min(1, generator_steps)
        for step in range(discriminator_steps):
            self.step_discriminator(draw, self._make(draw, wanted - step))
            if step == discriminator_steps - 1:
                row |= self._discriminator_row()
            self._move_discriminator()
        for _ in range(generator_steps):
            row |= self.step_generator(draw, self._make(draw, 1))
        return row

    def _make(self, draw: Draw, wanted: int) -> Rows:
        """The next batch of fakes; as many as are wanted before the generator moves are made at once."""
        if not self.fresh:
            count = min(wanted, self.together)
            span = self.spans[count - 1]
            block, start = draw("latent", count)
            span.a[0].copy_(block[:, start : start + count].flatten(1, 2))
            self.g.forward(span)
            self.fresh = self.batches[count - 1 :: -1]
        return self.fresh.pop()

    def step_discriminator(self, draw: Draw, made: Rows) -> None:
        """The discriminator's slopes on a batch."""
        self.real.a[0].copy_(batch(draw, "real"))
        self.fake.a[0].copy_(made.a[-1])
        if self.spectral is not None:
            weights = self.discriminator.weights()
            self.spectral.refine(weights)
            self.d.use(self.spectral(weights))
        if self.constraint.at is None or self.constraint.slope is None:
            self.d.forward(self.both)
            self._face_objective()
            self.d.backward(self.both)
            self.d.collect(self.both, self.both)
        else:
            place = batch(draw, "place")
            self.points.a[0].copy_(self.constraint.at(self.real.a[0], self.fake.a[0], place))
            (self._penalise_curved if self.curved else self._penalise)(self.constraint.slope)

    def _face_objective(self) -> None:
        """e[L] of real samples and fakes."""
        slopes = self.objective.discriminator_slopes(self.real.a[-1], self.fake.a[-1])
        for rows, slope in zip((self.real, self.fake), slopes, strict=True):
            torch.mul(slope, 1 / self.config.batch_size, out=rows.e[-1])

    def _tangent(self, g: Tensor, slope: Callable[[Tensor, "Config"], Tensor], out: Tensor) -> None:
        """v = ∂penalty/∂g, the mean over the batch of a function of ‖g‖²."""
        along = slope(g.square().sum(-1, keepdim=True), self.config)
        torch.mul(g, along * (2 / self.config.batch_size), out=out)

    def _penalise(self, slope: Callable[[Tensor, "Config"], Tensor]) -> None:
        """Loss and penalty where σ is piecewise linear: e of the penalty's points is the input's gradient already."""
        d, points = self.d, self.points
        d.forward(self.through)
        self._face_objective()
        d.backward(self.through)
        self._tangent(d.toward_input(points, points.e[0]), slope, points.a[0])
        for layer, (w, _, _) in enumerate(d.weights[:-1]):  # the tangent takes the place of the activations
            t = torch.bmm(points.a[layer], w)
            d.activation.back(t, points.a[layer + 1], points.a[layer + 1])
        d.collect(self.through, self.both)

    def _penalise_curved(self, slope: Callable[[Tensor, "Config"], Tensor]) -> None:
        d, points, tangent = self.d, self.points, self.tangent
        d.forward(self.through)
        self._face_objective()
        d.backward(Rows(points.a, tangent.e))
        self._tangent(d.toward_input(tangent, tangent.e[0]), slope, tangent.a[0])
        for layer, (w, _, _) in enumerate(d.weights[:-1]):
            t, a, e = tangent.a[layer + 1], points.a[layer + 1], tangent.e[layer + 1]
            torch.bmm(tangent.a[layer], w, out=t)
            torch.mul(t, e, out=self.bent[layer][1]).mul_(a).mul_(-2)
            d.activation.back(t, a, t)
        d.backward(self.through, self.bent)
        d.collect(self.all, self.through)

    def _discriminator_row(self) -> dict[str, Tensor]:
        d_real, d_fake = self.real.a[-1], self.fake.a[-1]
        loss = self.objective.discriminator(d_real, d_fake)
        values = {"loss_discriminator": loss, "d_real": d_real, "d_fake": d_fake}
        return {name: value.mean((-2, -1)).view(-1) for name, value in values.items()}

    def _move_discriminator(self) -> None:
        if self.spectral is not None:
            self.spectral.pull_back(
                unflatten(self.d.slope, self.discriminator.network.shapes), self.discriminator.weights()
            )
        self.discriminator.optimiser.step(self.d.slope)
        if self.constraint.project is not None:
            self.constraint.project(self.discriminator.flat, self.config)

    def step_generator(self, draw: Draw, made: Rows) -> dict[str, Tensor]:
        """One update of the generator; its loss before it."""
        if self.spectral is not None:
            self.d.use(self.spectral(self.discriminator.weights()))
        self.fake.a[0].copy_(made.a[-1])
        if self.objective.uses_real:
            self.real.a[0].copy_(batch(draw, "real"))
        self.d.forward(self.both if self.objective.uses_real else self.fake)
        d_real, d_fake = (self.real if self.objective.uses_real else self.fake).a[-1], self.fake.a[-1]
        loss = self.objective.generator(d_real, d_fake).mean((-2, -1)).view(-1)
        torch.mul(self.objective.generator_slope(d_real, d_fake), 1 / self.config.batch_size, out=self.fake.e[-1])
        self.d.backward(self.fake)
        e = self.d.toward_input(self.fake, made.e[-1])
        if self.g.bounded:
            ACTIVATIONS["tanh"].back(e, made.a[-1], e)
        self.g.backward(made)
        self.g.collect(made, made)
        self.generator.optimiser.step(self.g.slope)
        return {"loss_generator": loss}
