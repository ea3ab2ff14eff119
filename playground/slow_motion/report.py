"""What autograd says of an update (losses, outputs, gradients), on copies, from its very batch at the weights before it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor

from playground.autograd import AutogradStep, Shown
from playground.metrics.players import NAN, at_bound
from playground.networks import beside, deviation, unflatten
from playground.players import Player
from playground.probe import array
from playground.slow_motion.update import Array, Update
from playground.streams import Draw

SHOWN = 512  # samples of a batch that are kept for the picture
IMAGES = 12  # or so many images
CURVE = 121  # places of a curve
Judge = Callable[[Tensor], Tensor]  # D's weights (1, K) -> its raw outputs at some places


@dataclass
class Batches:
    """A trainer's draws, handed on as they are; of one member they are kept, to be given once more."""

    draw: Draw
    member: int
    kept: dict[str, list[Tensor]] = field(default_factory=dict)  # what -> (1, n, dim) each, in order

    def __call__(self, what: str, steps: int) -> tuple[Tensor, int]:
        block, start = self.draw(what, steps)
        own = block[self.member : self.member + 1, start : start + steps].clone()
        self.kept.setdefault(what, []).extend(own[:, step] for step in range(steps))
        return block, start

    def again(self) -> Draw:
        """The same batches from the first one on, for this member alone."""
        left = {what: list(batches) for what, batches in self.kept.items()}
        return lambda what, steps: (torch.stack([left[what].pop(0) for _ in range(steps)], 1), 0)


def discriminated(step: AutogradStep, batches: Batches, after: Tensor, axis: Tensor | None) -> Update:
    """An update of the discriminator: what it was shown, what it said, where its loss pulled it, where it went."""
    flat, clean = step.discriminator.flat, step.made(batches.kept["latent"][0]).detach()
    shown = step.for_discriminator(batches.again())
    terms = step.discriminator_terms(shown)
    n = terms.d_real.shape[1]
    pushes = torch.autograd.grad(terms.loss.sum() * n, (terms.d_real, terms.d_fake), retain_graph=True)
    (gradient,) = torch.autograd.grad(terms.total.sum(), flat)
    with torch.no_grad():
        d_real, d_fake = step.outputs(after, shown)
    fields = places(step, shown, axis)
    return Update(
        **common(step, "discriminator", batches, clean, shown),
        **moved(step.discriminator, gradient, after),
        d_real=array(terms.d_real[0]),
        d_fake=array(terms.d_fake[0]),
        d_real_after=array(d_real[0]),
        d_fake_after=array(d_fake[0]),
        push_real=-array(pushes[0][0]),
        push_fake=-array(pushes[1][0]),
        loss=number(terms.loss),
        **costs(step, terms.d_real.detach(), terms.d_fake.detach()),
        penalty=number(terms.penalty),
        agreement=number(terms.agreement),
        slope=steepness(step, shown),
        clipped=clipped(step, after),
        **pictured(axis, fields, flat, after),
        field_push=along(fields, flat, -gradient, axis),
    )


def generated(step: AutogradStep, batches: Batches, after: Tensor, axis: Tensor | None) -> Update:
    """An update of the generator: its fakes, what D said of them, where D's gradient pulls them, where they went."""
    flat, z = step.generator.flat, batches.kept["latent"][0]
    shown = step.for_generator(batches.again())
    ahead = step.unrolled(shown)
    loss, agreement = step.generator_loss(ahead, shown), step.agreement(shown)
    (gradient,) = torch.autograd.grad((loss + agreement).sum(), flat)
    judge = ahead.detach()
    with torch.no_grad():
        clean = step.made(z)
        fake_after = made_by(step, after, z, clean.shape)
        later = replace(shown, fake=shown.fake + fake_after - clean)
        d_real, d_fake = step.outputs(judge, shown)
        _, d_fake_after = step.outputs(judge, later)
    fields = places(step, shown, axis)
    return Update(
        **common(step, "generator", batches, clean, shown),
        **moved(step.generator, gradient, after),
        d_real=array(d_real[0]) if step.objective.uses_real else None,
        d_fake=array(d_fake[0]),
        d_fake_after=array(d_fake_after[0]),
        loss=number(loss),
        agreement=number(agreement),
        pull=samples(step, pulled(step, judge, shown)),
        fake_after=samples(step, fake_after),
        **pictured(axis, fields, step.discriminator.flat),
    )


SEEN = {False: discriminated, True: generated}  # whether it is the generator's


def common(step: AutogradStep, player: str, batches: Batches, clean: Tensor, shown: Shown) -> dict:
    """What any update is made of: latents, fakes and reals, as they are and as D is shown them."""
    latent = batches.kept["latent"][0]
    has_real = player == "discriminator" or step.objective.uses_real
    steps = {"discriminator": step.config.discriminator_steps, "generator": step.config.generator_steps}
    return {
        "config": step.config,
        "player": player,
        "of": steps[player],
        "count": clean.shape[1] * step.config.packing,
        "z": samples(step, latent, step.config.latent_dim),
        "fake": samples(step, clean),
        "seen": samples(step, shown.fake),
        "real": samples(step, shown.real) if has_real else None,
    }


def moved(player: Player, gradient: Tensor, after: Tensor) -> dict:
    """How far an update went, and the gradient it followed: norms over all weights, and of each kernel."""
    before, kernels = player.flat.detach(), player.network.kernels
    slopes = unflatten(gradient, player.network.shapes)
    return {
        "weights": before.shape[1],
        "weight_norm": norm(before),
        "gradient": norm(gradient),
        "layers": tuple(norm(slopes[kernel]) for kernel in kernels),
        "step": norm(after - before),
        "lr": player.optimiser.lr,
    }


def pictured(axis: Tensor | None, judge: Judge, before: Tensor, after: Tensor | None = None) -> dict:
    """D over the plane or the line, before and after."""
    if axis is None:
        return {}
    with torch.no_grad():
        later = {} if after is None else {"field_after": over(axis, judge(after))}
        return {"axis": array(axis), "field": over(axis, judge(before)), **later}


def along(judge: Judge, flat: Tensor, direction: Tensor, axis: Tensor | None) -> Array | None:
    """How D's outputs begin to change when its weights move in a direction."""
    if axis is None:
        return None
    flat = flat.detach().requires_grad_()
    d = judge(flat)
    weights = torch.zeros_like(d, requires_grad=True)  # of the outputs: the pulled-back slope is linear in them
    (slope,) = torch.autograd.grad(d, flat, weights, create_graph=True)
    (change,) = torch.autograd.grad((slope * direction).sum(), weights)
    return over(axis, change)


def over(axis: Tensor, d: Tensor) -> Array:
    """Outputs (1, g or g²) as a line or a square, row = second coordinate."""
    return array(d).reshape([len(axis)] * (1 if d.shape[1] == len(axis) else 2))


def places(step: AutogradStep, shown: Shown, axis: Tensor | None) -> Judge:
    """D as a function of its weights at the places that are drawn: packs of one point, told this batch's deviation."""
    if axis is None:
        return lambda flat: flat[:, :0]
    dim, fake = shown.fake.shape[2] // step.config.packing, shown.fake.detach()
    points = axis[:, None] if dim == 1 else torch.cartesian_prod(axis, axis).flip(1)
    x = points[None].repeat(1, 1, step.config.packing)
    return partial(judged, step, beside(x, deviation(fake)) if step.deviates else x)


def judged(step: AutogradStep, x: Tensor, flat: Tensor) -> Tensor:
    return step.judge(flat, x)


def costs(step: AutogradStep, d_real: Tensor, d_fake: Tensor) -> dict:
    """What each sample adds to D's loss, and the same over all outputs that occur; of pairs, where it is no sum."""
    silent = step.objective.silent
    if silent is None:
        d = ranged(d_real - d_fake)
        pair, nothing = partial(step.costs_of, d_fake=torch.zeros(())), {"curve_fake": None, "cost_fake": None}
        return {
            "curve": array(d),
            "curve_real": array(pair(d)),
            "cost_real": array(pair(d_real - d_fake)[0]),
            **nothing,
        }
    d = ranged(torch.cat([d_real, d_fake], 1))
    real, fake = partial(step.costs_of, d_fake=d.new_tensor(silent[1])), partial(fake_cost, step, silent[0])
    return {
        "curve": array(d),
        "curve_real": array(real(d)),
        "curve_fake": array(fake(d)),
        "cost_real": array(real(d_real)[0]),
        "cost_fake": array(fake(d_fake)[0]),
        "loss_real": number(real(d_real).mean()),
        "loss_fake": number(fake(d_fake).mean()),
    }


def fake_cost(step: AutogradStep, silent: float, d: Tensor) -> Tensor:
    """What a fake of such an output adds: labels of fakes are never smoothed."""
    return step.objective.discriminator(d.new_tensor(silent), d)


def ranged(d: Tensor) -> Tensor:
    """Places from the least to the largest of some outputs, and a little beyond, (g,)."""
    low, high = float(d.min()), float(d.max())
    room = 0.15 * (high - low) + 0.1
    return torch.linspace(low - room, high + room, CURVE, dtype=d.dtype, device=d.device)


def steepness(step: AutogradStep, shown: Shown) -> float:
    """Mean ‖∇D‖ where the penalty looks; NaN without a penalty."""
    if step.constraint.at is None or shown.place is None:
        return NAN
    x = step.constraint.at(shown.real, shown.fake, shown.place).detach().requires_grad_()
    (slope,) = torch.autograd.grad(step.judge(step.discriminator.flat, step.told(x)).sum(), x)
    return float(slope.norm(dim=2).mean())


def clipped(step: AutogradStep, after: Tensor) -> float:
    """Share of D's weights at ±c; NaN without clipping."""
    if step.constraint.project is None:
        return NAN
    return at_bound(array(after[0]), step.config.clip)


def pulled(step: AutogradStep, judge: Tensor, shown: Shown) -> Tensor:
    """−∂ℓ_G/∂x at every fake, ℓ_G one pack's loss, against D with the weights `judge`."""
    x = shown.fake.detach().requires_grad_()
    real = shown.real.detach() if step.objective.uses_real else x
    loss = step.generator_loss(judge, Shown(real, x)) * x.shape[1]
    return -torch.autograd.grad(loss.sum(), x)[0]


def made_by(step: AutogradStep, flat: Tensor, z: Tensor, shape: torch.Size) -> Tensor:
    """Fakes of a generator with other weights, in packs of this shape."""
    weights = unflatten(flat, step.generator.network.shapes)
    return step.generator.network(weights, z.reshape(1, -1, step.config.latent_dim)).reshape(shape)


def samples(step: AutogradStep, x: Tensor, dim: int | None = None) -> Array:
    """The first of a batch for the picture, one a row: (1, n, packing · dim) -> (k, dim)."""
    rows = x.detach().reshape(-1, dim or x.shape[2] // step.config.packing)
    return array(rows[: IMAGES if step.config.data == "mnist" else SHOWN])


def number(x: Tensor | float) -> float:
    return float(x.detach()) if isinstance(x, Tensor) else x


def norm(x: Tensor) -> float:
    return float(x.detach().double().norm())
