"""What modes are, how a generator loses them, what makes it do so, and what brings them back."""

import numpy as np

from playground.config import Value
from playground.experiments import EXPERIMENTS
from playground.experiments.settings import WGAN_GP
from playground.lessons.benches.mixture import MELT, MIXTURE
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.mnist import DIGITS

RING_MODES = EXPERIMENTS["forgetting"].config.modes
HASTY: dict[str, Value] = {"discriminator_lr": 2e-4, "generator_lr": 5e-4}  # hops for thousands of iterations
R1 = EXPERIMENTS["two-time-scales"].cure
FEW = RING_MODES // 4  # modes
HOPS = 3  # changes of the largest mode after which nobody calls it chance
FORGETS = 0.3  # so much larger a share of today's fakes does D see through than of those before
SAMPLES = int(EXPERIMENTS["overfitting"].config.train_samples)
QUICK_D: dict[str, Value] = {"discriminator_lr": 1.5e-3}  # it learns by heart within seconds
BY_HEART, ROWS = 0.2, 5  # D's mean sign on samples it trains on above that on fresh ones, over so many measurements
TWO = EXPERIMENTS["mnist-1-and-7"]
HASTE = TWO.config.generator_lr / TWO.config.discriminator_lr
ONE_DIGIT, LOOKS = 0.8, 4  # of the tiles, in so many measurements


def forgotten(seen: Seen) -> float:
    """D's accuracy on the fakes of now minus that on those of before."""
    return seen.last("accuracy_fake") - seen.last("accuracy_past")


def by_heart(seen: Seen) -> float:
    """D's mean sign on training samples minus that on fresh ones, over the last measurements; NaN before there are as many."""
    train, fresh = (seen.snapshot.metrics[name][-ROWS:] for name in ("sign_train", "sign_held_out"))
    return float(np.mean(train) - np.mean(fresh)) if len(train) == ROWS else float("nan")


def hopping(seen: Seen) -> bool:
    """Whether few modes are left, and the largest has changed again and again."""
    return seen.last("rotation") >= HOPS and 1 <= seen.last("modes") <= FEW


def cured(seen: Seen) -> bool:
    """Whether a cure is on and the ring is back."""
    on = seen.config.objective == "wasserstein" or seen.config.constraint == "r1"
    return on and seen.last("modes") >= RING_MODES - 1


def one_of_ten(seen: Seen) -> bool:
    """Whether all ten digits are the data, and nearly all tiles have been one of them for some measurements.

    One would not do: a classifier reads the first noise as some digit, too.
    """
    shares = seen.snapshot.metrics["largest_share"][-LOOKS:]
    return seen.config.digits == "all" and len(shares) == LOOKS and bool((shares >= ONE_DIGIT).all())


def dominant_digit(seen: Seen) -> str:
    """The digit that most tiles are."""
    return seen.snapshot.mode_names[int(seen.last("dominant"))]


MODE_COLLAPSE = Lesson(
    title="Modes and mode collapse",
    lead="Data comes in kinds. A [[generator]] that draws one kind only can still fool its [[discriminator]], for a while.",
    sections=(
        Section(
            title="What a mode is",
            words=(
                "The curve is a [[density]]: the higher it is, the more [[samples]] fall there. Each of its peaks is a "
                "[[mode]]. Watch the tide fall: every peak comes out of the water as an island, and is counted. The curve is "
                "a sum of three bumps, dashed. Drag them, up and down too."
            ),
            formula=r"p(x)=\sum_{k=1}^{3}w_k\,\frac{1}{\sigma\sqrt{2\pi}}\,e^{-(x-\mu_k)^2/2\sigma^2}",
            symbols="$p(x)$ is the density at $x$; bump $k$ lies at $\\mu_k$, is $\\sigma$ wide and holds the share $w_k$.",
            live=MIXTURE,
            prompts=(
                Prompt(
                    text="Drag one bump toward another until one peak fewer is left. How close do they get first?",
                    praise=lambda reading: (
                        f"At {reading['sigmas']:.1f} σ. Equal bumps melt below {MELT:g} σ, unequal ones earlier: "
                        "three bumps need not be three modes."
                    ),
                    ideas=("a mode is a peak of a density", "two equal bumps melt into one peak when closer than 2σ"),
                    done=lambda reading: reading["peaks"] < 3,
                    moves={"placeB": -2.1},
                ),
            ),
        ),
        Section(
            title="Drop, collapse, hop",
            words=(
                f"The data is a ring of {RING_MODES} [[modes]]. These [[fakes]] crowd onto one or two of them: [[mode "
                "collapse]]. The modes left out are [[dropped|mode dropping]]. And once D has learned to reject the crowd, it "
                "moves on to the next mode: it [[hops|mode hopping]]. The cures act on these very players, with the weights "
                "they have."
            ),
            live=Game(
                "forgetting",
                HASTY,
                buttons={"Cure it: WGAN-GP": WGAN_GP, "Cure it: R1": R1},
                charts=("modes", "distances"),
            ),
            prompts=(
                Prompt(
                    text=f"Watch until the largest mode has changed {HOPS} times, with at most {FEW} of {RING_MODES} in use.",
                    praise=lambda seen: (
                        f"{seen.last('rotation'):.0f} changes in the last 10 looks, and {seen.last('modes'):.0f} of "
                        f"{RING_MODES} modes: all others are dropped."
                    ),
                    ideas=("mode dropping", "mode collapse", "mode hopping (rotation)"),
                    done=hopping,
                    within=400,
                ),
                Prompt(
                    text="Press one of the cures, [[WGAN-GP]] or [[R1]]. Does the ring come back?",
                    praise=lambda seen: (
                        f"{seen.last('modes'):.0f} of {RING_MODES} modes, from the same weights. Both cures hold D's slope "
                        "down and set new learning rates: D points from the crowd to what is missing, not only at the crowd."
                    ),
                    ideas=("cures: WGAN-GP or R1 on the same weights",),
                    done=cured,
                    moves=WGAN_GP,
                    presses=("Cure it: WGAN-GP",),
                    after=200,
                    within=200,
                ),
            ),
        ),
        Section(
            title="Cause 1: D forgets",
            words=(
                "The same game, now with D's memory beside it. D sees through the fakes of now, and takes those of a while "
                "ago for real again: [[catastrophic forgetting]]. So the generator can always go back to where it has been. "
                "Neither ever has to learn the whole ring."
            ),
            live=Game("forgetting", HASTY, buttons={"Cure it: R1": R1}, charts=("memory", "modes")),
            prompts=(
                Prompt(
                    text="Watch the two lines part: fakes of now above, fakes of before below.",
                    praise=lambda seen: (
                        f"D sees through {100 * seen.last('accuracy_fake'):.0f} % of its fakes of now, and only "
                        f"{100 * seen.last('accuracy_past'):.0f} % of those of before. Press the cure and see whether they meet."
                    ),
                    ideas=("cause: catastrophic forgetting of the discriminator",),
                    done=lambda seen: forgotten(seen) >= FORGETS,
                    within=400,
                ),
            ),
        ),
        Section(
            title="Cause 2: D overfits",
            words=(
                f"Here D has only {SAMPLES} real [[samples]]. It learns them by heart: [[overfitting]]. Soon it calls them real "
                "and rejects fresh ones from the same ring. A D that knows no ring, but only points, cannot teach the ring "
                "to the generator."
            ),
            formula=r"\begin{aligned}r_\text{train}&=\mathbb{E}\,\mathrm{sign}\,D(x_\text{train})\\"
            r"r_\text{fresh}&=\mathbb{E}\,\mathrm{sign}\,D(x_\text{fresh})\end{aligned}",
            symbols=(
                '$D(x)$ is D\'s raw output, above 0 for "real"; $r_\\text{train}$ is 1 if all samples that it trains on '
                "are called real, "
                "−1 if none; $r_\\text{fresh}$ the same of fresh ones; $\\mathbb{E}$ a mean."
            ),
            live=Game("overfitting", QUICK_D, knobs=("train_samples",), charts=("generalisation", "modes")),
            prompts=(
                Prompt(
                    text="Watch until training samples and fresh ones have clearly parted.",
                    praise=lambda seen: (
                        f"Over the last {ROWS} looks they are {by_heart(seen):.2f} apart after {seen.snapshot.iteration:,} "
                        "iterations. Set the samples to 0, which means endless data, and they stay together."
                    ),
                    ideas=("cause: discriminator overfitting",),
                    done=lambda seen: by_heart(seen) >= BY_HEART,
                    within=600,
                ),
            ),
        ),
        Section(
            title="Ones and sevens",
            words=(
                f"Digits have [[modes]] too, {len(DIGITS)} kinds. First only ones and sevens are the data, and the generator "
                f"learns {HASTE:.0f} times faster than D. All its tiles turn out alike, some stroke between the two. With all "
                "ten digits it finds one that D believes, and draws nothing else."
            ),
            live=Game(
                "mnist-1-and-7",
                buttons={"All ten digits": {"digits": "all"}, "Cure it: WGAN-GP": TWO.cure},
                charts=("shares", "modes"),
            ),
            prompts=(
                Prompt(
                    text="See how alike the tiles become. Then press *All ten digits*, and wait for one of them to win.",
                    praise=lambda seen: (
                        f"{100 * seen.last('largest_share'):.0f} % of the tiles are a {dominant_digit(seen)}. Press the cure, "
                        "and others come back."
                    ),
                    ideas=("MNIST restricted to 1s and 7s", "all ten digits collapse onto one"),
                    done=one_of_ten,
                    moves={"digits": "all"},
                    presses=("All ten digits",),
                    within=300,
                ),
            ),
        ),
    ),
    question=Question(
        "A generator draws flawless sevens and nothing else. The data holds ones and sevens. What is this?",
        (
            Answer(
                "A good generator: each image is flawless", "Each is, but ones never come: half of the data is missing."
            ),
            Answer("Mode collapse", "Yes. Quality is not variety: the mode of the ones is dropped.", right=True),
            Answer("Overfitting of the generator", "It need not have copied any image. What fails is variety."),
        ),
    ),
    sources=(
        "Goodfellow 2016, https://arxiv.org/abs/1701.00160",
        "Metz et al. 2016, https://arxiv.org/abs/1611.02163",
        "Thanh-Tung & Tran 2018, https://arxiv.org/abs/1807.04015",
        "Karras et al. 2020, https://arxiv.org/abs/2006.06676",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
        "Mescheder et al. 2018, https://arxiv.org/abs/1801.04406",
    ),
    notes=(
        "* Part 1: let the class guess at which distance two bumps become one before you drag; 2σ surprises most.\n"
        "* Part 2: pause, and step back with the slider below the picture to see single hops.\n"
        "* Reset after a cure: the collapse is no accident of one start.\n"
        "* Parts 3 and 4 are two causes of one symptom. Ask what D should have remembered, and what it should not.\n"
        '* Part 5 takes about a minute. Students call alike tiles "bad quality"; what is lost is variety.\n'
    ),
)
