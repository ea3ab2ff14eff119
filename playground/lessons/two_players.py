"""A forger and an inspector: what each of them learns, and what noise becomes between them."""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit

from playground.config import Value
from playground.lessons.benches.forgery import FORGERY, PLACES, SHARES
from playground.lessons.benches.two_kinds import TWO_KINDS
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen

BUMPS: Mapping[str, Value] = {  # two peaks that a plain GAN finds on every seed, D calmed by a penalty
    "activation": "leaky-relu",  # units that cannot die: the game may run for long
    "spread": 0.8,
    "separation": 1.5,
    "objective": "non-saturating",
    "constraint": "r1",
    "gamma": 0.1,
    "discriminator_steps": 1,
    "discriminator_lr": 3e-3,
    "generator_lr": 1e-3,
    "beta1": 0.5,
    "beta2": 0.999,
}
AT_HOME = 4.0  # noise floors: fakes this near to the data are as good as there
UNEVEN = 0.8  # the imbalance to try
RARE = 0.5  # of imbalance, from which on one feature is rare
NEAR = 0.05  # between the rare feature's share in the data and in the fakes
SETTLED = 300  # iterations: before, shares agree by chance


def right_hand(samples: np.ndarray) -> float:
    """The share of samples on the right: of the rare feature, which is there."""
    return float(np.mean(samples[:, 0] > 0))


def rare_is_right(seen: Seen) -> bool:
    """Whether one feature is rare, and the fakes hold about as much of it as the data."""
    there, made = right_hand(seen.snapshot.real), right_hand(seen.snapshot.fake)
    settled = seen.snapshot.iteration >= SETTLED and seen.snapshot.emd < 1.5 * AT_HOME * seen.snapshot.floor
    return settled and seen.config.imbalance >= RARE and abs(there - made) < NEAR


TWO_PLAYERS = Lesson(
    title="Two players",
    lead="A GAN is a game: one network forges data, another one inspects it. Both learn from each other.",
    sections=(
        Section(
            title="Forger and inspector",
            words=(
                "Blue is real data: two bumps. The forger, called the [[generator]], turns [[noise]] into [[fakes|fake]], the "
                "orange bars. The inspector, the [[discriminator]] (violet), says for every place x how likely a [[sample]] "
                "there is real. It learns from both kinds; the forger learns from its verdicts alone."
            ),
            formula=r"z\;\longrightarrow\;G(z)\;\longrightarrow\;D(G(z))",
            symbols="$z$ is noise, $G$ the generator, $G(z)$ a fake, $D$ the discriminator: its output is between 0 and 1.",
            live=Game("two-gaussians-1d", {**BUMPS, "latent_dim": 1}, charts=("distances", "saturation")),
            prompts=(
                Prompt(
                    text=(
                        f"Watch until the fakes lie on the data: their distance comes down to less than {AT_HOME:g} times "
                        "what two sets of real samples have. In the legend, click “z → G(z)” to see where each noise goes."
                    ),
                    praise=lambda seen: (
                        f"After {seen.snapshot.iteration:,} iterations the distance is {seen.snapshot.emd:.3f} (real samples: "
                        f"{seen.snapshot.floor:.3f}), and D gives fakes {expit(seen.snapshot.d_fake).mean():.2f} on average."
                    ),
                    ideas=("the forger and the inspector",),
                    done=lambda seen: seen.snapshot.emd < AT_HOME * seen.snapshot.floor,
                    within=400,
                ),
            ),
        ),
        Section(
            title="Noise in, features out",
            words=(
                "Now you are the generator. Random numbers rain from above, and each becomes one fake. You decide where a "
                "number lands, and which numbers go to feature A and which to B. A **frequent** feature gets much of the "
                "noise, a **rare** one little."
            ),
            formula=r"P(\text{feature})=P(z\text{ that }G\text{ sends there})",
            symbols="$z$ is the noise, $G$ the [[generator]], $P$ a share of all samples.",
            live=FORGERY,
            prompts=(
                Prompt(
                    text="Forge the data: drag A and B under the blue bumps, then the border until the heights fit too.",
                    praise=lambda reading: (
                        f"Distance {reading['emd']:.2f}. The rare feature takes "
                        f"{100 * min(reading['share_a'], reading['share_b']):.0f} % of the noise; "
                        "a generator finds all this out by itself, from verdicts."
                    ),
                    ideas=("noise in, features out", "what frequent and rare features become"),
                    done=lambda reading: reading["emd"] < 0.2,
                    moves={"a": PLACES[0], "b": PLACES[1], "border": 0.85},
                ),
            ),
        ),
        Section(
            title="Two kinds of question",
            words=(
                "Cats and dogs, by weight. “Is this a cat or a dog?” is a **discriminative** question: P(Y | X). “What do dogs "
                "weigh?” is a **generative** one: P(X | Y), or P(X) for all animals. Who can answer it can make new ones. "
                "The inspector answers the first kind (Y: real or fake), the forger the second."
            ),
            formula=(
                r"\begin{aligned}P(Y\mid X)&=\frac{P(X\mid Y)\,P(Y)}{P(X)}\\P(X)&=\textstyle\sum_Y P(X\mid Y)\,P(Y)\end{aligned}"
            ),
            symbols="$X$ is what is seen (a weight $x$), $Y$ the kind, $P(Y)$ its share, $P(X\\mid Y)$ the density of one kind.",
            live=TWO_KINDS,
            prompts=(
                Prompt(
                    text="Drag your animal (on the axis) to the weight where nobody can tell: P(dog | x) = ½.",
                    praise=lambda reading: (
                        f"At {reading['x']:.1f} kg it is {reading['p_dog']:.2f}. Where fakes are like data, an inspector is at "
                        "this point everywhere."
                    ),
                    ideas=("discriminative P(Y | X)",),
                    done=lambda reading: abs(reading["p_dog"] - 0.5) < 0.04,
                    moves={"x": 7.5},
                ),
                Prompt(
                    text="Make dogs rare: let their share be a tenth or less. What becomes of P(x), and of P(dog | x)?",
                    praise=lambda reading: (
                        f"P(x | dog) is what it was, but in P(x) dogs are a small bump: {100 * reading['share']:.0f} %. And "
                        "P(dog | x) has moved to the right: an animal must be heavier to pass for a dog."
                    ),
                    ideas=("generative P(X | Y) and P(X)", "what frequent and rare features become"),
                    done=lambda reading: reading["share"] <= 0.1,
                    moves={"share": 0.1},
                ),
            ),
        ),
        Section(
            title="Frequent and rare",
            words=(
                "The [[generator]] has learned P(X) if it makes each feature as often as the data has it. Make the right bump "
                "rare. The game begins anew; at first the [[fakes|fake]] go where most of the data is, and the rare bump "
                "comes later."
            ),
            live=Game("two-gaussians-1d", BUMPS, knobs=("imbalance",), charts=("distances", "modes")),
            prompts=(
                Prompt(
                    text=f"Set the imbalance to {UNEVEN:g}, and wait until the fakes hold the rare bump's share.",
                    praise=lambda seen: (
                        f"Right of 0 lie {100 * right_hand(seen.snapshot.real):.0f} % of the data and "
                        f"{100 * right_hand(seen.snapshot.fake):.0f} % of the fakes: rare stays rare."
                    ),
                    ideas=("what frequent and rare features become", "noise in, features out"),
                    done=rare_is_right,
                    moves={"imbalance": UNEVEN},
                    within=600,
                ),
            ),
        ),
    ),
    question=Question(
        "A generator is trained on photos of which one in five shows a cat with a hat. What does it learn?",
        (
            Answer("To tell cats with hats from others", "That is P(Y | X), the inspector's kind of question."),
            Answer(
                "To turn about a fifth of its noise into cats with hats",
                f"Yes: it learns P(X), where rare features get little noise, as B got {100 * SHARES[1]:.0f} %.",
                right=True,
            ),
            Answer("To make cats with and without hats equally often", "Only if the data had as many of each."),
        ),
    ),
    sources=("Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661",),
    notes=(
        "* About fifteen minutes; the second part is the one to play in class: let one pupil be the generator.\n"
        "* Ask first: who ever sees the real data? Only the inspector. The forger gets nothing but verdicts.\n"
        "* Many take P(Y | X) and P(X | Y) for the same. Make dogs rare: one changes, the other does not.\n"
        "* In the last part, a rare bump may be empty for a while. That is a first look at lost modes."
    ),
)
