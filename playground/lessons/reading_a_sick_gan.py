"""A quiz of live runs: symptoms first, the diagnosis hidden; guess, reveal, cure, and a score over six rounds."""

from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.lessons.quiz import ROUNDS, Quiz, Sheet, deal
from playground.objectives import OBJECTIVES
from playground.snapshot import Snapshot

ROW = 3  # right guesses, one after the other
RECENT = 100  # iterations whose losses are looked at
SICK, WELL = "mode-collapse-2d", "ring-wgan-gp"


def told(sheet: Sheet) -> str:
    """What the newest guess was worth."""
    number = max(sheet.guesses)
    true, guess = deal(sheet.seed)[number].diagnosis, sheet.guesses[number]
    return f"Named rightly: {true}." if guess == true else f"You said: {guess}. It is: {true}."


def healed(sheet: Sheet) -> str:
    """What became of a run after its cure."""
    diagnosis = deal(sheet.seed)[max(sheet.recovered)].diagnosis
    return f"The same weights under other rules, and the verdict is no longer: {diagnosis}."


def parted(seen: Seen) -> bool:
    """Whether the first game has settled on half of the modes or fewer, and the second has found all."""
    first, second = seen.snapshot, seen.others[0]
    lost = first.iteration >= 2 * RECENT and seen.last("modes") <= first.modes_total / 2
    return lost and second.last("modes") == second.modes_total


def astray(snapshot: Snapshot) -> float:
    """How far D's loss has lately been from where it is when the fakes are perfect."""
    balance = OBJECTIVES[snapshot.config.objective].equilibrium[0] or 0.0
    return abs(float(snapshot.losses["loss_discriminator"][-RECENT:].mean()) - balance)


def compared(seen: Seen) -> str:
    """Two losses and two counts of modes."""
    left, right = seen.snapshot, seen.others[0]
    return (
        f"Lately D's loss was {astray(left):.2f} from its dashed line on the left, {astray(right):.2f} on the right. "
        f"The left has {left.last('modes'):.0f} of {left.modes_total} modes, the right {right.last('modes'):.0f}."
    )


READING_A_SICK_GAN = Lesson(
    title="Reading a sick GAN",
    lead="Six runs, most of them sick. You see the symptoms. What is the disease?",
    sections=(
        Section(
            title="The quiz",
            words=(
                "Each run plays until there is enough to see, then rests. Look at the picture and at the charts: each of "
                "them would show one of the four answers. Guess. Then the page tells you, with the app's own verdict. Cure "
                "the run on the weights that it has, or go on to the next."
            ),
            live=Quiz(),
            prompts=(
                Prompt(
                    text="Read the charts first. Then press the diagnosis that fits what you see.",
                    praise=told,
                    ideas=("symptoms first, the diagnosis hidden", "guess", "reveal"),
                    done=lambda sheet: bool(sheet.guesses),
                ),
                Prompt(
                    text='After a guess, press "Cure it" and watch until the verdict changes.',
                    praise=healed,
                    ideas=("cure",),
                    done=lambda sheet: bool(sheet.recovered),
                ),
                Prompt(
                    text="Name three in a row.",
                    praise=lambda sheet: f"{sheet.streak} in a row, and {sheet.score} of {len(sheet.guesses)} in all.",
                    ideas=("score over rounds", "each failure's symptoms"),
                    done=lambda sheet: sheet.streak >= ROW,
                ),
            ),
        ),
        Section(
            title="What losses hide",
            words=(
                "Two games on the same data: eight small clouds, its modes. One of them is sick. Look at the losses alone "
                "first: dashed lines mark where they are when the fakes are perfect. Bet. A loss says how a player does "
                "against the other one of that moment, and no more. Then look at the pictures, and at the modes found."
            ),
            live=(
                Game(SICK, charts=("losses", "modes"), title="One game"),
                Game(WELL, charts=("losses", "modes"), title="Another"),
            ),
            prompts=(
                Prompt(
                    text="Watch until one has found every mode, and the other half of them at most. Was that your bet?",
                    praise=compared,
                    ideas=("symptoms first: look at samples and modes, not at losses alone",),
                    done=parted,
                    within=400,
                ),
            ),
        ),
    ),
    question=Question(
        "The losses are calm, and the discriminator is right about half of the time. Is this run healthy?",
        (
            Answer(
                "Yes, this is the balance that both want",
                "Balance looks like this, but so does a generator that repeats one sample to a discriminator too slow to "
                "object.",
            ),
            Answer(
                "Nobody can say before looking at the samples",
                "Yes. Modes and the distance to the data are measured on samples. Losses only compare the two players.",
                right=True,
            ),
            Answer(
                "No, a healthy run's losses go to zero",
                "A discriminator's loss of zero means that it tells every fake: the generator has lost.",
            ),
        ),
    ),
    sources=(
        "Goodfellow 2016, https://arxiv.org/abs/1701.00160",
        "Salimans et al. 2016, https://arxiv.org/abs/1606.03498",
        "Karras et al. 2020, https://arxiv.org/abs/2006.06676",
    ),
    notes=(
        f"- Fifteen minutes: two for each of the {ROUNDS} runs, three for the second part.\n"
        "- Let the class vote before anybody presses. Ask each side for the chart that it reads.\n"
        "- Ask for the sign that would prove the other side right. That is what the other charts are for.\n"
        "- A link to a run (Link to this moment) gives everybody the same one, and says nothing of its disease.\n"
        "- Often mixed up: collapse and forgetting. One is what the fakes do, the other is why D lets them.\n"
        "- Often mixed up: a strong generator is bad for the generator too. Nobody tells it what is still wrong."
    ),
)
