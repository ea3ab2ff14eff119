"""What a run's numbers say in words: a verdict with its evidence, and what to try."""

from dataclasses import dataclass

import numpy as np

from playground.config import Config
from playground.snapshot import Snapshot

PATIENCE = 300  # iterations before missing modes are called missing
VANISHED = 1e-3  # of the strongest signal so far


@dataclass(frozen=True)
class Verdict:
    """A named state of the game; `ill` says whether it wants a cure."""

    name: str
    text: str
    ill: bool


def diagnose(snapshot: Snapshot) -> Verdict:
    """The most telling verdict on one member."""
    last = {name: float(column[-1]) for name, column in snapshot.metrics.items()}
    strongest = float(np.max(snapshot.metrics["generator_signal"]))
    weakened = strongest / max(last["generator_signal"], 1e-300)
    modes, total = int(last["modes"]), snapshot.modes_total
    if weakened >= 1 / VANISHED and last["saturation_fake"] >= 0.9:
        return Verdict(
            "Vanishing gradient",
            f"The discriminator is 99 % sure of {last['saturation_fake']:.0%} of the fakes; the generator's signal has "
            f"fallen {weakened:,.0f}-fold and it no longer learns.",
            True,
        )
    if snapshot.iteration < PATIENCE:
        return Verdict("Not yet", f"{modes} of {total} modes after {snapshot.iteration} iterations.", False)
    if total > 1 and modes <= total / 2:
        held = f"the largest holds {last['largest_share']:.0%} of the samples" if modes else "no mode has its share"
        return Verdict("Mode collapse", f"{modes} of {total} modes are covered; {held}.", True)
    if modes < total:
        return Verdict("Mode dropping", f"{total - modes} of {total} modes are missing.", True)
    if snapshot.emd <= 3 * snapshot.floor:
        near = f"EMD {snapshot.emd:.3f}, where fresh real samples score {snapshot.floor:.3f}"
        return Verdict("Healthy", f"All {total} modes are covered; {near}." if total > 1 else f"{near}.", False)
    far = f"the EMD is {snapshot.emd / snapshot.floor:.1f} times what real samples score"
    return Verdict("Learning", f"All {total} modes are covered; {far}." if total > 1 else f"{far.capitalize()}.", False)


def advice(config: Config) -> str:
    """What to try after a divergence."""
    if config.objective in ("wasserstein", "hinge") and config.constraint == "none":
        return "An unbounded critic without a constraint grows without end: choose a gradient penalty, then reset."
    if config.optimiser == "sgd":
        return "Plain gradient descent has no brakes: lower both learning rates or choose Adam, then reset."
    return "Lower the learning rates or the penalty's weight, then reset."
