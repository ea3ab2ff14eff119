"""How a generator of images makes a small grid large, and the pattern that it may leave behind."""

import numpy as np

from playground.checkerboard import nyquist, overlap, unevenness
from playground.lessons.benches.overlaps import OVERLAPS
from playground.lessons.benches.row_spectrum import ROW_SPECTRUM
from playground.lessons.benches.stamps import STAMPS
from playground.lessons.lesson import Answer, Game, Lesson, Prompt, Question, Section, Seen
from playground.snapshot import Snapshot

SIDE = 28  # of a digit, in pixels
KINDS = 3  # of digits that both must draw
FADED = 0.05  # share of the finest waves below which the grid can hardly be seen
RATIO = {kernel: unevenness(overlap(kernel, 2))[0] for kernel in (3, 4, 5)}


def finest(images: np.ndarray) -> float:
    """Of the energy of images (n, 784), but for their means, the share of waves that alternate at every pixel; mean "
    "over n."""
    energy = np.abs(np.fft.fft2(images.reshape(-1, SIDE, SIDE))) ** 2
    energy[:, 0, 0] = 0
    half = SIDE // 2
    fine = energy[:, half].sum(1) + energy[:, :, half].sum(1) - energy[:, half, half]
    return float((fine / np.maximum(energy.sum((1, 2)), 1e-12)).mean())


def draws(snapshot: Snapshot) -> bool:
    """Whether it draws several kinds of digits, as measured after it began to learn."""
    return len(snapshot.metrics["modes"]) > 1 and snapshot.last("modes") >= KINDS


def both_draw(seen: Seen) -> bool:
    """Whether both games do, and the grid of the first has faded."""
    return draws(seen.snapshot) and all(map(draws, seen.others)) and finest(seen.snapshot.fake) < FADED


DRAWING_IMAGES = Lesson(
    title="Drawing images",
    lead="A [[generator]] of images begins with a small grid of numbers and enlarges it. The way it does so leaves traces.",
    sections=(
        Section(
            title="Stamp by stamp",
            words=(
                "A [[transposed convolution]] enlarges by stamping. Each number of the small grid presses a square of "
                "weights, the [[kernel]], that many times as strong onto the output. The next stamp lands a few "
                "places on: that step is the [[stride]]. Where stamps overlap, they add up."
            ),
            formula=r"\begin{aligned}y_{s\,i+a}&\mathrel{+}=x_i\,w_a\\[2pt] n_y&=(n_x-1)\,s+k\end{aligned}",
            symbols=(
                "Along each side: $x_i$ is number $i$ of the input, $w_a$ weight $a$ of the kernel, $y$ the output; "
                "$n_x$ and $n_y$ their sides, $k$ the kernel's, $s$ the stride."
            ),
            live=STAMPS,
            prompts=(
                Prompt(
                    text="Make the stamps lie side by side: no overlap, no gap, and a stride of more than 1.",
                    praise=lambda reading: (
                        f"Kernel and stride are both {reading['kernel']:g}: each place is written once, and the "
                        f"output is {reading['side']:g} × {reading['side']:g}."
                    ),
                    ideas=("transposed convolution step by step", "kernel and stride sliders"),
                    done=lambda reading: reading["kernel"] == reading["stride"] > 1,
                    moves={"kernel": 2, "stride": 2},
                ),
            ),
        ),
        Section(
            title="The overlap map",
            words=(
                "Enlarge a flat image, all ones: the result should be flat too. But kernel 3 at stride 2 writes to "
                f"some places {RATIO[3]:g} times as often as to others, a [[checkerboard]]. On the right the image is "
                "first resized, each pixel repeated, then a [[convolution]] slides over it: even, whatever the sides."
            ),
            live=OVERLAPS,
            prompts=(
                Prompt(
                    text="Keep stride 2 and find a kernel that paints evenly.",
                    praise=lambda reading: (
                        f"{reading['kernel']:g} is a multiple of {reading['stride']:g}: most and least are "
                        f"{reading['ratio']:.0f} : 1. Kernel 5 would give {RATIO[5]:g} : 1."
                    ),
                    ideas=("overlap map", "kernel and stride sliders", "upsample + convolution beside it"),
                    done=lambda reading: reading["stride"] == 2 and reading["ratio"] == 1,
                    moves={"kernel": 4},
                ),
            ),
        ),
        Section(
            title="Seen as waves",
            words=(
                "One row of the enlarged flat image, and its [[spectrum]]: how strongly each wave is in it. The hump "
                "at 0 is the mean. A checkerboard is the finest wave that pixels can hold, at [[Nyquist's "
                "frequency|nyquist frequency]]: black, white, black, white. An even kernel removes it, but only while "
                "its weights are equal."
            ),
            formula=r"\frac{A(1/2)}{A(0)}=\begin{cases}1/k & k\text{ odd}\\ 0 & k\text{ even}\end{cases}",
            symbols="$A(f)$ is the amplitude at $f$ cycles a pixel, $k$ the side of a kernel of equal weights, the stride is 2.",
            live=ROW_SPECTRUM,
            prompts=(
                Prompt(
                    text="At stride 2, make the hump at ½ vanish.",
                    praise=lambda reading: (
                        f"With kernel {reading['kernel']:g} it is {reading['nyquist']:.3f}; with 5 it was 1/5 = "
                        f"{nyquist(overlap(5, 2, dim=1)):.3f}."
                    ),
                    ideas=("checkerboard in a spectrum",),
                    done=lambda reading: reading["stride"] == 2 and reading["nyquist"] < 1e-3,
                    moves={"kernel": 4},
                ),
                Prompt(
                    text="A network learns its weights. Take an even kernel at stride 2 and make its weights unequal.",
                    praise=lambda reading: (
                        f"The checkerboard is back, {reading['nyquist']:.3f} of the mean. After a resize, the same "
                        f"weights give {reading['resized']:.3f}."
                    ),
                    ideas=("checkerboard in a spectrum", "upsample + convolution beside it"),
                    done=lambda reading: (
                        reading["stride"] == 2
                        and reading["kernel"] % 2 == 0
                        and reading["nyquist"] > 0.1 > reading["resized"]
                    ),
                    given={"kernel": 4},
                    moves={"disorder": 0.5},
                ),
            ),
        ),
        Section(
            title="Two generators learn",
            words=(
                "The same game twice, with the same [[discriminator]]. The left generator enlarges by transposed "
                "convolutions, kernel 4 at stride 2; the right one resizes, then convolves. The left one begins with "
                "a grid and has to learn to get rid of it; the right one never had one."
            ),
            live=(
                Game("checkerboard", charts=("shares",), title="Transposed convolution"),
                Game("mnist-gan", charts=("shares",), title="Resize, then convolution"),
            ),
            prompts=(
                Prompt(
                    text=f"Watch until the grid on the left has faded and both draw at least {KINDS} kinds of digits.",
                    praise=lambda seen: (
                        f"The finest waves now hold {finest(seen.snapshot.fake):.1%} of the left images, "
                        f"{finest(seen.others[0].fake):.1%} of the right ones and {finest(seen.snapshot.real):.1%} of "
                        "real digits. The left one had to learn that."
                    ),
                    ideas=("both generators training live on MNIST",),
                    done=both_draw,
                    within=200,
                ),
            ),
        ),
    ),
    question=Question(
        "A generator enlarges with kernel 4 at stride 2, and its digits still show a fine grid. How can that be?",
        (
            Answer(
                "4 is not a multiple of 2",
                "It is, so each place gets equally many stamps. Look at what is in the stamp.",
            ),
            Answer(
                "Its weights are not equal",
                "Yes. Each place gets the same number of stamps, but of other weights. Only training can even that out.",
                right=True,
            ),
            Answer(
                "The stride is too small",
                "A larger stride needs a larger kernel to be even; it does not remove a grid.",
            ),
        ),
    ),
    sources=(
        "Odena et al. 2016, https://doi.org/10.23915/distill.00003",
        "Radford et al. 2015, https://arxiv.org/abs/1511.06434",
    ),
    notes=(
        "- Ten minutes; part 4 needs a while until digits appear, so open it early.\n"
        "- Part 1: let the class say the output's side before you move a slider.\n"
        "- Part 2: ask for a kernel at stride 3 before you show one (3 or 6).\n"
        "- Often got wrong: that an even kernel cures the checkerboard. It evens the number of stamps, not their "
        "weights.\n- Part 4: pause in the first seconds and compare both sheets."
    ),
)
