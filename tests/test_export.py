"""A picture that is taken away shows what the canvas shows: each layer's data, in the palette's colours."""

import base64
import json
import re
from html.parser import HTMLParser

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.plots import charts, digits, export, scenes
from playground.plots.palette import PALETTE, light, shade
from playground.plots.view import KINDS, Axis, Layer, View

RNG = np.random.default_rng(0)
X = np.linspace(-2, 2, 9)
FIELD = {"extent": (-2, 2, 0, 3), "range": (-1.0, 1.0)}
ARRAYS = {  # kind → arrays that such a layer could hold, and its options
    "points": ({"x": X, "y": X**2}, {"marker": "diamond"}),
    "field": ({"values": RNG.normal(size=(3, 4))}, {"extent": (-2, 2, 0, 3), "range": (-1.0, 1.0)}),
    "contours": ({"values": RNG.normal(size=(3, 4))}, FIELD | {"levels": [-0.5, 0.0, 0.5], "dash": True}),
    "region": ({"values": RNG.normal(size=(3, 4))}, FIELD | {"log": True}),
    "arrows": ({"x": X, "y": X, "u": X + 3, "v": 0 * X + 1}, {}),
    "line": ({"x": X, "y": np.where(X > 1, np.nan, X)}, {"dash": True}),
    "area": ({"x": X, "y0": 0 * X, "y1": X**2}, {}),
    "gap": ({"x": X, "y0": 0 * X, "y1": X**2}, {"edges": [shade("real"), shade("real")], "unit": 2.0}),
    "mesh": ({"x": np.add.outer(0 * X, X), "y": np.add.outer(X, 0 * X)}, {"across": list(X), "up": list(X), "rest": 0}),
    "trails": ({"x": np.add.outer([0.0, 1, 2], X), "y": np.add.outer([0.0, 0, 0], X)}, {}),
    "bars": ({"edges": X, "heights": X[1:] ** 2}, {}),
    "segments": ({"x0": X, "y0": X, "x1": X + 1, "y1": X - 1}, {}),
    "words": ({"x": X, "y": X}, {"texts": ["a"] * len(X), "align": "right", "size": 0.5}),
    "handles": ({"x": X[:2], "y": X[:2]}, {"handles": [{"label": "a"}, {"label": "b"}]}),
    "images": ({"tiles": RNG.integers(0, 256, (5, 6, 4), dtype=np.uint8)}, {"columns": 3}),
}


def layer(kind: str, **rest) -> Layer:
    arrays, options = ARRAYS[kind]
    return Layer(kind, f"some {kind}", "real", arrays, "What it is.", options=options, **rest)


def view(*layers: Layer, **rest) -> View:
    return View(layers, Axis(-2, 2, "x"), Axis(-1, 4, "height"), **rest)


def traces(kind: str, **rest) -> list[dict]:
    return export.traces_of(layer(kind, **rest))


def stops(trace: dict) -> np.ndarray:
    """The points of a broken line, (lines, stops, 2), without the NaN between any two."""
    places = np.stack([trace["x"], trace["y"]], axis=-1)
    ends = np.flatnonzero(np.isnan(places[:, 0]))
    return np.stack([places[start:end] for start, end in zip([0, *ends[:-1] + 1], ends, strict=True)])


# --- layers -----------------------------------------------------------------------------------------------------------


def test_every_kind_of_layer_has_a_translation():
    assert set(export.TRACES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_translated_layer_is_what_plotly_accepts_and_keeps_name_colour_and_visibility(kind: str):
    seen, off = traces(kind), traces(kind, visible=False)
    go.Figure({"data": seen})  # its classes check every property
    assert {trace["name"] for trace in seen} == {f"some {kind}"}
    assert [trace["showlegend"] for trace in seen] == [False] * (len(seen) - 1) + [True]
    assert {trace["visible"] for trace in seen} == {True} and {trace["visible"] for trace in off} == {"legendonly"}
    colors = {light(role) for role in ("real", *export.DIVERGING, "paper", "ink")}
    assert {color[:7] for color in re.findall(r"#[0-9a-f]{6,8}", charts.pack({"data": seen}))} <= colors


def test_a_layer_without_a_name_is_not_in_the_legend():
    assert [trace["showlegend"] for trace in export.traces_of(Layer("points", "", "ink", ARRAYS["points"][0]))] == [
        False
    ]


def test_a_layer_of_the_right_axis_stays_there():
    assert {trace["yaxis"] for trace in traces("line", right=True)} == {"y2"}


def test_points_stay_where_they_are():
    (trace,) = traces("points")
    assert np.allclose(trace["x"], X) and np.allclose(trace["y"], X**2) and trace["marker"]["symbol"] == "diamond"


def test_a_field_keeps_its_values_its_range_and_its_place():
    (heat,) = traces("field")
    values = ARRAYS["field"][0]["values"]
    assert np.allclose(heat["z"], values) and (heat["zmin"], heat["zmax"]) == (-1, 1)
    assert (heat["x"][0], heat["x"][-1], heat["y"][0], heat["y"][-1]) == (-2, 2, 0, 3)  # row 0 at the bottom
    assert [color for _, color in heat["colorscale"]] == [light("heat_fake"), light("heat_middle"), light("heat_real")]


def test_contours_have_their_levels_and_a_region_lies_where_values_are_positive():
    assert [trace["contours"]["start"] for trace in traces("contours")] == [-0.5, 0.0, 0.5]
    inside, border = traces("region")
    assert np.array_equal(inside["z"] == 1, ARRAYS["region"][0]["values"] > 0) and border["contours"]["end"] == 0.0


def test_a_mesh_runs_both_ways_and_a_trail_through_all_its_moments():
    (grid,) = traces("mesh")
    assert stops(grid).shape == (2 * len(X), len(X), 2)
    (trail,) = traces("trails")
    assert np.allclose(stops(trail)[0], [[X[0] + t, X[0]] for t in range(3)])


def test_a_gap_is_filled_between_curves_in_the_colours_of_their_samples():
    low, high = traces("gap")
    assert high["fill"] == "tonexty" and np.allclose(high["y"] - low["y"], X**2)
    assert low["line"]["color"] == light("real")


def test_an_arrow_runs_from_its_foot_to_its_head_and_a_vanished_one_is_nothing():
    arrays = {
        "x": np.array([0.0, 1.0]),
        "y": np.array([0.0, 1.0]),
        "u": np.array([2.0, 0.0]),
        "v": np.array([1.0, 0.0]),
    }
    (trace,) = export.traces_of(Layer("arrows", "pull", "arrows", arrays))
    assert np.allclose(stops(trace), [[[0, 0], [2, 1]]])
    foot, head, _ = trace["marker"]["size"]
    assert foot == 0 < head and trace["marker"]["angleref"] == "previous"


def test_a_line_is_interrupted_where_it_has_no_value():
    (trace,) = traces("line")
    assert np.array_equal(np.isnan(trace["y"]), X > 1) and trace["connectgaps"] is False
    assert trace["line"]["dash"] == "dash"


def test_an_area_is_filled_between_its_edges():
    low, high = traces("area")
    assert np.allclose(low["y"], 0) and np.allclose(high["y"], X**2) and high["fill"] == "tonexty"
    assert low["line"]["width"] == 0


def test_bars_fill_the_room_between_their_edges():
    (trace,) = traces("bars")
    assert np.allclose(trace["x"] - trace["width"] / 2, X[:-1]) and np.allclose(trace["x"] + trace["width"] / 2, X[1:])
    assert np.allclose(trace["y"], X[1:] ** 2)


def test_segments_join_their_ends():
    (trace,) = traces("segments")
    assert np.allclose(stops(trace), np.stack([np.stack([X, X], -1), np.stack([X + 1, X - 1], -1)], axis=1))


def test_tiles_stand_row_by_row_from_the_top_left_each_in_its_unit_square():
    (trace,) = traces("images")
    tiles, columns = ARRAYS["images"][0]["tiles"], 3
    rows, width = 2, trace["z"].shape[1]
    assert trace["z"].shape[1] * trace["dx"] == pytest.approx(columns)
    assert trace["z"].shape[0] * trace["dy"] == pytest.approx(rows)
    left = trace["x0"] + trace["dx"] * np.arange(width)  # centres of the pixels
    up = trace["y0"] + trace["dy"] * np.arange(trace["z"].shape[0])
    for i, tile in enumerate(tiles):
        column, row = i % columns, rows - 1 - i // columns
        here = trace["z"][np.ix_((up > row) & (up < row + 1), (left > column) & (left < column + 1))][::-1]
        assert np.array_equal(here[: tile.shape[0], : tile.shape[1]], tile)


# --- whole pictures ---------------------------------------------------------------------------------------------------


def line_scene(**rest) -> View:
    real, fake, grid = RNG.normal(size=(200, 1)), RNG.normal(size=(200, 1)), np.linspace(-3, 3, 40)
    known = {"grid_x": grid, "density": np.exp(-(grid**2)), "d_grid": grid, "probability": True}
    return scenes.line_scene(real=real, fake=fake, optimum=0 * grid + 0.5, arrows=-fake, **known | rest)


def plane_scene() -> View:
    grid = np.linspace(-3, 3, 12)
    real, fake = RNG.normal(size=(50, 2)), RNG.normal(size=(40, 2))
    known = {"grid_x": grid, "grid_y": grid, "d_grid": np.add.outer(grid, grid), "probability": False}
    return scenes.plane_scene(real=real, fake=fake, arrows=-fake, **known)


SCENES = {
    "line": line_scene,
    "plane": plane_scene,
    "digits": lambda: digits.digits_scene(RNG.integers(0, 256, (20, 28, 28), dtype=np.uint8), 10),
}


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_keeps_its_layers_in_order_and_its_axes(scene: str):
    picture = SCENES[scene]()
    figure = export.figure(picture)
    go.Figure(figure)  # its classes check every property
    axes = figure["layout"]
    assert list(dict.fromkeys(trace["name"] for trace in figure["data"])) == [each.name for each in picture.layers]
    assert axes["xaxis"]["range"] == [picture.x.low, picture.x.high]
    assert axes["yaxis"]["range"] == [picture.y.low, picture.y.high]
    assert (axes["yaxis"].get("scaleanchor") == "x") == picture.equal
    assert (axes["xaxis"].get("visible") is False) == picture.bare


def test_no_density_and_a_probability_of_zero_share_a_height():
    axes = export.figure(line_scene())["layout"]
    (low, high), (bottom, top) = axes["yaxis"]["range"], axes["yaxis2"]["range"]
    zero = (0 - low) / (high - low)
    assert bottom + zero * (top - bottom) == pytest.approx(0) and top == pytest.approx(1.04)


# --- the page ---------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Texts of the elements with an id, and all that a page would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.fetched: list[str] = []
        self._at: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.fetched += [str(known[name]) for name in ("src", "srcset") if name in known]
        self.fetched += [str(known["href"])] if tag == "link" else []
        self._at.append(known.get("id") or (tag if tag in ("title", "h1") else ""))

    def handle_endtag(self, tag: str) -> None:
        if self._at:
            self._at.pop()

    def handle_data(self, data: str) -> None:
        for name in filter(None, self._at[-1:]):
            self.texts[name] = self.texts.get(name, "") + data


EVIL = '</script><script>alert("1")</script>&'


def document(*, dark: bool = False, title: str = "A ring", link: str = "http://here/mixture_2d?seed=3") -> str:
    figures = {"picture": export.figure(plane_scene()), EVIL: charts.modes(np.arange(3), np.arange(3), 8)}
    return export.document(title, ["Iteration 7.", EVIL], figures, {"Seed": "3", EVIL: EVIL}, link, {}, dark=dark)


def test_a_page_holds_all_it_needs():
    page = Reader(document())
    assert page.fetched == []
    assert page.texts["link"] == "http://here/mixture_2d?seed=3" and page.texts["h1"] == page.texts["title"] == "A ring"


def test_texts_of_a_page_are_never_its_code():
    page = document(title=EVIL, link=f"http://here/?digits={EVIL}")
    assert "alert(" not in re.sub(r"&lt;script&gt;alert\(|<script>alert\(\\\"1\\\"\)<\\/script>", "", page)
    assert Reader(page).texts["link"] == f"http://here/?digits={EVIL}"
    assert EVIL in json.loads(Reader(page).texts["data"])


def test_the_data_of_a_page_are_those_of_the_picture():
    figure = json.loads(Reader(document()).texts["data"])["picture"]
    trace = next(trace for trace in figure["data"] if trace["type"] == "heatmap")
    shape = [int(size) for size in trace["z"]["shape"].split(",")]
    values = np.frombuffer(base64.b64decode(trace["z"]["bdata"]), trace["z"]["dtype"]).reshape(shape)
    grid = np.linspace(-3, 3, 12)
    assert np.allclose(values, np.add.outer(grid, grid), atol=1e-5)


def test_a_dark_page_has_the_dark_twin_of_every_colour():
    light_page, dark_page = (Reader(document(dark=dark)).texts["data"] for dark in (False, True))
    twins = {shade.light: shade.dark for shade in PALETTE.values()}
    found = re.findall(r"#[0-9a-f]{6}", light_page)
    assert re.findall(r"#[0-9a-f]{6}", dark_page) == [twins[color] for color in found]


def test_plotly_accepts_every_chart_of_a_dark_page():
    for figure in json.loads(Reader(document(dark=True)).texts["data"]).values():
        go.Figure(figure)
