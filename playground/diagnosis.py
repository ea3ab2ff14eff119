"""What a run's numbers say in words: a verdict with its evidence, and what to try.

`RULES` are asked in order; the first that applies is the verdict. They look at medians over the last measurements, so one
odd measurement turns no verdict, but for two: an EMD that is better than before counts at once, for it is measured seldom, and
so do outputs beyond all bounds, which come before the end. Fakes that are far from every mode and still come nearer have not
collapsed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playground import remedies
from playground.config import Config
from playground.signs import Seen, Signs

VANISHED = 1e-3  # of the strongest signal so far
EXPLODED = 100.0  # times what a fresh discriminator's slope is
NEAR = 3.0  # times the EMD of real against real: as good as a short run gets
FAR = 5.0
HALF = 0.5  # of the modes: with no more than these a generator has collapsed
FLIPS = 12  # swings of the discriminator, within 200 rows of the losses
LIMIT = 1e3  # outputs beyond this, where nothing holds them, come before the end


@dataclass(frozen=True)
class Verdict:
    """A named state of the game; `ill` says whether it wants a cure, `cure` what to try."""

    name: str
    text: str
    ill: bool
    cure: str = ""


@dataclass(frozen=True)
class Rule:
    """One verdict: when it applies, what it says, what to try."""

    name: str
    ill: bool
    applies: Callable[[Signs], bool]
    says: Callable[[Signs], str]
    against: tuple[remedies.Remedy, ...] = ()


def fold(times: float) -> str:
    """How often something is contained in what it was, in words."""
    return f"{times:,.0f}-fold" if times < 1e6 else "more than a million-fold"


RULES: tuple[Rule, ...] = (
    Rule(
        "Divergence",
        True,
        lambda s: s.config.constraint != "clip" and not s.largest_output < LIMIT,
        lambda s: f"The discriminator's outputs have grown to {s.largest_output:.0e} and grow on.",
        (remedies.PENALTY, remedies.SLOWER),
    ),
    Rule(
        "Discriminator overfitting",
        True,
        lambda s: not s.young and s.by_heart >= 0.3,
        lambda s: (
            f"The discriminator calls its training samples real {s.by_heart / 2:.0%} more often than fresh real ones: it "
            f"knows its {s.config.train_samples or 'few'} samples by heart."
        ),
        (remedies.NOISE, remedies.SMALLER_D, remedies.MORE_DATA),
    ),
    Rule(
        "Healthy",
        False,
        lambda s: not s.young and s.whole and s.distance <= NEAR,
        lambda s: f"All {s.total} modes are covered; {s.near}." if s.total > 1 else f"{s.near}.",
    ),
    Rule(
        "Clipping-bound critic",
        True,
        lambda s: s.config.constraint == "clip" and s.now("clipped") >= 0.6,
        lambda s: (
            f"{s.now('clipped'):.0%} of the critic's weights lie at ±{s.config.clip:g}: they carry a sign and no more, "
            "and the critic has lost the capacity to see detail."
        ),
        (remedies.INSTEAD_OF_CLIPPING,),
    ),
    Rule(
        "Vanishing gradient",
        True,
        lambda s: s.weakened >= 1 / VANISHED and s.now("accuracy_fake") >= 0.9,
        lambda s: (
            f"The discriminator tells {s.now('accuracy_fake'):.0%} of the fakes, and the generator's signal has fallen "
            f"{fold(s.weakened)}: it no longer learns."
        ),
        (remedies.WASSERSTEIN,),
    ),
    Rule(
        "Exploding gradient",
        True,
        lambda s: s.now("slope_mean") >= EXPLODED,
        lambda s: (
            f"Between real and fake the discriminator's slope is {s.now('slope_mean'):,.0f} on average: each update "
            "throws the generator far."
        ),
        (remedies.PENALTY, remedies.SMALLER_CLIP, remedies.FEWER_LAYERS),
    ),
    Rule(
        "Not yet",
        False,
        lambda s: s.young,
        lambda s: f"{s.modes} of {s.total} modes so far: give it time." if s.total > 1 else f"Give it time: {s.near}.",
    ),
    Rule(
        "Critic not 1-Lipschitz",
        True,
        lambda s: (
            s.config.objective == "wasserstein"
            and s.now("slope_mean") >= 2
            and s.now("estimate") >= 2 * s.emd
            and not s.whole
            and not s.learns
        ),
        lambda s: (
            f"The critic's slope is {s.now('slope_mean'):.1f} on average, and its estimate {s.now('estimate') / s.emd:.1f} "
            "times the exact EMD: not a distance."
        ),
        (remedies.STRONGER_PENALTY, remedies.PENALTY),
    ),
    Rule(
        "Generator too strong",
        True,
        lambda s: s.probable and s.now("accuracy_fake") <= 0.2 and s.distance >= FAR,
        lambda s: (
            f"The discriminator takes {1 - s.now('accuracy_fake'):.0%} of the fakes for real, though their EMD is "
            f"{s.distance:.0f} times that of real samples."
        ),
        (remedies.MORE_D_STEPS, remedies.SLOWER_GENERATOR),
    ),
    Rule(
        "Mode hopping",
        True,
        lambda s: not s.whole and s.now("rotation") >= 4 and s.now("largest_share") >= 0.4,
        lambda s: (
            f"The largest mode has changed {s.now('rotation'):.0f} times in the last ten measurements; it holds "
            f"{s.now('largest_share'):.0%} of the samples, and {s.modes} of {s.total} modes are covered."
        ),
        (remedies.UNROLLING, remedies.R1, remedies.WASSERSTEIN),
    ),
    Rule(
        "Catastrophic forgetting",
        True,
        lambda s: not s.whole and s.moves and s.forgotten >= 0.3,
        lambda s: (
            f"The discriminator tells {s.now('accuracy_fake'):.0%} of today's fakes, but only "
            f"{s.now('accuracy_past'):.0%} of those of before: what it forgets, the generator may repeat. {s.missing}."
        ),
        (remedies.R1, remedies.PENALTY),
    ),
    Rule(
        "Discriminator too strong",
        True,
        lambda s: s.saturated >= 0.9 and s.distance >= NEAR,
        lambda s: (
            f"The discriminator is 99 % sure of {s.now('saturation_fake'):.0%} of the fakes and of "
            f"{s.now('saturation_real'):.0%} of the real samples; {s.near}."
        ),
        (remedies.NOISE, remedies.SMOOTHING, remedies.FEWER_D_STEPS),
    ),
    Rule(
        "Mode collapse",
        True,
        lambda s: s.moves and s.total > 1 and s.modes <= HALF * s.total and not s.nearing,
        lambda s: f"{s.missing}.",
        (remedies.WASSERSTEIN,),
    ),
    Rule(
        "Mode dropping",
        True,
        lambda s: s.moves and s.total > 1 and s.modes < s.total and not s.nearing,
        lambda s: f"{s.total - s.modes} of {s.total} modes are missing.",
        (remedies.PACKING, remedies.R1, remedies.WASSERSTEIN),
    ),
    Rule(
        "Oscillation",
        True,
        lambda s: s.moves and s.flips >= FLIPS and s.distance >= NEAR,
        lambda s: (
            f"Real and fake have changed sides {s.flips} times in the discriminator's eyes lately; {s.near}, and it does "
            "not settle."
        ),
        (remedies.R1, remedies.SLOWER, remedies.AVERAGE),
    ),
    Rule(
        "Not yet",
        False,
        lambda s: True,
        lambda s: (
            f"{s.modes} of {s.total} modes are covered; the EMD is {s.distance:.1f} times what real samples score."
            if s.total > 1
            else f"The EMD is {s.distance:.1f} times what real samples score."
        ),
    ),
)


def diagnose(seen: Seen) -> Verdict:
    """The most telling verdict on one member."""
    signs = Signs(seen)
    rule = next(rule for rule in RULES if rule.applies(signs))
    return Verdict(rule.name, rule.says(signs), rule.ill, remedies.advise(rule.against, seen.config))


def advice(config: Config) -> str:
    """What to try after a divergence."""
    if config.objective in ("wasserstein", "hinge") and config.constraint == "none":
        return "An unbounded critic without a constraint grows without end: choose a gradient penalty, then reset."
    if config.optimiser == "sgd":
        return "Plain gradient descent has no brakes: lower both learning rates or choose Adam, then reset."
    return "Lower the learning rates or the penalty's weight, then reset."
