"""How far a pile is from another: the cost of moving it; beside the Jensen–Shannon divergence, and measured on samples."""

import numpy as np

from playground.lessons.benches.dirt import DIRT, DIRT_AND_HOLES
from playground.lessons.benches.drifting import DRIFTING, FARTHEST
from playground.lessons.benches.sampled_distance import SAMPLED_DISTANCE, SIZES
from playground.lessons.lesson import Answer, Lesson, Prompt, Question, Section
from playground.theory import LOG2, jensen_shannon

EQUAL = 0.02  # the EMD of piles that count as equal
STEPS = 2  # that all dirt is to go
FLAT = 0.01  # of log 2: what JS may still miss
QUIET = 0.05  # a noise floor to get under
ASIDE = 4.0  # the distance that the question asks about

PILE = "move a pile of dirt: two draggable histograms, the transport plan animated, cost = amount × distance"

EARTH_MOVERS_DISTANCE = Lesson(
    title="Earth mover's distance",
    lead="How different are two distributions? Ask how much work it is to shovel one into the other.",
    sections=(
        Section(
            title="Move a pile of dirt",
            words=(
                "The fakes are heaps of dirt, the reals are holes, and each kind counts as 1 in all. Moving dirt costs its "
                "amount times its way. A [[transport plan]] says what goes where. The cost of the cheapest plan is the "
                "[[earth mover's distance]], EMD for short. Drag heaps and holes by their dots."
            ),
            formula=(
                r"\begin{aligned}\mathrm{EMD}(p,q)=\min_{\pi}\;&\sum_{i,j}\pi_{ij}\,|i-j|\\"
                r"\textstyle\sum_j\pi_{ij}=q_i,\quad&\textstyle\sum_i\pi_{ij}=p_j\end{aligned}"
            ),
            symbols=(
                "$q_i$ is the dirt at place $i$, $p_j$ the hole at place $j$, and $\\pi_{ij}$ the amount that the plan $\\pi$ "
                "moves from $i$ to $j$."
            ),
            live=DIRT_AND_HOLES,
            prompts=(
                Prompt(
                    text="Let there be nothing to move: under each heap a hole just as large.",
                    praise=lambda reading: (
                        f"The EMD is {reading['emd']:.2f}. It is 0 when both are the same, and only then."
                    ),
                    ideas=(PILE,),
                    done=lambda reading: reading["emd"] < EQUAL,
                    moves={f"hole{i}": -each for i, each in enumerate(DIRT, 1)},
                ),
                Prompt(
                    text=f"Now make every grain go exactly {STEPS} steps. What does it cost?",
                    praise=lambda reading: (
                        f"Amount 1 × {STEPS} steps = {reading['cost']:.2f}: the EMD is how far the dirt goes on average."
                    ),
                    ideas=(PILE,),
                    done=lambda reading: reading["shortest"] == reading["longest"] == STEPS,
                    moves={"dirt5": 0, "dirt6": 0}
                    | {f"hole{i}": {3: -4, 4: -2}.get(i, 0) for i in range(1, len(DIRT) + 1)},
                ),
                Prompt(
                    text="Choose the wasteful plan, with heaps and holes whose dirt crosses on its way.",
                    praise=lambda reading: (
                        f"The same heaps and holes, but {reading['cost']:.2f} instead of {reading['emd']:.2f}. Only the "
                        "cheapest plan's cost is the distance."
                    ),
                    ideas=(PILE,),
                    done=lambda reading: reading["cost"] > reading["emd"] + EQUAL,
                    moves={"plan": 1},
                ),
            ),
        ),
        Section(
            title="Two bumps drift apart",
            words=(
                "A second way to compare is the [[Jensen–Shannon divergence]], JS: it asks how well samples can be told "
                "apart. Once the bumps hardly overlap, one can always tell, and JS stands still at log 2. The EMD also "
                "says how far they are. A generator that follows it knows the way, even from afar."
            ),
            formula=(
                r"\begin{aligned}\mathrm{JS}&=\tfrac12\mathbb{E}_p\log\tfrac{2p}{p+q}+\tfrac12\mathbb{E}_q\log"
                r"\tfrac{2q}{p+q}\\&\le\log2\\\mathrm{EMD}&=d\end{aligned}"
            ),
            symbols=(
                "$p$ and $q$ are the densities of reals and fakes, $\\mathbb{E}_p$ is a mean over reals, and $d$ how far the "
                "bumps are apart."
            ),
            live=DRIFTING,
            prompts=(
                Prompt(
                    text=f"Push the fakes away until JS is within {100 * FLAT:.0f} % of log 2. What would one more step change?",
                    praise=lambda reading: (
                        f"JS would gain {reading['js_gain']:.1g}, the EMD {reading['emd_gain']:.0f}: as much as anywhere."
                    ),
                    ideas=("two bumps drifting apart: JS flattens at log 2, EMD keeps growing",),
                    done=lambda reading: reading["missing"] < FLAT,
                    moves={"d": 6.5},
                ),
            ),
        ),
        Section(
            title="Exact against sampled",
            words=(
                "A real distribution is only known by samples, and chance makes two of them differ. So the EMD of samples is "
                "not the exact one, and with few of them far too large. Between two samples of the same distribution it is "
                "not 0 either: that is its [[noise floor]]. No generator gets under it but by luck, so every EMD of this "
                "course is drawn beside its floor."
            ),
            formula=r"\mathrm{EMD}(\hat p_n,\hat p_n')\;\approx\;\frac{C}{\sqrt n}",
            symbols=(
                "$\\hat p_n$ and $\\hat p_n'$ are two samples of size $n$ from one distribution on a line, and $C$ is a number "
                "that depends on it: the wider, the larger."
            ),
            live=SAMPLED_DISTANCE,
            prompts=(
                Prompt(
                    text=f"Set the shift to 0, so that both are alike. How many samples bring the noise floor below {QUIET:g}?",
                    praise=lambda reading: (
                        f"With {reading['size']:.0f} samples it is {reading['floor']:.3f}. {SIZES[-1] // SIZES[-2]} times as "
                        f"many samples make it {np.sqrt(SIZES[-1] / SIZES[-2]):.0f} times as small."
                    ),
                    ideas=("exact against sampled, and the noise floor",),
                    done=lambda reading: reading["exact"] == 0 and reading["floor"] < QUIET,
                    moves={"shift": 0, "n": SIZES.index(4096)},
                ),
            ),
        ),
    ),
    question=Question(
        f"Two bumps of width 1 are {ASIDE:g} apart. They drift apart, to {2 * ASIDE:g}. What happens?",
        (
            Answer(
                "JS and EMD both double",
                f"Only the EMD doubles. JS goes from {jensen_shannon(ASIDE):.3f} to {jensen_shannon(2 * ASIDE):.3f}: it can "
                f"never be more than log 2 = {LOG2:.3f}.",
            ),
            Answer(
                "The EMD doubles, JS hardly changes",
                f"Yes. The dirt goes {2 * ASIDE:g} instead of {ASIDE:g}, but the bumps could be told apart before, so JS "
                f"only goes from {jensen_shannon(ASIDE):.3f} to {jensen_shannon(2 * ASIDE):.3f}.",
                right=True,
            ),
            Answer(
                "Neither changes: they did not overlap before either",
                "That is nearly so for JS. The EMD asks how far the dirt has to go, and that has doubled.",
            ),
        ),
    ),
    sources=(
        "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
        "Del Barrio et al. 1999, https://doi.org/10.1214/aop/1022677394",
    ),
    notes=(
        "- Eight minutes: four for the dirt, two for each of the others.\n"
        "- Part 1: before the first drag, let the class guess the cost of the start, then add up amount × distance.\n"
        "- The wasteful plan only costs more if ways of dirt can cross in opposite directions: if all of it goes right, all "
        "plans cost the same. A good riddle.\n"
        f"- Part 2: hands off, watch it drift to {FARTHEST:g}. When does JS stop telling you anything?\n"
        "- Part 3: a small shift and few samples: the measured EMD is several times the exact. Is that generator bad?\n"
        "- Often mixed up: a smaller EMD than another's means nothing if both lie near the floor."
    ),
)
