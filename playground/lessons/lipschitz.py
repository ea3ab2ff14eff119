"""The 1-Lipschitz condition: a cone at every point, what clipping does for it, and two better ways."""

from playground.constraints import CONSTRAINTS
from playground.experiments.settings import WGAN_GP
from playground.lessons.benches.cones import CONES, DRAWN, SQUARE, TOLERANCE
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen

PENALTY = 1.0  # λ of the live critic
LEVEL = 0.3  # how near to 1 the mean slope is to come under the gradient penalty
PILED, VANISHES, EXPLODES = 0.7, -0.5, 0.05  # share of weights at ±c; decades a layer
SMALL, LARGE = 0.01, 0.3  # clip bounds
LAYERS = 8
CLIPPED = {
    "constraint": "clip",
    "optimiser": "rmsprop",
    "discriminator_depth": LAYERS,
    "discriminator_width": 32,
    "batch_size": 32,
}


def clipped_away(seen: Seen) -> bool:
    """Whether the small bound has piled the weights up and lost the gradient, and the large one blown it up."""
    large = seen.others[0].last("layer_growth")
    return seen.last("clipped") > PILED and seen.last("layer_growth") < VANISHES and large > EXPLODES


def growths(seen: Seen) -> str:
    """Both games in numbers."""
    small, large = seen.last("layer_growth"), seen.others[0].last("layer_growth")
    return (
        f"At c = {SMALL:g}, {seen.last('clipped'):.0%} of the weights sit at ±c, and each layer toward the input shrinks the "
        f"gradient to {10**small:.2f} of it. At c = {LARGE:g} each multiplies it by {10**large:.1f}."
    )


def constrained(seen: Seen, name: str) -> bool:
    """Whether the critic has trained under this constraint and been measured since."""
    return seen.config.constraint == name and seen.snapshot.metrics["iteration"][-1] > 0


LIPSCHITZ = Lesson(
    title="The 1-Lipschitz condition",
    lead=(
        "What a [[critic]] measures is a distance only if its score changes by at most 1 for each step of 1. Three ways to hold "
        "it to that."
    ),
    sections=(
        Section(
            title="A cone at every point",
            words=(
                "Draw a double cone at a point of a curve, its edges of slope +1 and −1. The curve is [[1-Lipschitz]] if it "
                "stays inside the cone of each of its points: no jumps, no faster growth than its input's. A kink is allowed. "
                "Drag the point; pink is what breaks out. The short stroke that drifts is pink where the [[slope]] is beyond ±1."
            ),
            formula=r"|c(x)-c(y)|\le\lVert x-y\rVert\quad\text{for all }x,y",
            symbols="$c$ is the curve or [[critic]], $x$ and $y$ any two inputs, $\\lVert x-y\\rVert$ how far they are apart.",
            live=CONES,
            prompts=(
                Prompt(
                    text="Slide the point along x² to where the curve is steeper than the cone's edge. Try sin x and |x| too.",
                    praise=lambda reading: (
                        f"Slope {reading['slope']:+.1f} breaks the cone of ±1. On the whole interval x² reaches "
                        f"{reading['steepest']:g}; sin x and |x| never pass 1."
                    ),
                    ideas=(
                        "slide a point along x², sin x, |x|: cones of slope ±1, and where the slope breaks them",
                        "continuity and bounded growth",
                    ),
                    done=lambda reading: reading["curve"] == SQUARE and abs(reading["slope"]) > 1 + TOLERANCE,
                    moves={"x": 1.0},
                ),
                Prompt(
                    text="Choose “drawn” and tame it: drag its violet knots until no piece is steeper than 1.",
                    praise=lambda reading: (
                        f"Steepest slope {reading['steepest']:.2f}: no point's cone catches it any more."
                    ),
                    ideas=("the condition on a drawn curve",),
                    done=lambda reading: reading["curve"] == DRAWN and reading["steepest"] <= 1 + TOLERANCE,
                    moves={"curve": DRAWN, "y2": 1.25},
                ),
            ),
        ),
        Section(
            title="Weight clipping",
            words=(
                f"The first way, [[weight clipping]]: after each change cut each weight of the [[critic]] to −c … c. Two critics "
                f"of {LAYERS} layers start alike; only c differs. With a small c most weights pile up at ±c, where they carry a "
                "sign and no more: much of what the critic could draw is lost. And from layer to layer its [[gradient]] fades "
                "away; with a large c it explodes."
            ),
            formula=CONSTRAINTS["clip"].latex,
            symbols="$w$ is a weight of the critic, $c$ the bound.",
            live=(
                Game(
                    "deep-critic",
                    {**CLIPPED, "clip": SMALL},
                    buttons={"Both: gradient penalty": {**WGAN_GP, "seed": 1}},
                    charts=("layers", "weights"),
                    title=f"c = {SMALL:g}",
                ),
                Game("deep-critic", {**CLIPPED, "clip": LARGE}, charts=("layers", "weights"), title=f"c = {LARGE:g}"),
            ),
            prompts=(
                Prompt(
                    text=(
                        "Let both play until the weights on the left have piled up and the two curves of layers lean to "
                        "opposite sides. Then try the button."
                    ),
                    praise=growths,
                    ideas=(
                        "weight clipping: weights pile up at ±c, capacity is lost",
                        "gradients vanish or explode with depth under clipping",
                    ),
                    done=clipped_away,
                    within=500,
                ),
            ),
        ),
        Section(
            title="Two better ways",
            words=(
                "This critic has no constraint yet: its slope grows without end, and its score means nothing. A "
                "[[gradient penalty]] takes points $\\hat x$ between a real and a fake sample and charges for a slope other than "
                "1 there. [[Spectral normalisation]] divides the weights of each layer by the most that they can stretch "
                "anything, so no slope is above 1."
            ),
            formula=(
                r"\begin{aligned}\hat x&=\epsilon x+(1-\epsilon)\,G(z),\quad\epsilon\sim U(0,1)\\"
                r"\text{cost}&=\lambda\,\mathbb{E}_{\hat x}(\lVert\nabla c(\hat x)\rVert-1)^2\\"
                + CONSTRAINTS["spectral-norm"].latex.replace(r"\mapsto", r"&\mapsto")
                + r"\end{aligned}"
            ),
            symbols=(
                "$\\epsilon$ is a random share, $\\nabla c$ the critic's slope, $\\lambda$ the penalty's weight, $W$ a layer's "
                "weights and $\\sigma_{\\max}$ the most by which they stretch an input."
            ),
            live=Game(
                "two-gaussians-1d",
                {"constraint": "none", "penalty": PENALTY},
                buttons={
                    "Gradient penalty": {"constraint": "gradient-penalty", "seed": 1},
                    "Spectral norm": {"constraint": "spectral-norm", "seed": 2},
                    "No constraint": {"constraint": "none", "seed": 0},
                },
                charts=("slopes", "distances"),
            ),
            prompts=(
                Prompt(
                    text="The critic's slope has run away. Start over with the gradient penalty and watch it settle near 1.",
                    praise=lambda seen: f"Mean slope {seen.last('slope_mean'):.2f} between real and fake samples.",
                    ideas=("a live critic", "gradient penalty: at points in between, the slope's norm is drawn to 1"),
                    done=lambda seen: (
                        constrained(seen, "gradient-penalty") and abs(seen.last("slope_mean") - 1) < LEVEL
                    ),
                    moves={"constraint": "gradient-penalty"},
                    presses=("Gradient penalty",),
                    within=400,
                ),
                Prompt(
                    text="Now the third way: start over with spectral norm. Does any slope pass 1?",
                    praise=lambda seen: (
                        f"No: 95 % of the slopes are below {seen.last('slope_high'):.2f}, and no weight was cut. It is a bound, "
                        "not an aim, so most slopes are well below 1."
                    ),
                    ideas=("spectral normalisation as a third way",),
                    done=lambda seen: constrained(seen, "spectral-norm") and seen.last("slope_high") <= 1,
                    moves={"constraint": "spectral-norm"},
                    presses=("Spectral norm",),
                    within=400,
                ),
            ),
        ),
    ),
    question=Question(
        "Which of these curves is 1-Lipschitz on the whole line?",
        (
            Answer("x², for it is smooth", "Smooth is not enough: from x = ½ on its slope 2x is above 1."),
            Answer("|x|, kink and all", "Yes. Its slope is never beyond ±1, and a kink is no jump.", right=True),
            Answer("A step from 0 to 1", "A jump grows by 1 over no distance at all: no cone holds it."),
        ),
    ),
    sources=(
        "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
        "Miyato et al. 2018, https://arxiv.org/abs/1802.05957",
    ),
    notes=(
        "* 12 minutes. Begin with x²: let the class say where the slope passes 1 before you slide the point there.\n"
        "* Ask: may a 1-Lipschitz curve have a kink? (|x|.) A jump? (No.)\n"
        "* Under clipping, read the layers' chart from left (output) to right (input). “Gradient penalty” starts both afresh.\n"
        "* Often misread: the penalty looks only between real and fake samples. Elsewhere the slope is free.\n"
        "* λ small against the distance lets the slope settle above 1: gain and penalty balance there."
    ),
)
