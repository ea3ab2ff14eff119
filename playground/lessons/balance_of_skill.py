"""What a discriminator that is too good teaches, what one that is too poor does, and how to read it off the signal."""

import numpy as np
from scipy.special import expit

from playground.lessons.benches.sure_fake import SURE_FAKE, percent
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen

UNSURE, SURE = 0.87, 0.999  # of a fake: that D is fairly sure, and sure
CLOSE = 0.02
FALL = 20  # times: a signal that fell so far is as good as gone
ARRIVED = 0.25  # of the first distance between fakes and data
START = 100  # iterations: before, chance has a say
LATE = 4  # of eight modes: more than a generator that learns alone ever finds
EVEN = {"discriminator_lr": 1e-3, "generator_lr": 1e-3, "discriminator_steps": 1, "discriminator_width": 32}
FAIR = {"generator_steps": 1, "discriminator_lr": 2e-3, "generator_lr": 5e-4}

OVERPOWERED = Game(
    "vanishing-gradient-1d",
    {"data": "gaussian", "generator_width": 32, "batch_size": 32},
    knobs=("discriminator_lr", "discriminator_width", "discriminator_steps"),
    buttons={"Even match": EVEN},
    charts=("signal", "saturation"),
)
STRONG = OVERPOWERED.config
HASTY = Game(
    "superior-generator",
    {"batch_size": 128},
    knobs=("generator_steps", "generator_lr", "discriminator_lr"),
    charts=("saturation", "signal", "modes"),
)


def fall(seen: Seen) -> float:
    """How many times smaller the generator's signal is than it was at its largest."""
    signal = seen.snapshot.metrics["generator_signal"]
    return float(np.nanmax(signal) / max(seen.last("generator_signal"), 1e-30))


def believed(outputs: np.ndarray) -> float:
    """The mean probability of being real that D gives."""
    return float(expit(outputs).mean())


def arrived(seen: Seen) -> bool:
    """Whether the fakes have come most of the way to the data, D no wider or quicker than G."""
    even = all(getattr(seen.config, name) == value for name, value in EVEN.items())
    emd = seen.snapshot.metrics["emd"]
    first = emd[np.isfinite(emd)][:1]
    return bool(even and seen.snapshot.iteration >= START and len(first) and seen.snapshot.emd < ARRIVED * first[0])


def taken_in(seen: Seen) -> bool:
    """Whether D finds fakes more real than data, though hardly one lies on it."""
    d_real, d_fake = believed(seen.snapshot.d_real), believed(seen.snapshot.d_fake)
    return seen.snapshot.iteration >= START and d_fake > d_real and seen.last("modes") <= 2


def fair(seen: Seen) -> bool:
    """Whether D learns faster than G, and the fakes have found modes."""
    faster = seen.config.discriminator_lr > seen.config.generator_lr
    return faster and seen.config.generator_steps <= 1 and seen.last("modes") >= LATE


BALANCE_OF_SKILL = Lesson(
    title="Balance of skill",
    lead="A teacher who only says “all wrong” teaches nothing; one who believes everything does not either.",
    sections=(
        Section(
            title="Too sure to teach",
            words=(
                "One [[fake]], and what the [[generator]] pays for it, by two costs. It rolls down either: the slope is how hard "
                "it is told to move. At the left, the [[discriminator]] is sure that it is fake. There the [[minimax loss]] is "
                "flat: “100 % fake” says that all is wrong, not what to change. "
                f"“{100 * UNSURE:.0f} % fake” still has a slope."
            ),
            formula=(
                r"\begin{aligned}\left|\frac{\partial}{\partial d}\log(1-D)\right|&=D\\"
                r"\left|\frac{\partial}{\partial d}(-\log D)\right|&=1-D\end{aligned}"
            ),
            symbols=(
                "$d$ is D's [[raw output]] for this fake, $D=\\sigma(d)=1/(1+e^{-d})$ the probability of being real; "
                "the second cost is the [[non-saturating loss]]."
            ),
            live=SURE_FAKE,
            prompts=(
                Prompt(
                    text=f"Drag the fake to where D is {100 * UNSURE:.0f} % sure that it is fake. Which dots roll?",
                    praise=lambda reading: (
                        f"Even minimax pulls with {reading['signal_minimax']:.2f} here: a verdict with some doubt shows the way."
                    ),
                    ideas=(f"superior discriminator: {UNSURE:g} fake teaches",),
                    done=lambda reading: abs(reading["p_fake"] - UNSURE) < CLOSE,
                    moves={"d": -1.9},
                ),
                Prompt(
                    text=f"Now make D sure: {100 * SURE:.1f} % fake or more. Wait for the dots to roll.",
                    praise=lambda reading: (
                        f"At {percent(reading['p_fake'])} fake, minimax pulls with {reading['signal_minimax']:.4f}: its dot lies "
                        f"still. Non-saturating pulls with {reading['signal_non_saturating']:.4f}."
                    ),
                    ideas=("superior discriminator: “100 % fake” teaches nothing",),
                    done=lambda reading: reading["p_fake"] >= SURE,
                    moves={"d": -7.5},
                ),
            ),
        ),
        Section(
            title="D is too strong",
            words=(
                f"Here D has {STRONG.discriminator_width} units a layer to G's {STRONG.generator_width}, makes "
                f"{STRONG.discriminator_steps} steps to its {STRONG.generator_steps}, and each is "
                f"{STRONG.discriminator_lr / STRONG.generator_lr:.0f} times as large. It is soon sure of every [[fake]]. "
                "The chart of the **generator's [[signal]]** is the meter of balance; its axis goes down in powers of ten. "
                "Try the sliders: width, [[learning rate]], steps."
            ),
            live=OVERPOWERED,
            prompts=(
                Prompt(
                    text=f"Watch the generator's signal fall to less than 1/{FALL} of what it was.",
                    praise=lambda seen: (
                        f"D is sure of {100 * seen.last('saturation_fake'):.0f} % of the fakes. The signal is {fall(seen):,.0f} "
                        "times smaller than at its peak: D has won, and G learns nothing any more."
                    ),
                    ideas=("superior discriminator", "the generator's signal as the meter"),
                    done=lambda seen: fall(seen) > FALL and believed(seen.snapshot.d_fake) < 0.05,
                    within=400,
                ),
                Prompt(
                    text="Press **Even match**: equal widths, rates and steps. Do the fakes reach the data now?",
                    praise=lambda seen: (
                        f"After {seen.snapshot.iteration:,} iterations they are {seen.snapshot.emd:.2f} away. The signal stayed "
                        "alive until they were there."
                    ),
                    ideas=("sliders for learning rates, widths and steps", "the generator's signal as the meter"),
                    done=arrived,
                    presses=("Even match",),
                    moves=EVEN,
                    within=400,
                ),
            ),
        ),
        Section(
            title="G is too strong",
            words=(
                f"Now G makes {HASTY.config.generator_steps} steps to each of a very slow D. It finds at once "
                "what D takes for real and goes there, data or not. "
                "The [[signal]] falls here too: a D that believes all has nothing to teach. So read it together with "
                "**D's outputs**, and keep D a little ahead of G, no more."
            ),
            live=HASTY,
            prompts=(
                Prompt(
                    text="Let it play: does D rate the fakes above the data, and do they look like it?",
                    praise=lambda seen: (
                        f"D gives the fakes {believed(seen.snapshot.d_fake):.2f}, the data {believed(seen.snapshot.d_real):.2f}. "
                        f"Yet the fakes hold {seen.last('modes'):.0f} of {seen.snapshot.modes_total} modes."
                    ),
                    ideas=("superior generator",),
                    done=taken_in,
                    within=300,
                ),
                Prompt(
                    text=(
                        f"Restore the balance: generator steps {FAIR['generator_steps']}, generator's learning rate "
                        f"{FAIR['generator_lr']:g}, discriminator's {FAIR['discriminator_lr']:g}."
                    ),
                    praise=lambda seen: (
                        f"{seen.last('modes'):.0f} of {seen.snapshot.modes_total} modes after {seen.snapshot.iteration:,} "
                        "iterations: a D that is ahead again has something to teach."
                    ),
                    ideas=("superior generator", "sliders for learning rates, widths and steps"),
                    done=fair,
                    moves=FAIR,
                    after=200,
                    within=500,
                ),
            ),
        ),
    ),
    question=Question(
        "The generator's signal has fallen ten thousandfold within seconds, and D is 100 % sure of every fake. What is wrong?",
        (
            Answer("The generator is too strong", "Then D would believe the fakes, not see through all of them."),
            Answer(
                "The discriminator is too strong",
                "Yes. Slow it down, make it smaller, or use a cost that is steep where D is sure.",
                right=True,
            ),
            Answer(
                "Nothing: the fakes have reached the data", "Then D could not tell, and would say ½ to most of them."
            ),
        ),
    ),
    sources=(
        "Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
    ),
    notes=(
        "* About fifteen minutes. Begin with a teacher who marks every answer “wrong”: what can a pupil learn from that?\n"
        "* Ask for the number before you drag: how hard does a fake move that D calls 87 % fake? And 100 %?\n"
        "* Many think that the better D, the better for G. That holds for its direction, not for minimax's slope.\n"
        "* The signal also falls when the fakes have arrived. Look at D's outputs too: ½ is peace, 0 is defeat.\n"
        "* In the last part, move one slider at a time and guess first which way the modes will go."
    ),
)
