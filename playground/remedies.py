"""What to try against what a diagnosis finds: only what is not in place already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.config import Config
from playground.tricks import smooths


@dataclass(frozen=True)
class Remedy:
    """One thing to try, as words after "Try", and whether it can still be tried in a game."""

    words: str
    open: Callable[[Config], bool]


def always(config: Config) -> bool:
    """Of what can be had at any time."""
    return True


PENALTY = Remedy("a gradient penalty", lambda c: not c.constraint.startswith("gradient-penalty"))
INSTEAD_OF_CLIPPING = Remedy("a gradient penalty instead of clipping", lambda c: c.constraint == "clip")
STRONGER_PENALTY = Remedy("a stronger gradient penalty", lambda c: c.constraint.startswith("gradient-penalty"))
WASSERSTEIN = Remedy(
    "the Wasserstein loss with a gradient penalty",
    lambda c: (c.objective, c.constraint) != ("wasserstein", "gradient-penalty"),
)
SMALLER_CLIP = Remedy("a smaller clip bound", lambda c: c.constraint == "clip")
R1 = Remedy("R1", lambda c: c.constraint != "r1")
SLOWER = Remedy("lower learning rates", always)
SLOWER_GENERATOR = Remedy("a lower generator's learning rate", always)
MORE_D_STEPS = Remedy("more discriminator steps", always)
FEWER_D_STEPS = Remedy("fewer discriminator steps", lambda c: c.discriminator_steps > 1)
SMALLER_D = Remedy("a smaller discriminator", always)
FEWER_LAYERS = Remedy("fewer layers", lambda c: c.discriminator_depth > 1)
MORE_DATA = Remedy("more data", lambda c: c.train_samples > 0)
NOISE = Remedy("instance noise", lambda c: c.instance_noise == 0)
SMOOTHING = Remedy("label smoothing", lambda c: c.label_smoothing == 0 and smooths(c))
UNROLLING = Remedy("unrolling", lambda c: c.unrolling == 0)
PACKING = Remedy("packing", lambda c: c.packing == 1)
AVERAGE = Remedy("an averaged generator", lambda c: c.ema == 0)


def advise(remedies: Sequence[Remedy], config: Config) -> str:
    """A sentence that names those that can still be tried; nothing if there is none."""
    words = [remedy.words for remedy in remedies if remedy.open(config)]
    return f"Try {' or '.join(filter(None, (', '.join(words[:-1]), words[-1])))}." if words else ""
