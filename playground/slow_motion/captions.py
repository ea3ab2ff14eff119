"""What a stage says of an update, in plain words."""

import numpy as np

from playground.slow_motion.forms import percent, short
from playground.slow_motion.update import Array, Update

SMALL_PULL = 1e-2  # mean ‖∂L_G/∂x‖ below which hardly a signal is left


def of_latents(u: Update) -> str:
    again = "Fresh noise for this update: " if u.number > 1 else ""
    dims = "one number" if u.config.latent_dim == 1 else f"{u.config.latent_dim} numbers"
    return f"{again}{u.count:,} latents z of {dims} each. Noise is all that the generator is ever given."


def of_fakes(u: Update) -> str:
    own = "an image" if u.config.data == "mnist" else "a fake"
    return (
        f"The generator turns each z into {own}. It has never seen real data: it knows it only through the "
        "discriminator's gradient."
    )


def of_outputs(u: Update) -> str:
    assert u.d_real is not None
    real, fake = float(u.said(u.d_real).mean()), float(u.said(u.d_fake).mean())
    if not u.probable:
        judge = "critic" if u.name == "c" else "discriminator"
        return (
            f"The {judge} scores reals {short(real)} and fakes {short(fake)} on average: a gap of {short(real - fake)}."
        )
    if abs(real - fake) < 0.1:
        return f"The discriminator can hardly tell: {percent(real)} for reals, {percent(fake)} for fakes to be real."
    if real < 0.5 or fake > 0.5:
        where = "reals" if real < 0.5 else "fakes"
        return f"The discriminator believes {percent(real)} in the reals, {percent(fake)} in the fakes: it errs on the {where}."
    return (
        f"The discriminator is {percent(real)} sure that the reals are real, and {percent(1 - fake)} sure that the fakes "
        "are fake."
    )


def of_losses(u: Update) -> str:
    wish = "Its loss asks: push D(real) up, D(fake) down." if u.name == "D" else "Its loss asks: widen the gap."
    cost = "" if u.loss_real is None else f" The reals add {short(u.loss_real)}, the fakes {short(u.loss_fake or 0)}."
    steep = (
        f" The penalty adds {short(u.penalty)}: where it looks, D's slope is {short(u.slope)} on average."
        if np.isfinite(u.slope)
        else ""
    )
    return wish + cost + steep


def of_slope_d(u: Update) -> str:
    where = (
        " The number on each digit is its push on D: reals up, fakes down."
        if u.field is None
        else " Arrows: how hard each sample pushes D up or down."
        if u.field.ndim == 1
        else " Blue: this gradient raises D here. Orange: it lowers D here."
    )
    return f"Backpropagation sums the pushes of all samples into one gradient for D's {u.weights:,} weights.{where}"


def of_step_d(u: Update) -> str:
    assert u.d_real is not None and u.d_real_after is not None
    real, fake = change(u, u.d_real, u.d_real_after), change(u, u.d_fake, u.d_fake_after)
    cut = (
        f" Clipping holds {percent(u.clipped)} of the weights at ±{u.config.clip:g}." if np.isfinite(u.clipped) else ""
    )
    return f"One step at rate {u.lr:g}, and D judges the same batch anew: reals {real}, fakes {fake}.{cut}"


def of_turn(u: Update) -> str:
    said = float(u.said(u.d_fake).mean())
    judged = f"D takes them for real with {percent(said)} on average" if u.probable else f"D scores them {short(said)}"
    return f"Now D stands still. Fresh z become fresh fakes; {judged}, which costs the generator {short(u.loss)}."


def of_slope_g(u: Update) -> str:
    assert u.pull is not None
    size = float(np.linalg.norm(u.pull, axis=1).mean())
    where = (
        "dark: add ink, light: take ink away"
        if u.config.data == "mnist"
        else "each arrow points where D says 'more real'"
    )
    lost = " Hardly a signal is left: D is too sure." if size < SMALL_PULL else ""
    return f"The gradient flows back through D into every fake ({where}), and on into the generator's weights.{lost}"


def of_step_g(u: Update) -> str:
    assert u.fake_after is not None
    far = float(np.linalg.norm(u.fake_after - u.fake, axis=1).mean())
    moved = f"One step at rate {u.lr:g}: the fakes of the same z move by {short(far)} on average"
    return f"{moved}, and D's verdict on them goes {change(u, u.d_fake, u.d_fake_after)}."


def change(u: Update, before: Array, after: Array) -> str:
    """A mean output before and after, with as many digits as tell them apart."""
    means = [float(u.said(d).mean()) for d in (before, after)]
    texts = [[f"{mean:#.{digits}g}".rstrip(".") for mean in means] for digits in range(3, 8)]
    first, second = next((pair for pair in texts if pair[0] != pair[1]), texts[0])
    return f"{first} → {second}".replace("-", "−")
