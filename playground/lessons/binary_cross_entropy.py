"""What the discriminator is punished for, and where the game of two such losses comes to rest."""

import math

from playground.lessons.cross_entropy import CROSS_ENTROPY, SURE, cost
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.verify import last

LOG2 = math.log(2)
NEAR = 0.1  # of log 2 and 2 log 2, relative: the two losses are as good as at rest


def at_rest(seen: Seen) -> bool:
    """Whether both losses have come close to the equilibrium's."""
    losses = seen.snapshot.losses
    discriminator, generator = (losses[name][-50:].mean() for name in ("loss_discriminator", "loss_generator"))
    return abs(discriminator / (2 * LOG2) - 1) < NEAR and abs(generator / LOG2 - 1) < 2 * NEAR


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
            symbols="$y$ is the label, $p$ the prediction, $n$ the number of examples in the mini-batch.",
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
                    text="Now be sure, and wrong: drag the label of one of them to the other side.",
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
            title="A game of two costs",
            words=(
                "The discriminator pays for both kinds, the generator wants its fakes taken for real. When no difference "
                f"is left, D says ½ everywhere: it pays log 2 twice, {2 * LOG2:.3f} in all, and the generator {LOG2:.3f}. "
                "Watch the losses drift toward the dashed lines."
            ),
            formula=(r"\begin{aligned}L_D=&-\mathbb{E}_x\log D(x)\\&-\mathbb{E}_z\log(1-D(G(z)))\end{aligned}"),
            symbols="$x$ is a real sample, $z$ noise, $G(z)$ a fake, $D$ the discriminator, $\\mathbb{E}$ a mean.",
            live=Game(
                "two-gaussians-1d",
                {"objective": "non-saturating", "constraint": "none", "discriminator_steps": 1},
                knobs=("objective",),
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
                    within=3000,
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
    notes="Ask the class to guess the cost of .5 before you drag.",
)
