"""Charts draw any history lightly, and say what they show."""

import json
from base64 import b64decode
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.plots import charts, health
from playground.ui.components import _Sent


def checked(figure: charts.Figure) -> Any:
    """The figure in plotly's own classes, which check every name and value."""
    return go.Figure(figure)


def unpacked(figure: str) -> charts.Figure:
    """What a browser reads from a packed figure."""

    def array(entry: dict) -> Any:
        return np.frombuffer(b64decode(entry["bdata"]), entry["dtype"]) if "bdata" in entry else entry

    def constant(name: str) -> None:
        raise ValueError(f"{name} is not JSON")

    return json.loads(figure, object_hook=array, parse_constant=constant)


HISTORIES = [
    np.array([]),
    np.array([0.7]),
    np.zeros(3),
    np.array([np.nan, 1.0, np.inf, -np.inf, 1e-30]),
    np.full(4, np.nan),
    np.linspace(1, 0, 5000),
]


@pytest.mark.parametrize("values", HISTORIES, ids=["none", "one", "zero", "nan", "all-nan", "long"])
def test_charts_draw_any_history_lightly(values: np.ndarray):
    steps = np.arange(len(values))
    figures = [
        charts.losses(steps, values, values, (np.log(4), None)),
        charts.distances(steps, values, 0.1, values, "JS", np.log(2)),
        charts.distances(steps, values, values, values, "critic's estimate", same_units=True),
        charts.signal(steps, values),
        charts.modes(steps, values, 8),
        charts.saturation(values, values, True),
        charts.saturation(values, values, False),
        health.slopes(np.abs(values)),
        health.weights(values),
        health.weights(values, 0.01),
        health.layers(values[:12]),
        health.memory(steps, values, values),
        health.generalisation(steps, values, values),
    ]
    for figure in figures:
        packed = charts.pack(figure)
        assert len(packed) < 25_000
        sent = checked(unpacked(packed))
        assert sent.layout.title.text and all(len(trace.x) <= charts.POINTS for trace in sent.data)
        for trace, original in zip(sent.data, figure["data"], strict=True):
            assert np.array_equal(trace.x, np.float32(original["x"])) or len(values) == 0
            assert np.array_equal(trace.y, np.float32(original["y"]), equal_nan=True) or len(values) == 0


def test_thinning_keeps_every_peak():
    values = np.zeros(5000)
    values[[17, 1234, 4999]] = 9.0, -9.0, 5.0
    x, y = charts.thin(np.arange(5000), values)
    assert {17, 1234, 4999} <= set(x.tolist()) and len(x) <= charts.POINTS and np.all(np.diff(x) > 0)
    assert np.array_equal(values[x], y)


def test_a_signal_of_zero_lies_on_the_floor_and_is_named():
    figure = checked(charts.signal(np.arange(3), np.array([1.0, 1e-30, 0.0])))
    assert np.allclose(figure.data[0].y, [1.0, charts.SIGNAL_FLOOR, charts.SIGNAL_FLOOR])
    assert figure.layout.annotations[0].text == "nothing left"
    assert not checked(charts.signal(np.arange(2), np.ones(2))).layout.annotations


def test_saturation_counts_what_is_beyond_doubt():
    figure = checked(charts.saturation(np.array([10.0, 0.0]), np.array([-10.0, -9.0, -8.0, 0.0]), True))
    assert "75 % of fakes" in figure.layout.title.text and "50 % of reals" in figure.layout.title.text
    assert all(sum(trace.y) == pytest.approx(100.0) for trace in figure.data)


def test_an_estimate_in_other_units_has_its_own_axis():
    own = checked(charts.distances(np.arange(3), np.ones(3), 0.1, np.ones(3), "JS", np.log(2)))
    shared = checked(charts.distances(np.arange(3), np.ones(3), 0.1, np.ones(3), "W", same_units=True))
    assert [trace.yaxis for trace in own.data] == [None, None, "y2"] and own.layout.yaxis2.side == "right"
    assert shared.data[2].yaxis == "y"


def test_slopes_say_how_steep_they_are_and_mark_one():
    figure = checked(health.slopes(np.array([*np.ones(98), 2.0, 50.0])))
    assert "mean 1.5, 95 % below 1" in figure.layout.title.text and figure.layout.shapes[0].x0 == 1.0
    assert sum(figure.data[0].y) == pytest.approx(100.0)  # also what lies outside the picture, on its edge


def test_weights_under_clipping_are_counted_at_their_bounds_which_are_marked():
    values = np.array([-0.01, 0.01, 0.01, 0.002])
    clipped = checked(health.weights(values, 0.01))
    assert "75 % at ±c" in clipped.layout.title.text
    assert [shape.x0 for shape in clipped.layout.shapes] == [-0.01, 0.01]
    assert clipped.data[0].y[0] == clipped.data[0].y[-1] == 0.0  # the bounds lie inside the picture
    assert not checked(health.weights(values)).layout.shapes


def test_layers_run_from_the_output_to_the_input_and_a_gradient_of_zero_lies_on_the_floor():
    figure = checked(health.layers(np.array([1.0, 1e-3, 0.0])))
    assert list(figure.data[0].x) == [3, 2, 1] and figure.layout.xaxis.autorange == "reversed"
    assert np.allclose(np.log10(figure.data[0].y), [0.0, -3.0, np.log10(health.LAYER_FLOOR)])
    assert figure.layout.annotations[0].text == "nothing left"
    assert not checked(health.layers(np.array([1.0, 0.1]))).layout.annotations


@pytest.mark.parametrize("norms", [[1.0, 0.7], [1.0, 1e-9], [3e5, 1.0], [0.0], []])
def test_layers_are_drawn_within_whole_decades_and_never_within_one(norms: list[float]):
    figure = checked(health.layers(np.array(norms)))
    low, high = figure.layout.yaxis.range
    assert low == int(low) and high == int(high) and high - low >= 2
    assert all(low <= np.log10(value) <= high for value in figure.data[0].y)


def test_charts_take_turns_and_rest_when_nothing_is_new():
    sent = _Sent()

    def tick(now: float, stamp: int, names: tuple[str, ...] = ("a", "b"), *, everything: bool = False) -> list[str]:
        due = sent.due(list(names), stamp, now, 0.3, everything=everything)
        if due:
            sent.note(due, stamp, now, b"")
        return due

    assert tick(0.0, 0) == ["a", "b"]  # the first time, all
    assert tick(0.1, 1) == []  # too early
    assert [tick(0.31 * k, k) for k in (1, 2, 3)] == [["a"], ["b"], ["a"]]
    assert tick(1.25, 3) == ["b"] and tick(1.5, 3) == []  # paused at 3: both catch up, then rest
    assert tick(1.6, 3, ("b",)) == ["b"] and tick(2.0, 3, ("b",)) == []  # another choice of charts
    assert tick(2.1, 3, ("b",), everything=True) == ["b"]
