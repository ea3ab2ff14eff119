"""What the discriminator is punished for, and where the game of two such losses comes to rest."""

import math

from playground.lessons.benches.cross_entropy import CROSS_ENTROPY, SURE, cost
from playground.lessons.benches.generator_costs import GENERATOR_COSTS
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.verify import last

LOG2 = math.log(2)
NEAR = 0.05  # of 2 log 2, and twice that of log 2, relative: the two losses are as good as at rest
EARLIEST = 400  # iterations: an untrained D says ½ too


def at_rest(seen: Seen) -> bool:
    """Whether both losses have come close to the equilibrium's, after they have been elsewhere."""
    losses = seen.snapshot.losses
    discriminator, generator = (losses[name][-100:].mean() for name in ("loss_discriminator", "loss_generator"))
    near = abs(discriminator / (2 * LOG2) - 1) < NEAR and abs(generator / LOG2 - 1) < 2 * NEAR
    return bool(near and seen.snapshot.iteration >= EARLIEST)


BINARY_CROSS_ENTROPY = Lesson(
    title="Binary cross-entropy",
    lead="A discriminator gives each sample a probability of being real. Here is what a wrong one costs.",
    sections=(
        Section(
            title="The cost of one example",
            words=(
                "Each column is one example. Its **label** is 1 if it is real and 0 if it is fake; D's **prediction** is "
                "the probability that it gives to real. The bar is the cost. Drag the dots."
            ),
            formula=(
                r"\begin{aligned}\ell(p,y)&=-y\log p-(1-y)\log(1-p)\\"
                r"L&=\tfrac1n\textstyle\sum_{i=1}^{n}\ell(p_i,y_i)\end{aligned}"
            ),
            symbols=(
                "$y$ is the label, $p$ the prediction, $\\ell$ the cost of one example, $L$ the mean over the $n$ examples "
                "of the mini-batch."
            ),
            live=CROSS_ENTROPY,
            prompts=(
                Prompt(
                    text="Be right everywhere: drag each prediction to its label.",
                    praise=lambda reading: f"All right, and the mean cost is {reading['mean']:.3f}: near 0.",
                    ideas=("cost near 0 when right", "mini-batch mean of n = 5, draggable predictions and labels"),
                    done=lambda reading: reading["mean"] < 0.05,
                    moves={"p1": SURE, "p2": SURE, "p3": SURE, "p4": 1 - SURE, "p5": 1 - SURE},
                ),
                Prompt(
                    text="Now be sure, and wrong: drag one prediction all the way to 0 or 1, and its label to the other side.",
                    praise=lambda reading: (
                        f"One example alone costs {reading['worst']:.2f}. At {SURE:g} it is {cost(1 - SURE, 1):.2f}, closer "
                        "to 1 it grows without bound."
                    ),
                    ideas=("unbounded when wrong",),
                    done=lambda reading: reading["worst"] > 4,
                    moves={"p1": SURE, "y1": 0},
                ),
            ),
        ),
        Section(
            title="What the generator pays",
            words=(
                "The generator pays too, when D sees through its fakes. The first idea was the exact opposite of D's cost: "
                "**minimax**. Where D is sure that a fake is fake, it hardly pulls; the **non-saturating** cost pulls "
                "most there. "
                "Pulls are per unit of D's [[raw output]], before it becomes a probability. Drag the fake along."
            ),
            formula=(
                r"\begin{aligned}\text{minimax: }&\log(1-D(G(z)))\\"
                r"\text{non-saturating: }&-\log D(G(z))\end{aligned}"
            ),
            symbols="$G(z)$ is a fake, made by the generator $G$ from noise $z$; $D(G(z))$ is the probability that D gives it.",
            live=GENERATOR_COSTS,
            prompts=(
                Prompt(
                    text="Make D sure that this is a fake: drag D(G(z)) down to the left edge.",
                    praise=lambda reading: (
                        f"Minimax pulls with {reading['pull_minimax']:.2f} only, non-saturating with "
                        f"{reading['pull_non_saturating']:.2f}: the same wish, and yet a way to learn."
                    ),
                    ideas=("minimax against non-saturating generator loss",),
                    done=lambda reading: reading["d"] <= 0.03,
                    moves={"d": 0.01},
                ),
            ),
        ),
        Section(
            title="A game of two costs",
            words=(
                "The discriminator pays for both kinds, the generator wants its fakes taken for real. When no difference "
                f"is left, D says ½ everywhere: it pays log 2 twice, {2 * LOG2:.3f} in all, and the generator, by the "
                f"non-saturating cost, {LOG2:.3f}. "
                "A penalty keeps D calm in this game; the lesson on stability tells why. Watch both losses."
            ),
            formula=(r"\begin{aligned}L_D=&-\mathbb{E}_x\log D(x)\\&-\mathbb{E}_z\log(1-D(G(z)))\end{aligned}"),
            symbols="$x$ is a real sample, $z$ noise, $G(z)$ a fake, $D$ the discriminator, $\\mathbb{E}$ a mean.",
            live=Game(
                "two-gaussians-1d",
                {
                    "objective": "non-saturating",
                    "constraint": "r1",
                    "gamma": 0.3,
                    "discriminator_steps": 1,
                    "generator_lr": 1e-3,
                },
                charts=("losses", "saturation"),
            ),
            prompts=(
                Prompt(
                    text="Let it play until both losses lie near their dashed lines.",
                    praise=lambda seen: (
                        f"After {seen.snapshot.iteration:,} iterations D pays "
                        f"{last(seen.snapshot.losses['loss_discriminator']):.3f}, near 2 log 2 = {2 * LOG2:.3f}."
                    ),
                    ideas=("real term and fake term", "equilibrium at D = ½, log 2 and 2 log 2"),
                    done=at_rest,
                    within=800,
                ),
            ),
        ),
    ),
    question=Question(
        "A discriminator says ½ to every sample. What is its mean cost per example?",
        (
            Answer("0, for it is never wrong", "It is never sure either: ½ for a real one costs −log ½."),
            Answer("log 2", "Yes. Each example costs −log ½ = log 2, real or fake.", right=True),
            Answer("It grows without bound", "Only a sure and wrong answer does that; ½ is neither."),
        ),
    ),
    sources=("Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661",),
    notes=(
        "* About ten minutes. Let the class guess the cost of ½ before anybody drags.\n"
        "* Ask why being sure is a risk: one sure mistake can cost more than all the rest.\n"
        "* Many mix up the two generator's costs: both fall as D is fooled, only their slopes differ.\n"
        "* In the game, the losses do not go to 0. That is the point: they rest where nobody can tell."
    ),
)
