"""A discriminator that is too good leaves the generator nothing to learn from; which losses suffer, and the way out."""

import numpy as np

from playground import theory
from playground.experiments import EXPERIMENTS
from playground.lessons.benches.far_apart import FAR_APART
from playground.lessons.benches.flat_loss import FLAT_LOSS
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen

EXPERIMENT = "vanishing-gradient-1d"
FALL, SURE = 100, 0.9  # the signal's fall, and the share of fakes that D is sure of, that count as vanished
CURED = 0.3  # the EMD at which the fakes have arrived
LITTLE = 1e-3  # of Wasserstein's gradient


def fall(seen: Seen) -> float:
    """The peak of the generator's signal over its last value."""
    return float(np.nanmax(seen.snapshot.metrics["generator_signal"])) / max(seen.last("generator_signal"), 1e-300)


def vanished(seen: Seen) -> bool:
    """Whether D is sure of the fakes and the signal has all but gone."""
    return seen.last("saturation_fake") >= SURE and fall(seen) >= FALL


def arrived(seen: Seen) -> bool:
    """Whether the cure has brought the fakes to the data."""
    return seen.config.objective == "wasserstein" and seen.snapshot.emd < CURED


VANISHING_GRADIENTS = Lesson(
    title="Vanishing gradients",
    lead="The generator learns from the discriminator's slope. What if the discriminator is so sure that it has none?",
    sections=(
        Section(
            title="Where a loss is flat",
            words=(
                "The [[discriminator]] D turns a sample into a [[raw output]] $a$, and that into a probability. The "
                "[[generator]] moves its fake down the slope of its [[loss]]: its [[gradient]] is all that it knows. Where "
                "D is [[saturated]], sure that a fake is fake, the [[minimax|minimax loss]] loss is flat. The "
                "[[non-saturating|non-saturating loss]] one is steep there, and flat only where D is fooled already."
            ),
            formula=(
                r"\begin{aligned}D&=\sigma(a)=\tfrac1{1+e^{-a}}\\"
                r"\tfrac{d}{da}\log(1-D)&=-D\\\tfrac{d}{da}(-\log D)&=-(1-D)\end{aligned}"
            ),
            symbols="$a$ is D's raw output for the fake, $D$ the probability that it gives to real, $\\sigma$ the sigmoid.",
            live=FLAT_LOSS,
            prompts=(
                Prompt(
                    text=(
                        "Drag the fake to where D is surer that it is fake, until minimax has less than a hundredth of the "
                        "other slope. Which of the two still rolls?"
                    ),
                    praise=lambda reading: (
                        f"D gives it {100 * reading['probability']:.2g} %: minimax keeps a slope of {reading['minimax']:.2g} "
                        f"and hardly moves, the other has {reading['non-saturating']:.2g} and rolls on."
                    ),
                    ideas=("flat regions of BCE",),
                    done=lambda reading: reading["ratio"] > 100,
                    moves={"a": -5.0},
                ),
            ),
        ),
        Section(
            title="How far apart are they?",
            words=(
                "Reals and fakes are two bumps, $d$ apart, and D is the best there is. The curves say how hard the fakes are "
                "pulled toward the reals, in powers of ten: −2 is a hundredth. Far apart, D is flat where the fakes are: "
                "minimax feels nothing, just when it has the furthest to go. The [[Wasserstein|wasserstein loss]] loss, "
                "which you will meet soon, pulls with 1 from anywhere."
            ),
            formula=(
                r"\begin{aligned}D^*(x)&=\frac{p(x)}{p(x)+q(x)}\\"
                r"\text{minimax}&:\;d\cdot\mathbb{E}_q\,D^*\\\text{non-saturating}&:\;d\cdot\mathbb{E}_q(1-D^*)\\"
                r"\text{Wasserstein}&:\;1\end{aligned}"
            ),
            symbols=(
                "$p$ and $q$ are the densities of reals and fakes, $d$ their distance, $D^*$ the best discriminator, "
                "$\\mathbb{E}_q$ a mean over fakes."
            ),
            live=FAR_APART,
            prompts=(
                Prompt(
                    text=f"Move them apart until minimax pulls less than 1/{1 / LITTLE:.0f} of what Wasserstein does.",
                    praise=lambda reading: (
                        f"At d = {reading['d']:.1f} minimax has {reading['minimax']:.2g} left, Wasserstein "
                        f"{reading['wasserstein']:.0f}, and non-saturating {reading['non-saturating']:.1f}: it grows with d."
                    ),
                    ideas=(
                        'slider "how far apart are they?" against the generator\'s gradient for minimax, non-saturating, '
                        "Wasserstein, with the analytic curves",
                    ),
                    done=lambda reading: reading["minimax"] < LITTLE * reading["wasserstein"],
                    moves={"d": 8.0},
                ),
            ),
        ),
        Section(
            title="Watch it vanish",
            words=(
                "Here D takes five steps for each of the generator's, and learns faster. Soon every fake gets a probability "
                "of nearly 0, in the chart of D's outputs. The generator's [[signal]], on an axis of powers of ten, falls "
                "and falls. The cure swaps the loss for Wasserstein's and keeps D's slope near 1 by a "
                "[[gradient penalty]]; it also gives the generator larger steps, and D smaller ones."
            ),
            live=Game(
                EXPERIMENT,
                buttons={
                    "Cure it": EXPERIMENTS[EXPERIMENT].cure,
                    "Non-saturating": {"objective": "non-saturating"},
                },
                charts=("saturation", "signal"),
            ),
            prompts=(
                Prompt(
                    text=(
                        f"Let it play until D is 99 % sure of {100 * SURE:.0f} % of the fakes and the signal has fallen "
                        f"{FALL}-fold."
                    ),
                    praise=lambda seen: (
                        f"D is sure of {100 * seen.last('saturation_fake'):.0f} % of the fakes, and {fall(seen):,.0f} times "
                        "less reaches the generator. It no longer moves."
                    ),
                    ideas=("saturation live",),
                    done=vanished,
                    within=600,
                ),
                Prompt(
                    text='Now press "Cure it", and watch the signal come back and the fakes walk to the reals.',
                    praise=lambda seen: (
                        f"The signal is {seen.last('generator_signal'):.1f} again, and the earth mover's distance, how far "
                        f"the fakes still have to go, down to {seen.snapshot.emd:.2f}."
                    ),
                    ideas=("saturation live",),
                    done=arrived,
                    moves=EXPERIMENTS[EXPERIMENT].cure,
                    presses=("Cure it",),
                    after=450,
                    within=500,
                ),
            ),
        ),
    ),
    question=Question(
        "D tells every fake from every real without fail. What does a minimax generator learn from it?",
        (
            Answer(
                "A lot: the better the teacher, the better the pupil",
                "D knows well, but its answer is 0 at a fake and a little way around it. No slope, no hint of where to go.",
            ),
            Answer(
                "Next to nothing: where D is flat, so is the loss",
                f"Yes. At a distance of 8 its gradient is {theory.PULLS['minimax'](8.0):.1g}, while Wasserstein's is 1.",
                right=True,
            ),
            Answer(
                "The opposite: it walks away from the reals",
                "The little slope that is left still points toward the reals. It is its size that is lost.",
            ),
        ),
    ),
    sources=(
        "Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
    ),
    notes=(
        "- Seven minutes: two for each part, one for the question.\n"
        "- Ask first: should D be trained to the end before the generator moves? Most say yes.\n"
        "- Part 1: let the class name the flat place of each loss. Both have one; ask which of them hurts.\n"
        "- Part 2: the dots race, each pulled by its loss. At d = 2 all arrive; at d = 8 minimax does not leave.\n"
        '- Part 3: instead of the cure, press "Non-saturating": D is as sure as before, and the signal is back.\n'
        "- Often mixed up: the loss does not vanish, its slope does. D's own loss is near 0, and that is the trouble."
    ),
)
