"""What a stage counts and lists of an update: its numbers, and the first samples of the batch."""

import numpy as np

from playground.slow_motion.forms import percent, point, short, vector
from playground.slow_motion.update import NAN, Update

EXAMPLES = 4  # samples whose numbers are listed
OPTIMISERS = {"adam": "Adam", "rmsprop": "RMSProp", "sgd": "gradient"}
Numbers = list[tuple[str, str]]  # what it is, and how much
Table = tuple[tuple[str, ...], ...]  # its head first


def latent_numbers(u: Update) -> Numbers:
    return [("latents in the batch", f"{u.count:,}"), ("numbers in each", str(u.config.latent_dim))]


def fake_numbers(u: Update) -> Numbers:
    if u.config.data == "mnist":
        return [("fakes in the batch", f"{u.count:,}"), ("mean ink", percent(float((u.fake.mean() + 1) / 2)))]
    mean, spread = (point(stat(u.fake, axis=0)) for stat in (np.mean, np.std))
    return [("fakes in the batch", f"{u.count:,}"), ("mean", mean), ("spread", spread)]


def output_numbers(u: Update) -> Numbers:
    reals = [] if u.d_real is None else [(f"mean {u.name}(real)", short(float(u.said(u.d_real).mean())))]
    raws = [] if u.d_real is None else [("raw, reals", short(float(u.d_real.mean())))]
    fakes = [(f"mean {u.name}(fake)", short(float(u.said(u.d_fake).mean())))]
    return [*reals, *fakes, *((*raws, ("raw, fakes", short(float(u.d_fake.mean())))) if u.probable else ())]


def loss_d_numbers(u: Update) -> Numbers:
    parts = (
        [] if u.loss_real is None else [("by the reals", short(u.loss_real)), ("by the fakes", short(u.loss_fake or 0))]
    )
    extra = [("penalty", short(u.penalty)), ("mean slope ‖∇D‖", short(u.slope))] if np.isfinite(u.slope) else []
    agreed = [("consensus", short(u.agreement))] if u.agreement else []
    return [("D's loss", short(u.loss)), *parts, *extra, *agreed]


def slope_d_numbers(u: Update) -> Numbers:
    assert u.push_real is not None and u.push_fake is not None
    pushes = [
        ("mean push of a real", short(float(u.push_real.mean()))),
        ("of a fake", short(float(u.push_fake.mean()))),
    ]
    return [("gradient's norm", short(u.gradient)), ("by layer, input first", layered(u)), *pushes]


def step_numbers(u: Update) -> Numbers:
    share = u.step / u.weight_norm if u.weight_norm else NAN
    how = ("learning rate", f"{u.lr:g} ({OPTIMISERS[u.config.optimiser]})")
    return [how, ("size of the step", short(u.step)), ("of all weights", f"{100 * share:.2g} %")]


def turn_numbers(u: Update) -> Numbers:
    return [("G's loss", short(u.loss)), *output_numbers(u)]


def slope_g_numbers(u: Update) -> Numbers:
    assert u.pull is not None
    size = float(np.linalg.norm(u.pull, axis=1).mean())
    norms = [("gradient's norm", short(u.gradient)), ("by layer, input first", layered(u))]
    return [("mean pull on a fake", short(size)), *norms]


def layered(u: Update) -> str:
    return " · ".join(f"{size:.2g}" for size in u.layers)


def latent_examples(u: Update) -> Table:
    return (("", "z"), *((str(i + 1), vector(z)) for i, z in enumerate(u.z[:EXAMPLES])))


def fake_examples(u: Update) -> Table:
    if u.config.data == "mnist":
        return ()
    pairs = zip(u.z[:EXAMPLES], u.fake[:EXAMPLES], strict=True)
    return (("", "z", "G(z)"), *((str(i + 1), vector(z), point(x)) for i, (z, x) in enumerate(pairs)))


def output_examples(u: Update) -> Table:
    if u.config.data == "mnist":
        return ()  # they stand on the digits
    fakes = [(point(x), short(d)) for x, d in zip(u.seen, u.of_each(u.said(u.d_fake)), strict=True)]
    if u.real is None or u.d_real is None:
        return (("", "G(z)", f"{u.name}(G(z))"), *((str(i + 1), *fake) for i, fake in enumerate(fakes[:EXAMPLES])))
    reals = [(point(x), short(d)) for x, d in zip(u.real, u.of_each(u.said(u.d_real)), strict=True)]
    head = "", "real x", f"{u.name}(x)", "G(z)", f"{u.name}(G(z))"
    return (head, *((str(i + 1), *reals[i], *fakes[i]) for i in range(min(EXAMPLES, len(fakes)))))


def no_examples(u: Update) -> Table:
    return ()
