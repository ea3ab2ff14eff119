"""Whether two players who answer each other come to rest: the smallest GAN there is, by hand and live."""

import math

import numpy as np

from playground.dirac import Rules, circling, step_jacobian
from playground.lessons.benches.dirac_plane import AT_REST, DIRAC_PLANE, NAMES, STEPS, signed
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen

STEP = DIRAC_PLANE.start["step"]
GROWTH = float(np.abs(np.linalg.eigvals(step_jacobian("minimax", Rules(step=STEP)))).max())
TURN = circling(Rules())[0].imag  # of minimax
RECENT = 5000  # iterations over which the swing of D is looked at
CALM = 0.2  # of D's output on the fakes: as good as at rest
CURE = {"constraint": "r1", "gamma": 1.0}


def swing(seen: Seen) -> float:
    """Largest minus smallest mean output of D on the fakes, in the last iterations."""
    losses = seen.snapshot.losses
    recent = losses["d_fake"][losses["iteration"] > seen.snapshot.iteration - RECENT]
    return float(np.ptp(recent)) if seen.snapshot.iteration > RECENT else math.inf


def plays(name: str) -> int:
    """The number of a method among the choices."""
    return NAMES.index(name)


STABILITY = Lesson(
    title="Stability",
    lead=(
        "Two players who answer each other may circle for ever instead of coming to rest. Here is the smallest game "
        "that shows when, and what helps."
    ),
    sections=(
        Section(
            title="Two numbers",
            words=(
                "All real data is the point 0. The [[generator]] makes one point, θ; the [[discriminator]] is a line of slope ψ, "
                "high where it calls a point fake. Arrows show where both are pushed, the orbit what they do: drag its "
                "start. Near rest, at 0 and 0, the "
                "[[eigenvalues|eigenvalue]] of the force tell all: a real part below 0 pulls inward, an imaginary part turns. "
                "This smallest of all games is the [[Dirac-GAN]]."
            ),
            formula=(
                r"\begin{aligned}(\theta,\psi)&\leftarrow(\theta,\psi)+h\,v(\theta,\psi)\\"
                r"v&=(-\psi f'(\psi\theta),\ \theta f'(\psi\theta)-\gamma\psi)\\"
                r"\lambda&=-\tfrac{\gamma}{2}\pm\sqrt{\tfrac{\gamma^2}{4}-\tfrac14}\end{aligned}"
            ),
            symbols=(
                "$v$ is the force, $h$ the step size, $f(t)=-\\log(1+e^{-t})$, $f'$ its slope, $\\lambda$ the "
                "eigenvalues, and $\\gamma$ the weight of the penalty [[R1]]: 0 is minimax. Where both move at once, the radius "
                "shrinks if $|1+h\\lambda|<1$."
            ),
            live=DIRAC_PLANE,
            prompts=(
                Prompt(
                    text="Minimax spirals outward. Halve its step size, or take an even smaller one: does it come to rest?",
                    praise=lambda reading: (
                        f"No: each step still multiplies the radius by {reading['factor']:.4f}, where it was "
                        f"{GROWTH:.4f}. Without a pull inward every step is too long."
                    ),
                    ideas=("Dirac-GAN: two numbers, a vector field, orbits", "sliders for step size, penalty, noise"),
                    done=lambda reading: (
                        reading["method"] == plays("minimax")
                        and reading["moves"] == 0
                        and reading["step"] <= STEP / 2 + 1e-9
                    ),
                    moves={"step": STEP / 2},
                ),
                Prompt(
                    text=f"Choose a method that comes to rest: a radius below {AT_REST:g} after {STEPS} steps.",
                    praise=lambda reading: (
                        f"The real part of its eigenvalues is {signed(reading['real'])}, below 0: a pull inward. Radius now: "
                        f"{reading['radius']:.1g}."
                    ),
                    ideas=("which methods converge and why (eigenvalues)",),
                    done=lambda reading: reading["radius"] < AT_REST and reading["real"] < 0,
                    moves={"method": plays("r1")},
                ),
                Prompt(
                    text="Take R1, let both move at once, and find the γ with which it comes to rest fastest.",
                    praise=lambda reading: (
                        f"γ = {reading['penalty']:g}: a step multiplies the radius by {reading['factor']:.3f}. Less "
                        "and it still circles, more and ψ is held too near to 0 to lead θ home quickly."
                    ),
                    ideas=("which methods converge and why (eigenvalues)", "sliders for step size, penalty, noise"),
                    done=lambda reading: (
                        reading["method"] == plays("r1")
                        and reading["moves"] == 0
                        and abs(reading["penalty"] - 1) < 0.06
                    ),
                    moves={"method": plays("r1"), "penalty": 1.0},
                ),
                Prompt(
                    text="Take the method [[Noise|instance noise]], which blurs what D sees, and turn its σ down to 0.",
                    praise=lambda reading: (
                        f"The real part is {abs(reading['real']):.2f} again and the radius {reading['radius']:.2g}: "
                        "minimax is back. The noise was the whole cure."
                    ),
                    ideas=("which methods converge and why (eigenvalues)", "sliders for step size, penalty, noise"),
                    done=lambda reading: reading["method"] == plays("instance-noise") and reading["noise"] < 0.03,
                    moves={"method": plays("instance-noise"), "noise": 0.0},
                ),
            ),
        ),
        Section(
            title="The same, trained",
            words=(
                "A real game with such players: both are linear, the data is a narrow peak, the loss is "
                "Wasserstein's. The line of D tips to and fro, and the fakes run after it. Let it swing a few times, "
                "then add the penalty R1 with the button."
            ),
            live=Game(
                "dirac-gan",
                {"discriminator_lr": 1e-3, "generator_lr": 1e-3},  # slow enough to be seen swinging
                buttons={"Cure it": CURE},
                charts=("losses", "distances"),
            ),
            prompts=(
                Prompt(
                    text="Cure it with the button, and let both players come to rest: flat losses.",
                    praise=lambda seen: (
                        f"In the last {RECENT:,} iterations D's output on the fakes moved by {swing(seen):.2f} only: "
                        "both players rest."
                    ),
                    ideas=("which methods converge and why (eigenvalues)",),
                    done=lambda seen: seen.config.constraint == "r1" and swing(seen) < CALM,
                    presses=("Cure it",),
                    moves=CURE,
                    after=1000,
                    within=25000,
                ),
            ),
        ),
    ),
    question=Question(
        f"The eigenvalues at rest are ±{TURN:g}i. What do small steps of both players at once do?",
        (
            Answer(
                "They come to rest, slowly", "For that the real part must be below 0: something has to pull inward."
            ),
            Answer(
                "They stay on a circle", "Only steps of length 0 would: each straight step leaves the circle outward."
            ),
            Answer("They spiral outward", "Yes. |1 + hλ| = √(1 + h²/4) is above 1 for every h.", right=True),
        ),
    ),
    sources=(
        "Mescheder et al. 2018, https://arxiv.org/abs/1801.04406",
        "Mescheder et al. 2017, https://arxiv.org/abs/1705.10461",
        "Sønderby et al. 2016, https://arxiv.org/abs/1610.04490",
    ),
    notes=(
        "- Ten minutes. Begin with minimax, and ask what a smaller step will do before you halve it.\n"
        "- Go through the methods and let the class guess each orbit; WGAN-GP surprises most.\n"
        "- The players of all other games here move in turns, D first: then minimax only circles. Switch to it and "
        "show the factor become 1.\n"
        "- Often got wrong: that any penalty helps. WGAN-GP's asks for slope 1 where rest needs 0.\n"
        "- Part 2: the losses swing with D; after the cure they lie still."
    ),
)
