"""The checkerboard in a spectrum: one row of an enlarged flat image, and how strongly each wave is in it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.checkerboard import harmonics, phase_sums, resized
from playground.lessons.bench import Bench, Control, Reading, Values
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
PIXELS = 48  # of the row: a multiple of every stride
FINE = 1024  # points of the spectrum's transform
LEARNED = np.array([0.9, -0.6, 0.4, -0.8, 0.7, -0.3, 0.5, -0.2])  # how weights differ that are as if learned
SWEEP, REST = 7.0, 2.0  # seconds that the wave takes to the finest one, and stays there
NYQUIST = 0.5  # cycles a pixel: black, white, black, white
TOP, ROWS, WAVE = 1.9, (1.58, 1.3), 1.8  # heights of the axis, of both rows' upper edges, and of the wave


def weights_of(values: Values) -> Array:
    """The kernel's weights in 1D, (k,): all 1, or apart from it by the disorder."""
    return 1 + values["disorder"] * LEARNED[: int(values["kernel"])]


def period(weights: tuple[float, ...], stride: int, *, resize: bool) -> Array:
    """One period of the row, (s,), over its mean."""
    line = np.array(weights)
    sums = phase_sums(resized(line, stride) if resize else line, stride)
    return sums / sums.mean()


@lru_cache(maxsize=128)
def spectrum(weights: tuple[float, ...], stride: int, *, resize: bool) -> tuple[Array, Array]:
    """The row, (PIXELS,), and the amplitudes of its waves over its mean from 0 to ½ cycles a pixel.

    Hann's window, which lets the row fade at both ends, keeps one wave from leaking into the others.
    """
    row = np.tile(period(weights, stride, resize=resize), PIXELS // stride)
    window = np.hanning(PIXELS + 1)[:-1]
    return row, np.abs(np.fft.rfft(row * window, FINE)) / window.sum()


def at_nyquist(weights: tuple[float, ...], stride: int, *, resize: bool) -> float:
    """Amplitude of black-white-black-white over the mean; 0 where the stride is odd."""
    return float(harmonics(period(weights, stride, resize=resize))[stride // 2]) if stride % 2 == 0 else 0.0


def numbers(values: Values) -> Values:
    """Nyquist's amplitude over the mean both ways, and the strongest of all waves but the mean."""
    weights, stride = tuple(weights_of(values)), int(values["stride"])
    loudest = harmonics(period(weights, stride, resize=False))[1:].max(initial=0.0)
    return {
        "nyquist": at_nyquist(weights, stride, resize=False),
        "resized": at_nyquist(weights, stride, resize=True),
        "loudest": float(loudest),
    }


def wave(seconds: float) -> float:
    """The frequency of the wave that is held against the row: ever finer, up to Nyquist's."""
    return NYQUIST * min(1.0, seconds % (SWEEP + REST) / SWEEP)


def strip(row: Array, top: float) -> Layer:
    """The row as pixels, the darker the larger."""
    shade = np.round(np.clip(120 * row, 0, 255)).astype(np.uint8)
    side = NYQUIST / PIXELS
    return Layer(
        "images", "", "ink", {"tiles": shade[:, None, None]}, options={"columns": PIXELS, "at": [0, top, side]}
    )


def picture(reading: Reading, seconds: float) -> View:
    """Two rows of pixels and a wave above them; below, how strongly each wave is in each row."""
    weights, stride = tuple(weights_of(reading.values)), int(reading["stride"])
    row, amplitude = spectrum(weights, stride, resize=False)
    even, flat = spectrum(weights, stride, resize=True)
    f, now = np.linspace(0, NYQUIST, FINE // 2 + 1), wave(seconds)
    here = np.interp(now, f, amplitude)
    x = np.linspace(0, PIXELS, 24 * PIXELS)
    waved = {"x": x * NYQUIST / PIXELS, "y": WAVE + 0.06 * np.cos(2 * np.pi * now * (x - 0.5))}
    labels = {"x": np.zeros(2), "y": np.array(ROWS) + 0.06}
    texts = ["row of the transposed convolution", "row of resize, then convolution"]
    layers = (
        Layer(
            "area",
            "transposed convolution",
            "fake",
            {"x": f, "y0": 0 * f, "y1": amplitude},
            "How strong each wave is in its row.",
        ),
        Layer(
            "line",
            "resize, then convolution",
            "transport",
            {"x": f, "y": flat},
            "The same of the other row.",
            options={"dash": True},
        ),
        strip(row, ROWS[0]),
        strip(even, ROWS[1]),
        Layer("line", "a wave", "discriminator", waved, "Held against the rows, finer and finer."),
        Layer(
            "segments",
            "",
            "discriminator",
            {"x0": np.array([now]), "y0": np.zeros(1), "x1": np.array([now]), "y1": np.ones(1)},
        ),
        Layer("words", "", "discriminator", {"x": np.array([now]), "y": np.array([here])}, options=DOT),
        Layer("words", "", "muted", labels, options={"texts": texts, "align": "left", "size": 0.01}),
    )
    alt = (
        f"Amplitudes over the mean, kernel {len(weights)} and stride {stride}: at Nyquist's frequency "
        f"{reading['nyquist']:.3f} for the transposed convolution and {reading['resized']:.3f} after a resize."
    )
    axes = Axis(-0.005, NYQUIST + 0.005, "frequency, cycles a pixel"), Axis(0, TOP, "amplitude over the mean")
    return View(layers, *axes, alt=alt, revision="row-spectrum")


DOT = {"texts": ["●"], "align": "center", "size": 0.02}


def says(reading: Reading) -> str:
    """Both amplitudes at Nyquist, and the strongest wave where that is another one."""
    other = ""
    if reading["loudest"] > reading["nyquist"] + 1e-9:
        other = f" The strongest wave, one of period {int(reading['stride'])}, has {reading['loudest']:.3f}."
    return (
        f"At the finest wave, ½ cycle a pixel: **{reading['nyquist']:.3f}** of the mean by transposed convolution, "
        f"**{reading['resized']:.3f}** by resize and convolution.{other}"
    )


CONTROLS = {
    "kernel": Control("Kernel side k", 5, 1, 8, 1),
    "stride": Control("Stride s", 2, 2, 4, 1),
    "disorder": Control(
        "Unequal weights", 0.0, 0.0, 1.0, 0.1, help="0: all weights are 1. 1: as different as if learned."
    ),
}
ROW_SPECTRUM = Bench("row-spectrum", CONTROLS, numbers, picture, says)
