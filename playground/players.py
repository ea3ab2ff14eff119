"""A player: one network of every member of a population, and what moves it."""

from copy import copy

import torch
from torch import Tensor

from playground.config import Config
from playground.networks import Network, flatten, unflatten
from playground.optimisers import OPTIMISERS

EVERYONE = slice(None)


class Player:
    """One network of every member: all parameters in one flat tensor (P, K), moved by one optimiser."""

    def __init__(self, network: Network, rngs: list[torch.Generator]) -> None:
        self.network = network
        self.flat = torch.stack([flatten(network.init(rng)) for rng in rngs]).requires_grad_()
        self.average: Tensor | None = None  # the running mean of `flat`, where one is kept
        self.updates = 0  # by autograd, so far
        self._optimiser_name: str | None = None

    def weights(self, members: slice = EVERYONE) -> list[Tensor]:
        """The parameters of some members, each (P, *shape): differentiable views of `flat`."""
        return unflatten(self.flat[members], self.network.shapes)

    def shown(self, members: slice = EVERYONE) -> list[Tensor]:
        """The parameters to look at: the averaged ones where an average is kept."""
        return self.weights(members) if self.average is None else unflatten(self.average[members], self.network.shapes)

    def tune(self, config: Config, lr: float) -> None:
        """Make the optimiser that `config` names, or move the knobs of the one there is and keep its memory."""
        if self._optimiser_name != config.optimiser:
            self.optimiser, self._optimiser_name = OPTIMISERS[config.optimiser](self.flat.detach()), config.optimiser
        self.optimiser.tune(lr, config)

    def twin(self, members: slice = EVERYONE) -> "Player":
        """A copy of some members' networks and of what moves them."""
        twin = copy(self)
        twin.flat = self.flat[members].detach().clone().requires_grad_()
        twin.average = None if self.average is None else self.average[members].clone()
        twin.optimiser = self.optimiser.twin(members, twin.flat.detach())
        return twin

    def become(self, other: "Player", *, remembers: bool = True) -> None:
        """Take another's weights and, if it `remembers`, its optimiser's memory: in place, for compiled steps hold on to both.

        An average that is kept here begins at the other's weights where there is none.
        """
        self.flat.detach().copy_(other.flat.detach())
        self.updates = other.updates
        self.optimiser.become(other.optimiser) if remembers else self.optimiser.forget()
        if self.average is not None:
            self.average.copy_(other.flat.detach() if other.average is None else other.average)

    def update(self, loss: Tensor) -> None:
        """One step down the gradient of `loss`, a sum over members."""
        self.optimiser.step(torch.autograd.grad(loss, self.flat)[0])
        self.updates += 1

    def keep_average(self, wanted: bool) -> None:
        """Begin an average at the present weights, or drop it; one that is kept goes on."""
        if not wanted or self.average is None:
            self.average = self.flat.detach().clone() if wanted else None

    def follow(self, decay: float) -> None:
        """Move the average, if one is kept, toward the weights."""
        if self.average is not None:
            self.average.lerp_(self.flat.detach(), 1 - decay)
