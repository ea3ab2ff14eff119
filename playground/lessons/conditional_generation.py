"""P(X | Y): a generator that draws what it is asked for."""

import math

from playground.lessons.bench import Reading
from playground.lessons.benches.ink_table import ANY, DIGITS, INK_TABLE, INKS, ONES
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen

AS_ASKED = 0.75  # share of the digits on request after which nobody calls it chance
TOLD = 0.5  # enough to tell it from a game that cannot be asked
CHANCE = 1 / 10  # of a digit drawn blindly
MOVED = 0.2  # of P(Y = 1), so far that its effect on P(X) can be seen


def can_be_asked(seen: Seen) -> bool:
    """Whether the first game draws what is asked for, and the one beside it has nothing to be asked by."""
    return seen.last("as_asked") >= TOLD and all(math.isnan(other.last("as_asked")) for other in seen.others)


def one_row(reading: Reading) -> str:
    """What a slice says of the ink that most of its digits take, and what all digits say of it."""
    i = max(range(len(INKS)), key=lambda k: reading[f"bar{k}"])
    return (
        f"One row, divided by its sum {reading['row']:.2f}, adds up to 1 again. Of the {DIGITS[int(reading['asked']) - 1]}s, "
        f"{100 * reading[f'bar{i}']:.0f} % take {INKS[i]}; of all digits here, {100 * reading[f'all{i}']:.0f} %."
    )


CONDITIONAL_GENERATION = Lesson(
    title="Conditional generation",
    lead="A [[generator]] draws whatever it likes. To choose the digit, tell both players which one is wanted.",
    sections=(
        Section(
            title="A slice of a table",
            words=(
                "Every handwritten digit has two features here: $Y$, which digit it is, and $X$, how much ink it takes. "
                "Each dot is one digit drawn at random; the table says how often each pair comes up, the [[joint "
                "distribution]]. To ask for a digit is to look at one row only: the [[conditional distribution]]."
            ),
            formula=(
                r"\begin{aligned}P(X)&=\textstyle\sum_y P(X,Y{=}y)\\"
                r"P(X\mid Y{=}y)&=\frac{P(X,Y{=}y)}{P(Y{=}y)}\end{aligned}"
            ),
            symbols="$P(X,Y)$: of a pair. $P(X)$: of $X$, whatever $Y$ is. $P(X\\mid Y)$: of $X$ once $Y$ is known.",
            live=INK_TABLE,
            prompts=(
                Prompt(
                    text="Ask for one digit: choose a Y below the picture, and watch which dots count.",
                    praise=one_row,
                    ideas=("P(X, Y), P(X) and P(X | Y) of two features",),
                    done=lambda reading: reading["asked"] != ANY,
                    moves={"asked": 2},
                ),
                Prompt(
                    text="Keep a digit asked for, and make ones much commoner. Which numbers stay?",
                    praise=lambda reading: (
                        "The bars stay: P(X | Y) does not ask how common a digit is. P(X) moves: "
                        f"{INKS[0]} now has {100 * reading['all0']:.0f} %."
                    ),
                    ideas=("P(X | Y) does not depend on P(Y), P(X) does",),
                    done=lambda reading: reading["asked"] != ANY and reading["ones"] >= ONES + MOVED,
                    moves={"asked": 3, "ones": 0.6},
                ),
            ),
        ),
        Section(
            title="Choose the digit",
            words=(
                "Now $X$ is a whole image. The generator gets [[noise]] and the digit wanted; the [[discriminator]] gets an "
                "image and that digit, and rejects a perfect 3 if a 7 was asked for. Each row of the sheet asks for one "
                "digit; a column shares its noise, so it is one handwriting."
            ),
            formula=(
                r"\begin{aligned}\min_G\max_D\;&\mathbb{E}_{x,y}\log D(x\mid y)\\"
                r"{}+{}&\mathbb{E}_{z,y}\log\bigl(1-D(G(z\mid y)\mid y)\bigr)\end{aligned}"
            ),
            symbols=(
                "$x$ is a real image and $y$ its digit, $z$ noise, $G(z\\mid y)$ the image drawn for $y$, "
                "$D(x\\mid y)$ how sure D is that $x$ is real and fits $y$, $\\mathbb{E}$ a mean."
            ),
            live=Game("mnist-conditional", charts=("asked", "losses"), panels=("digits",)),
            prompts=(
                Prompt(
                    text=f"Let it play until {100 * AS_ASKED:.0f} % of the digits are drawn as asked.",
                    praise=lambda seen: (
                        f"{100 * seen.last('as_asked'):.0f} % after {seen.snapshot.iteration:,} iterations. Blind drawing "
                        f"would get {100 * CHANCE:.0f} %, real digits {100 * seen.snapshot.floors['as_asked']:.0f} %: "
                        "a network reads them, and it errs too."
                    ),
                    ideas=("both players are told the digit: G draws P(X | Y)", "digits drawn as asked, measured"),
                    done=lambda seen: seen.last("as_asked") >= AS_ASKED,
                    within=500,
                ),
                Prompt(
                    text="Below the picture open **Digits up close**: there you can ask for a digit of your choice.",
                    praise="Each tile is a draw from P(X | Y) of one digit. Move from A to B: the hand changes, the digit stays.",
                    ideas=("choose the digit: draws of P(X | Y = y) on request",),
                    done=lambda seen: "digits" in seen.did,
                    presses=("digits",),
                ),
            ),
        ),
        Section(
            title="Without a label",
            words=(
                "Two games with [[networks|network]] of the same size. On the left both players see the digit; on the right none "
                "does. Both learn to draw, but on the right nobody can say what: its digits come as they please, and its rows "
                "mean nothing. It draws from $P(X)$, the left from $P(X\\mid Y)$."
            ),
            live=(
                Game("mnist-conditional", charts=("asked",), title="Told the digit: P(X | Y)"),
                Game("mnist-conditional", {"condition": "none"}, charts=("shares",), title="Not told: P(X)"),
            ),
            prompts=(
                Prompt(
                    text=f"Play until the left sheet draws {100 * TOLD:.0f} % as asked. Look for a 7 in both.",
                    praise=lambda seen: (
                        f"Left, {100 * seen.last('as_asked'):.0f} % are as asked. Right, "
                        f"{int(seen.others[0].last('modes'))} of {seen.others[0].modes_total} digits turn up, and where a 7 "
                        "is, is luck."
                    ),
                    ideas=("an unconditional GAN of the same size has nothing to be asked by",),
                    done=can_be_asked,
                    within=300,
                ),
            ),
        ),
    ),
    question=Question(
        "A conditional generator draws a flawless 3 where a 7 was asked for. What does a good discriminator say?",
        (
            Answer("Real: the 3 is flawless", "That is what an unconditional one would say: it sees the image alone."),
            Answer(
                "Fake: among real sevens there is no such image",
                "Yes. It judges the pair of image and digit, and that pair never occurs in the data.",
                right=True,
            ),
            Answer("½: it cannot know what was asked for", "It can: the digit asked for is part of what it is shown."),
        ),
    ),
    sources=(
        "Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784",
        "Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637",
    ),
    notes=(
        "* Part 1, five minutes: ask for P(X | Y = 7) on paper before you choose 7; one row over its sum.\n"
        "* Part 2: start it while you explain the formula; it needs about half a minute. The first digits that fit are 1 and 0.\n"
        "* Ask why a column looks alike: same noise, so the same slant and thickness.\n"
        "* Part 3 runs two games of digits at once, so give it a minute on a small laptop.\n"
        "* Students often think that the label picks among finished images. It is an input like the noise."
    ),
)
