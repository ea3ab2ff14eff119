"""Drawing images: what its benches show is what torch's transposed convolutions and numpy's transforms say."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d, conv_transpose2d, interpolate

from playground.checkerboard import nyquist, overlap
from playground.lessons.bench import Bench
from playground.lessons.benches.overlaps import DURATION, INPUTS, OVERLAPS, REST, pressed, progress
from playground.lessons.benches.row_spectrum import PIXELS, ROW_SPECTRUM, spectrum, weights_of
from playground.lessons.benches.stamps import INPUT, STAMPS, output_side, stamped
from playground.lessons.drawing_images import finest

SIZES = [(kernel, stride) for kernel in (1, 2, 3, 4, 5) for stride in (1, 2, 3)]


def ones(side: int) -> torch.Tensor:
    return torch.ones(1, 1, side, side, dtype=torch.float64)


@pytest.mark.parametrize(("kernel", "stride"), SIZES)
def test_all_stamps_together_are_torchs_transposed_convolution(kernel: int, stride: int) -> None:
    wanted = conv_transpose2d(torch.tensor(INPUT)[None, None], ones(kernel), stride=stride)[0, 0]
    assert wanted.shape == (output_side(kernel, stride),) * 2
    np.testing.assert_allclose(stamped(kernel, stride, INPUT.size), wanted)


@pytest.mark.parametrize("steps", range(1, INPUT.size + 1))
def test_each_stamp_adds_one_number_of_the_input_times_the_kernel(steps: int) -> None:
    added = stamped(3, 2, steps) - stamped(3, 2, steps - 1)
    assert added.sum() == pytest.approx(9 * INPUT.flat[steps - 1]) and (added > 0).sum() == 9


@pytest.mark.parametrize(
    ("kernel", "stride", "least", "most"), [(3, 2, 1, 4), (2, 2, 1, 1), (1, 2, 0, 1), (4, 2, 4, 4)]
)
def test_the_writes_that_a_place_gets(kernel: int, stride: int, least: int, most: int) -> None:
    reading = STAMPS.reading({"kernel": kernel, "stride": stride})
    assert (reading["least"], reading["most"]) == (least, most)


@pytest.mark.parametrize(("kernel", "stride"), SIZES)
def test_both_overlap_maps_are_torchs(kernel: int, stride: int) -> None:
    flat = ones(INPUTS)
    stamps = conv_transpose2d(flat, ones(kernel), stride=stride)[0, 0]
    slid = conv2d(interpolate(flat, scale_factor=stride, mode="nearest"), ones(kernel), padding=kernel - 1)[0, 0]
    np.testing.assert_allclose(pressed(kernel, stride, INPUTS**2, resize=False), stamps)
    np.testing.assert_allclose(pressed(kernel, stride, INPUTS**2, resize=True), slid)


@pytest.mark.parametrize(("kernel", "stride", "ratio"), [(3, 2, 4), (5, 2, 2.25), (4, 2, 1), (2, 3, math.inf)])
def test_the_ratio_is_odenas_and_a_resize_has_none(kernel: int, stride: int, ratio: float) -> None:
    reading = OVERLAPS.reading({"kernel": kernel, "stride": stride})
    assert (reading["ratio"], reading["resized"]) == (pytest.approx(ratio), pytest.approx(1))


def test_the_map_grows_to_all_stamps_and_begins_again() -> None:
    steps = [progress(seconds) for seconds in np.linspace(0, DURATION + REST - 1e-6, 200)]
    assert steps == sorted(steps) and steps[0] == 1 and steps[-1] == INPUTS**2
    assert progress(DURATION + REST) == 1


@pytest.mark.parametrize("kernel", range(1, 9))
def test_nyquist_over_the_mean_is_one_over_an_odd_kernel(kernel: int) -> None:
    reading = ROW_SPECTRUM.reading({"kernel": kernel})
    assert reading["nyquist"] == pytest.approx(1 / kernel if kernel % 2 else 0, abs=1e-12)
    assert reading["nyquist"] == pytest.approx(nyquist(overlap(kernel, 2, dim=1)), abs=1e-12)


@pytest.mark.parametrize("disorder", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("kernel", "stride"), [(4, 2), (5, 2), (7, 3), (8, 4)])
def test_the_curve_passes_through_the_amplitudes_of_its_row(kernel: int, stride: int, disorder: float) -> None:
    """Of the row by a plain transform: its waves come back every `stride` pixels and fit the row a whole number of times."""
    weights = tuple(weights_of({"kernel": kernel, "disorder": disorder}))
    row, curve = spectrum(weights, stride, resize=False)
    plain = np.abs(np.fft.rfft(row)) / row.sum()
    for wave in range(stride // 2 + 1):
        f = wave / stride
        between = np.interp(f * 2 * (len(curve) - 1), range(len(curve)), curve)
        assert between == pytest.approx(plain[round(f * PIXELS)], abs=2e-3)


@pytest.mark.parametrize("disorder", [0.3, 1.0])
def test_unequal_weights_bring_the_checkerboard_back_but_not_after_a_resize(disorder: float) -> None:
    reading = ROW_SPECTRUM.reading({"kernel": 4, "disorder": disorder})
    w = weights_of(reading.values)
    assert reading["nyquist"] == pytest.approx(abs(w[0] - w[1] + w[2] - w[3]) / w.sum())
    assert reading["nyquist"] > 0.1 and reading["resized"] < 1e-12


@pytest.mark.parametrize("bench", [STAMPS, OVERLAPS, ROW_SPECTRUM], ids=lambda bench: bench.name)
def test_a_picture_moves_by_itself_and_says_what_it_is(bench: Bench) -> None:
    early, late = (bench.picture(bench.reading(), seconds) for seconds in (0.5, 5.0))
    assert early.alt and early.revision == late.revision and (early.x, early.y) == (late.x, late.y)
    arrays = [[array for layer in view.layers for array in layer.made().values()] for view in (early, late)]
    assert any(a.shape != b.shape or (a != b).any() for a, b in zip(*arrays, strict=True))


def test_the_share_of_the_finest_waves() -> None:
    """1 for a checkerboard and for stripes of one pixel, 0 for a slow wave, the shares of the squares for their sum."""
    y, x = np.mgrid[0:28, 0:28]
    board, stripes, slow = (-1.0) ** (x + y), (-1.0) ** x, np.cos(2 * np.pi * x / 28)
    for image, wanted in ((board, 1), (stripes, 1), (slow, 0), (2 + 3 * board + slow, 9 / 9.5)):
        assert finest(image.reshape(1, -1)) == pytest.approx(wanted)
