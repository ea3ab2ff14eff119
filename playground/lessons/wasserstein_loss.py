"""From cross-entropy to a critic's plain score, both side by side, and in what they differ."""

from playground.lessons.benches.plain_score import LOG, PLAIN, PLAIN_SCORE, REACH
from playground.lessons.benches.two_verdicts import FARTHEST, REAL, TWO_VERDICTS, measured
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.objectives import OBJECTIVES, Objective
from playground.theory import LOG2

BCE, WASSERSTEIN = OBJECTIVES["minimax"], OBJECTIVES["wasserstein"]
SHARED = {  # by both of the pair: an eager discriminator, data far apart
    "separation": 6.0,
    "discriminator_steps": 5,
    "discriminator_lr": 3e-3,
    "generator_lr": 1e-4,
    "beta1": 0.5,
    "beta2": 0.999,  # Adam remembers the first gradients, and so does not scale vanished ones up
}
AHEAD = 0.5  # of the other's EMD: as far as the Wasserstein game is to come
FAR = measured(FARTHEST)


def ahead(seen: Seen) -> bool:
    """Whether the second game's fakes are much nearer to the data than the first's."""
    return seen.others[0].emd < AHEAD * seen.snapshot.emd


def compared(seen: Seen) -> str:
    """Both games in numbers."""
    bce, critic = seen.snapshot, seen.others[0]
    signals = bce.last("generator_signal"), critic.last("generator_signal")
    return (
        f"EMD to the data: {bce.emd:.2f} under BCE, {critic.emd:.2f} under Wasserstein. A fake's gradient: {signals[0]:.1e} "
        f"against {signals[1]:.1f}."
    )


def broken(objective: Objective) -> str:
    """The discriminator's loss over two lines of a table's cell."""
    first, _, second = objective.discriminator_latex.partition("]-")
    return f"${first}]$<br>$-{second}$"


TABLE = f"""
| | [[discriminator]] | [[critic]] |
| --- | --- | --- |
| last layer | [[sigmoid]] | linear |
| output | 0 to 1: probability | any number: score |
| its loss | {broken(BCE)} | {broken(WASSERSTEIN)} |
| measures | [[JS]], at most log 2 = {LOG2:.3f} | [[Wasserstein distance]], no ceiling |
| pull at distance {FARTHEST:g} | {FAR["pull_bce"]:.4f}: [[saturated]] | {FAR["pull_critic"]:.0f}: the same anywhere |
"""

WASSERSTEIN_LOSS = Lesson(
    title="Wasserstein loss",
    lead="Take logarithm and sigmoid out of the game, and a judge of probabilities becomes a critic who keeps a score.",
    sections=(
        Section(
            title="From log to a plain score",
            words=(
                "The last layer of a [[discriminator]] gives a raw output $d$, any number. [[Cross-entropy]] squeezes it into a "
                "probability by the [[sigmoid]] $\\sigma$, then takes the log: blue for a real sample, orange for a fake. Where "
                "the orange curve is flat, the [[generator]] learns nothing. The [[Wasserstein loss]] takes the raw output of a "
                "[[linear]] layer as it is: the score of a [[critic]]."
            ),
            formula=(
                r"\begin{aligned}&\mathbb{E}_x\log\sigma(d(x))+\mathbb{E}_z\log(1-\sigma(d(G(z))))\\"
                r"\longrightarrow\;&\mathbb{E}_x\,c(x)-\mathbb{E}_z\,c(G(z))\end{aligned}"
            ),
            symbols=(
                "$x$ is a real sample, $G(z)$ a fake made of noise $z$, $\\mathbb{E}$ a mean over samples, $c$ the critic: $d$ "
                "without sigmoid and log."
            ),
            live=PLAIN_SCORE,
            prompts=(
                Prompt(
                    text=f"Make D sure of the fake: drag the orange dot to the left, toward −{REACH:g}. How steep is its curve?",
                    praise=lambda reading: (
                        f"At d = {reading['d_fake']:g} the slope is {reading['pull']:.4f}: the surer D is, the less G learns."
                    ),
                    ideas=("the log of a sigmoid is flat where D is sure of a fake",),
                    done=lambda reading: reading["step"] == LOG and reading["pull"] < 0.01,
                    moves={"d_fake": -REACH},
                ),
                Prompt(
                    text="Now leave log and sigmoid out: choose “neither”, with the orange dot still far on the left.",
                    praise=lambda reading: (
                        f"The slope is {reading['pull']:.0f}, here and everywhere. The sum is now c(x) − c(G(z)) = "
                        f"{reading['value']:g}, with no bounds."
                    ),
                    ideas=(
                        "from BCE to E[c(x)] − E[c(G(z))]: no logs, no sigmoid, a linear last layer",
                        "a critic, not a discriminator: its score has no bounds",
                    ),
                    done=lambda reading: reading["step"] == PLAIN and reading["d_fake"] <= 1 - REACH,
                    moves={"step": PLAIN, "d_fake": -REACH},
                ),
            ),
        ),
        Section(
            title="Side by side",
            words=(
                "Two games with the same data, first weights and learning rates. Only the loss differs; to keep its slope "
                "near 1, the [[critic]] also has a [[gradient penalty]], the next lesson's theme. Both are a tug of war: the "
                "judge makes its sum large, the [[generator]] makes it small. Watch which fakes travel to the blue bumps."
            ),
            formula=(
                r"\begin{aligned}&\min_G\max_D\;\mathbb{E}_x\log D(x)\\&\qquad+\mathbb{E}_z\log(1-D(G(z)))\\"
                r"&\min_G\max_c\;\mathbb{E}_x\,c(x)-\mathbb{E}_z\,c(G(z))\end{aligned}"
            ),
            symbols="$D = \\sigma(d)$ is the probability of being real, $c$ the critic's score, of slope 1 at most.",
            live=(
                Game(
                    "vanishing-gradient-1d",
                    {**SHARED, "objective": "minimax", "constraint": "none"},
                    knobs=("separation",),
                    charts=("signal", "distances"),
                    title="BCE",
                ),
                Game(
                    "vanishing-gradient-1d",
                    {**SHARED, "objective": "wasserstein", "constraint": "gradient-penalty", "penalty": 0.1},
                    charts=("signal", "distances"),
                    title="Wasserstein",
                ),
            ),
            prompts=(
                Prompt(
                    text="Let both play until the right game's distance to the data (EMD) is under half of the left one's.",
                    praise=compared,
                    ideas=("side by side from the same start", "a min–max game for both"),
                    done=ahead,
                    within=400,
                ),
            ),
        ),
        Section(
            title="The differences",
            words=(
                "Two bells on a line, and the best possible judges of both kinds. The violet line is a probability: a step, flat "
                "on either side. The green one is a score: as steep under far fakes as under near ones.\n" + TABLE
            ),
            live=TWO_VERDICTS,
            prompts=(
                Prompt(
                    text=f"Drag the fakes as far away as they go. What do the two measure at distance {FARTHEST:g}?",
                    praise=lambda reading: (
                        f"JS is {reading['js']:.3f} and can rise no more: D's pull on the fakes is "
                        f"{reading['pull_bce']:.4f}. The distance is "
                        f"{reading['wasserstein']:g}, and the critic's pull still {reading['pull_critic']:g}."
                    ),
                    ideas=("table of the differences: range of outputs, loss, what it measures, when it saturates",),
                    done=lambda reading: reading["distance"] >= FARTHEST - 0.5,
                    moves={"fake": REAL - FARTHEST},
                ),
            ),
        ),
    ),
    question=Question(
        "A critic gives a fake the score −40. What does that say?",
        (
            Answer(
                "That it is real with probability 0",
                "A score is no probability: there is no sigmoid that makes it one.",
            ),
            Answer(
                "Only that this critic prefers samples with higher scores",
                "Yes. Add a constant to all scores and the loss stays as it is: only differences count.",
                right=True,
            ),
            Answer(
                "That the loss is broken, for it must lie in 0 to 1",
                "A linear last layer may give any number, also −40.",
            ),
        ),
    ),
    sources=(
        "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
    ),
    notes=(
        "* 10 minutes. Begin with the bench: let the class guess the slope before you drag the orange dot.\n"
        "* Ask: what if we take away only the log? (“sigmoid only”: flat at both ends, so it is the sigmoid that saturates.)\n"
        "* Side by side, the left game may wake up after thousands of iterations: Adam scales even a tiny gradient up.\n"
        "* Often misread: a critic's loss is no distance yet. It is one only if the critic is 1-Lipschitz, the next lesson."
    ),
)
