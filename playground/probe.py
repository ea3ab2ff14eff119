"""Probes: what the metrics need of a population's players, taken at fixed samples for all members at once.

Nothing is drawn, so looking changes no run; a member of a population is seen as a run of its own would be.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.constraints import between
from playground.metrics import Look
from playground.metrics.modes import dominant
from playground.metrics.players import NAN, at_bound
from playground.networks import MLP
from playground.past import KEPT, Moment, Past

if TYPE_CHECKING:
    from playground.training import Trainer

POINTS = 256  # where slopes and gradients are taken
FOLLOWED = 1024  # weights of the generator whose moves are followed, at most
AT_ONCE = 2**14  # samples of all members that are looked at together
Array = NDArray[np.floating]


def take_looks(trainer: "Trainer", past: Past, deep: bool) -> tuple[list[Look], Moment]:
    """A look at every member, with the gradients' way through D if `deep`; and what to remember of it.

    Diverged if anything is not finite.
    """
    place = some_weights(trainer.generator.flat, FOLLOWED)
    steps = moves([*past.weights, place])
    looks: list[Look] = []
    kept: list[Tensor] = []
    for chosen in parts(trainer.config.population, trainer.yardstick.samples):
        some, fake = look_at(trainer, past, deep, steps, chosen)
        looks += some
        kept.append(fake[:, :KEPT].clone())
    dominants = np.array([dominant(look.samples.shares) for look in looks])
    return looks, Moment(trainer.iteration, torch.cat(kept), place, dominants)


def parts(members: int, samples: int) -> list[slice]:
    """A population a few members at a time: what their players compute on the way would fill memory for all at once."""
    size = max(1, AT_ONCE // samples)
    return [slice(first, min(first + size, members)) for first in range(0, members, size)]


def look_at(
    trainer: "Trainer", past: Past, deep: bool, steps: Sequence[Tensor], chosen: slice
) -> tuple[list[Look], Tensor]:
    """A look at some members, and their fakes."""
    ruler = trainer.yardstick
    fake, d_real, d_fake, arrows = trainer.look(ruler.samples, chosen)
    held_out, d_past = unseen_outputs(trainer, past, chosen)
    seen = {
        "a sample": fake,
        "D's output": torch.cat([d_fake, d_real, held_out, d_past], 1),
        "generator's gradient": arrows.double().norm(dim=2).mean(1),
        "D's slope": slopes(trainer, fake, chosen),
        "gradient of the generator's weights": generator_gradient(trainer, d_real, chosen),
    }
    values = {what: value.cpu().numpy() for what, value in seen.items()}
    for what, value in values.items():
        trainer.demand_finite(what, value, chosen.start)
    loss = trainer.objective.discriminator(d_real, d_fake).double().mean(1).cpu().numpy()
    looks = [
        Look(
            samples=ruler.look(fake[i]),
            objective=trainer.objective,
            real=trainer.fixed_real[member].cpu().numpy(),
            d_real=array(d_real[i]),
            d_fake=array(d_fake[i]),
            d_held_out=array(held_out[i]),
            d_past=array(d_past[i]),
            loss=float(loss[i]),
            signal=float(values["generator's gradient"][i]),
            generator_gradient=float(values["gradient of the generator's weights"][i]),
            slopes=values["D's slope"][i],
            clipped=clipped(trainer, member),
            layer_norms=layer_norms(trainer, fake[i : i + 1], member) if deep else np.zeros(0),
            moves=tuple(array(step[member]) for step in steps),
            dominants=tuple(float(each[member]) for each in past.dominants),
        )
        for i, member in enumerate(range(chosen.start, chosen.stop))
    ]
    return looks, fake


def array(x: Tensor) -> Array:
    return x.detach().double().cpu().numpy()


@torch.no_grad()
def unseen_outputs(trainer: "Trainer", past: Past, chosen: slice) -> tuple[Tensor, Tensor]:
    """Raw outputs for held-out reals (P, m) and for fakes of before (P, r), of some members."""
    x = torch.cat([each[chosen] for each in (trainer.fixed_held_out, *past.fakes)], 1)
    m = trainer.fixed_held_out.shape[1]
    return trainer.discriminate(x, chosen).split([m, x.shape[1] - m], 1)  # type: ignore[return-value]


def slopes(trainer: "Trainer", fake: Tensor, chosen: slice) -> Tensor:
    """‖∇D‖ at points on the lines from fakes to reals, evenly spread over their length, (P, n), of some members."""
    real, fake = trainer.fixed_real[chosen, :POINTS], fake[:, :POINTS]
    place = (torch.arange(real.shape[1], device=real.device)[:, None] + 0.5) / real.shape[1]
    x = between(real, fake, place).requires_grad_()
    (slope,) = torch.autograd.grad(trainer.discriminate(x, chosen).sum(), x)
    return slope.norm(dim=2)


def generator_gradient(trainer: "Trainer", d_real: Tensor, chosen: slice) -> Tensor:
    """‖∂L_G/∂θ‖ of the mean loss on fixed latents, at the weights that are trained (no average of them), (P,)."""
    player = trainer.generator
    fake = player.network(player.weights(chosen), trainer.fixed_latent[chosen, :POINTS])
    d_fake = trainer.discriminate(fake, chosen)
    loss = trainer.objective.generator(d_real[:, : d_fake.shape[1]], d_fake).mean(1)
    (slope,) = torch.autograd.grad(loss.sum(), player.flat)
    return slope[chosen].norm(dim=1)


def some_weights(flat: Tensor, most: int) -> Tensor:
    """At most so many weights of every member, evenly spaced, (P, K) -> (P, k): a copy."""
    return flat.detach().index_select(1, spaced(flat.shape[1], most).to(flat.device))


@lru_cache(maxsize=64)
def spaced(n: int, most: int) -> Tensor:
    """At most so many of n places, evenly spaced, int64."""
    return torch.linspace(0, n - 1, min(n, most), dtype=torch.float64).round().long()


def moves(places: Sequence[Tensor]) -> list[Tensor]:
    """How the generator's weights moved from one measurement to the next, (P, k) each."""
    return [after - before for before, after in pairwise(places)]


def clipped(trainer: "Trainer", member: int) -> float:
    """Share of D's weights at ±c; NaN without clipping."""
    if trainer.constraint.project is None:
        return NAN
    return at_bound(array(trainer.discriminator.flat[member]), trainer.config.clip)


def layer_norms(trainer: "Trainer", fake: Tensor, member: int) -> Array:
    """Mean ‖∂ℓ_D/∂h‖ over reals and fakes for the output h of each layer, the last first, (layers,); none for images.

    In float64, so that a gradient which fades over many layers is seen to its end. Every sample gets biases of its own:
    a loss's gradient toward a layer's bias is that toward the layer's output.
    """
    network, chosen = trainer.discriminator.network, slice(member, member + 1)
    if not isinstance(network, MLP):
        return np.zeros(0)
    x = torch.cat([trainer.fixed_real[chosen, :POINTS], fake[:, :POINTS]], 1)
    weights = [w.detach().double() for w in trainer.judging(chosen)]
    own = [w.repeat(1, x.shape[1], 1).requires_grad_() for w in weights[1::2]]
    weights[1::2] = own
    d = network(weights, trainer.told(x, chosen).double())[..., 0]
    d_real, d_fake = d.split(x.shape[1] // 2, 1)
    slopes = torch.autograd.grad(trainer.objective.discriminator(d_real, d_fake).sum(), own)
    return np.array([float(slope.norm(dim=2).mean()) for slope in reversed(slopes)])
