"""One iteration, player by player: who sees what, whose weights move, and what it does to hold one still."""

from scipy.special import expit

from playground.lessons.benches.turns import TURNS
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.lessons.two_players import BUMPS

PLAIN = {**BUMPS, "constraint": "none", "latent_dim": 1, "discriminator_lr": 1e-3}
HASTY = {  # k matters: D learns slowly
    "modes": 4,
    "spread": 0.15,
    "batch_size": 64,
    "discriminator_lr": 1e-4,
    "generator_lr": 1e-3,
}
EARLIEST = 50  # iterations: an untrained D may doubt anything
MANY = 10  # discriminator steps
FEW, SETTLED = 2, 300  # modes, and iterations before which chance has a say
SEEN_THROUGH, FOOLED = 0.2, 0.8  # D's mean probability for fakes


def believed(seen: Seen) -> float:
    """The probability of being real that D gives to fakes, on average."""
    return float(expit(seen.snapshot.d_fake).mean())


def found_out(seen: Seen) -> bool:
    """Whether D alone has learned to tell these fakes."""
    late = seen.snapshot.iteration >= EARLIEST
    return late and seen.config.generator_steps == 0 and believed(seen) < SEEN_THROUGH


def all_and_few(seen: Seen) -> bool:
    """Whether the game of many steps holds all modes, and that of one step few, both after a while."""
    many = seen.others[0]
    late = min(many.iteration, seen.snapshot.iteration) >= SETTLED
    return late and many.last("modes") == HASTY["modes"] and seen.last("modes") <= FEW


TAKING_TURNS = Lesson(
    title="Taking turns",
    lead="The two players never move at once. Here is one iteration, slowly: who sees what, and whose weights move.",
    sections=(
        Section(
            title="Whose turn is it?",
            words=(
                "On D's turn, the [[discriminator]] sees real [[samples|sample]] and [[fakes|fake]], and its [[weights]] move; "
                "the [[generator]] is held still. On G's turn, only fakes are made. The [[gradient]] runs back **through** D "
                "to G: D shows the way, but does not move. All turns together are one [[iteration]]."
            ),
            formula=(
                r"\begin{aligned}k\text{ times: }\theta_D&\leftarrow\theta_D-\eta\,\nabla_{\theta_D}L_D\\"
                r"\text{once: }\theta_G&\leftarrow\theta_G-\eta\,\nabla_{\theta_G}L_G\end{aligned}"
            ),
            symbols=(
                "$\\theta_D$ and $\\theta_G$ are the players' weights, $L_D$ and $L_G$ their [[losses|loss]], $\\eta$ the step "
                "size, $\\nabla$ the gradient, $k$ the number of D's turns."
            ),
            live=TURNS,
            prompts=(
                Prompt(
                    text="Hold the picture at **G's turn**. Which samples are missing, and how does G learn of D's verdict?",
                    praise=lambda reading: (
                        f"G sees {reading['real_g']:.0f} real samples. All it knows of the data comes as a gradient through D."
                    ),
                    ideas=("who sees which samples", "whose weights move", "who is held still"),
                    done=lambda reading: reading["turn"] == 2,
                    moves={"turn": 2},
                ),
            ),
        ),
        Section(
            title="In slow motion",
            words=(
                "The same, in a game that trains now, with its own numbers. **Slow motion** pauses it, plays one "
                "[[iteration]], and shows every stage: [[noise]], [[fakes|fake]], D's outputs, the [[loss]], the "
                "[[gradient]], the step."
            ),
            live=Game("two-gaussians-1d", PLAIN, charts=("losses", "saturation"), panels=("slow",)),
            prompts=(
                Prompt(
                    text="Open **Slow motion** below the picture, then press **Next** until G has moved too.",
                    praise=(
                        "These stages are one iteration: first D, with G held still, then G, with D held still. Go on "
                        "to the last."
                    ),
                    ideas=("one iteration in slow motion", "whose weights move", "who is held still"),
                    done=lambda seen: {"slow", "Next"} <= seen.did,
                    presses=("slow", "Next"),
                ),
            ),
        ),
        Section(
            title="Hold one still",
            words=(
                "A player without turns is frozen. Here G is frozen from the start, and D learns alone: it finds the "
                "[[fakes|fake]] out. Then freeze D, and G runs to wherever this old D says “real”, right or wrong. "
                "Only when **both play** do the fakes reach the data."
            ),
            live=Game(
                "two-gaussians-1d",
                {**PLAIN, "generator_steps": 0},
                knobs=("discriminator_steps", "generator_steps"),
                buttons={
                    "Freeze G": {"discriminator_steps": 1, "generator_steps": 0},
                    "Freeze D": {"discriminator_steps": 0, "generator_steps": 1},
                    "Both play": {"discriminator_steps": 1, "generator_steps": 1},
                },
                charts=("saturation", "losses"),
            ),
            prompts=(
                Prompt(
                    text="Watch D learn alone, until it gives the fakes almost no chance of being real.",
                    praise=lambda seen: f"D gives them {believed(seen):.2f} on average, and G has not moved at all.",
                    ideas=("freezing a player",),
                    done=found_out,
                    within=400,
                ),
                Prompt(
                    text="Press **Freeze D**: where do the fakes go when nobody corrects D?",
                    praise=lambda seen: (
                        f"They fool a D that stands still: it gives them {believed(seen):.2f}. Yet their distance from the data "
                        f"is {seen.snapshot.emd:.2f} (real samples: {seen.snapshot.floor:.2f}). Now press Both play."
                    ),
                    ideas=("freezing a player", "who is held still"),
                    done=lambda seen: seen.config.discriminator_steps == 0 and believed(seen) > FOOLED,
                    presses=("Freeze D",),
                    moves={"discriminator_steps": 0, "generator_steps": 1},
                    after=600,
                    within=200,
                ),
            ),
        ),
        Section(
            title="k steps of D",
            words=(
                f"Here D learns slowly, and the data has {HASTY['modes']} peaks ([[modes|mode]]). "
                "With one step for each of G's, D is always behind: the [[fakes|fake]] run from peak to peak. "
                f"With k = {MANY} steps, D keeps up: it has learned "
                "before G moves, and its advice is good. The price: each [[iteration]] takes longer."
            ),
            live=(
                Game("mode-collapse-1d", HASTY, charts=("modes",), title="k = 1"),
                Game(
                    "mode-collapse-1d", {**HASTY, "discriminator_steps": MANY}, charts=("modes",), title=f"k = {MANY}"
                ),
            ),
            prompts=(
                Prompt(
                    text=f"Watch both: which one finds all {HASTY['modes']} peaks?",
                    praise=lambda seen: (
                        f"With k = {MANY} the fakes hold {seen.others[0].last('modes'):.0f} peaks after "
                        f"{seen.others[0].iteration:,} iterations, with k = 1 only {seen.last('modes'):.0f}."
                    ),
                    ideas=("what k discriminator steps do",),
                    done=all_and_few,
                    within=600,
                ),
            ),
        ),
    ),
    question=Question(
        "It is the generator's turn. What happens to the discriminator?",
        (
            Answer("It is switched off", "It still judges: without it there is no gradient for G."),
            Answer(
                "It judges the fakes and passes the gradient on, but its weights stay",
                "Yes: it is held still, and G's weights move by what comes back through it.",
                right=True,
            ),
            Answer(
                "It learns from these fakes as well", "Not on this turn; it meets G's new fakes on its own next one."
            ),
        ),
    ),
    sources=("Goodfellow et al. 2014, algorithm 1, https://arxiv.org/abs/1406.2661",),
    notes=(
        "* About fifteen minutes. Play the first picture with two pupils and a stack of cards: who may look at what?\n"
        "* Ask: if G never sees data, where does its knowledge come from? (From gradients through D.)\n"
        "* Pupils often think that D is off on G's turn. In slow motion, the gradient passes through it.\n"
        "* After Freeze D, ask why the fakes are wrong though D believes them. Then press Both play.\n"
        "* The buttons D only and G only make a single step of one player."
    ),
)
