"""A picture as plain data: layers over two axes, packed into a few kilobytes for the canvas.

A frame is one uint32 (little-endian) with the header's length, the header as JSON, then the raw arrays, each starting
at a multiple of 4 bytes. Coordinates travel as int16 steps within a window five times as wide as the axis, a step being
about a tenth of a pixel; what lies outside that window is moved to its edge, and NaN has a code of its own.
"""

import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.plots.palette import DIVERGING, shade

# the arrays of each kind of layer, and what each is measured on: the axis x or y, a free vector (d), the levels of a field
# (f), or bytes as they are (b)
KINDS: dict[str, dict[str, str]] = {
    "points": {"x": "x", "y": "y"},
    "field": {"values": "f"},
    "contours": {"values": "f"},
    "region": {"values": "f"},
    "arrows": {"x": "x", "y": "y", "u": "d", "v": "d"},
    "line": {"x": "x", "y": "y"},
    "area": {"x": "x", "y0": "y", "y1": "y"},
    "gap": {"x": "x", "y0": "y", "y1": "y"},
    "bars": {"edges": "x", "heights": "y"},
    "segments": {"x0": "x", "y0": "y", "x1": "x", "y1": "y"},
    "mesh": {"x": "x", "y": "y"},
    "trails": {"x": "x", "y": "y"},
    "images": {"tiles": "b"},
    "words": {"x": "x", "y": "y"},
    "handles": {"x": "x", "y": "y"},
}
STEPS = 32767  # int16 codes -STEPS .. STEPS; the code below them is NaN
LEVELS = 254  # uint8 codes of a field, 127 in the middle; 255 is NaN
MARGIN = 2.0  # widths of the axis kept on either side of it
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Axis:
    """A range in data units and what is measured along it."""

    low: float
    high: float
    title: str = ""


@dataclass(frozen=True)
class Layer:
    """One thing to draw, with its entry in the legend.

    `arrays` holds what `KINDS[kind]` names, or makes it once the layer is looked at; points and lines are (n,), `values` are
    (rows, columns) floats with row 0 at the bottom, a mesh is (rows, columns), trails are (moments, n), an image layer's
    `tiles` are (n, height, width) uint8. `right`: on the right axis. `options` are the kind's own: of a field, contours and a
    region `extent` (x0, x1, y0, y1) and `range` (low, high); contours `levels` and `dash`; a region `log` (its values are
    decimal logarithms; it lies where they are positive); line `dash`; points `marker` (dot, diamond); gap `edges` (two
    shades) and `unit` (its heights are measured in this many units of the axis); mesh `across` and `up` (the latents of its
    columns and rows) and `rest` (what the other latents are); images `columns`, `at` (left, top, side), `pick` and `mark`; words
    `texts`, `align` and `size`; handles `handles`: of each its label, its colour and how it goes along x and y.
    A layer without a name has no legend entry and is always drawn.
    """

    kind: str
    name: str
    role: str
    arrays: Arrays | Callable[[], Arrays]
    help: str = ""
    visible: bool = True
    right: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no layer is called {self.kind!r}; the kinds are {', '.join(KINDS)}")
        if not callable(self.arrays):
            self._demand(self.arrays)

    def made(self) -> Arrays:
        """The arrays."""
        arrays = self.arrays() if callable(self.arrays) else self.arrays
        self._demand(arrays)
        return arrays

    def _demand(self, arrays: Arrays) -> None:
        if set(arrays) != set(KINDS[self.kind]):
            raise ValueError(f"a layer of {self.kind} needs {sorted(KINDS[self.kind])}, got {sorted(arrays)}")


@dataclass(frozen=True)
class View:
    """A whole picture. Zoom and legend choices last until `revision` changes; `alt` says it in words."""

    layers: tuple[Layer, ...]
    x: Axis
    y: Axis
    right: Axis | None = None
    equal: bool = False  # one unit is equally long along x and y
    bare: bool = False  # no axes: images
    alt: str = ""
    game: int = 0
    iteration: int = 0
    revision: str = ""


def encode(view: View, shown: Mapping[str, bool] | None = None, **display: Any) -> bytes:
    """The view as one frame, ready for the canvas; `display` is what the canvas needs to know besides the picture.

    `shown` says which layers a viewer has switched on and off: what is off is neither made nor sent. None sends all.
    """
    arrays: list[np.ndarray] = []
    wanted = [shown is None or not layer.name or shown.get(layer.name, layer.visible) for layer in view.layers]
    layers = [_pack(layer, view, arrays, wanted=want) for layer, want in zip(view.layers, wanted, strict=True)]
    header = {
        "x": _axis(view.x),
        "y": _axis(view.y),
        "right": view.right and _axis(view.right),
        "equal": view.equal,
        "bare": view.bare,
        "alt": view.alt,
        "game": view.game,
        "iteration": view.iteration,
        "revision": view.revision,
        "layers": layers,
    } | display
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([struct.pack("<I", len(text)), text, *map(_padded, arrays)])


def encode_all(views: Sequence[View], shown: Mapping[str, bool] | None = None, **display: Any) -> bytes:
    """Several frames in one: a uint32 with their number, and each behind a uint32 with its length."""
    frames = [encode(view, shown, **display) for view in views]
    frames = [frame + bytes(-len(frame) % 4) for frame in frames]
    return struct.pack("<I", len(frames)) + b"".join(struct.pack("<I", len(frame)) + frame for frame in frames)


def decode(frame: bytes) -> dict[str, Any]:
    """The header of a frame with its arrays put back, floats in data units: what the canvas will see."""
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    for layer in header["layers"]:
        layer["arrays"] = {name: _unpack(frame[4 + length :], spec) for name, spec in (layer["arrays"] or {}).items()}
        if "f" in KINDS[layer["kind"]].values() and layer["arrays"]:
            layer["arrays"]["values"] = _levels_back(layer["arrays"]["values"], layer["options"]["range"])
    return header


def _axis(axis: Axis) -> list[Any]:
    return [float(axis.low), float(axis.high), axis.title]


def _pack(layer: Layer, view: View, arrays: list[np.ndarray], *, wanted: bool) -> dict[str, Any]:
    """A layer's entry in the header; its quantised arrays are added to `arrays` if it is wanted."""
    codes = list(_quantised(layer, view)) if wanted else []
    specs = {}
    for name, array, base, step in codes:
        specs[name] = [sum(map(_room, arrays)), list(array.shape), array.dtype.kind, base, step]
        arrays.append(array)
    return {
        "kind": layer.kind,
        "name": layer.name,
        "color": shade(layer.role),
        "ramp": [shade(role) for role in DIVERGING] if layer.kind == "field" else None,
        "help": layer.help,
        "visible": layer.visible,
        "right": layer.right,
        "options": dict(layer.options),
        "arrays": specs if wanted else None,
    }


def _quantised(layer: Layer, view: View) -> Iterator[tuple[str, np.ndarray, float, float]]:
    """(name, codes, base, step) of each array: value = base + step * code."""
    axes = {"x": view.x, "y": view.right if layer.right and view.right else view.y}
    arrays = layer.made()
    for name, measure in KINDS[layer.kind].items():
        values = np.asarray(arrays[name])
        if measure == "f":
            yield name, levels(values, *layer.options["range"]), 0.0, 1.0
        elif measure == "b":
            yield name, values.astype(np.uint8, copy=False), 0.0, 1.0
        else:
            base, step = _window(axes[measure]) if measure in axes else (0.0, _largest(values) / STEPS)
            yield name, _steps(values, base, step), base, step


def _window(axis: Axis) -> tuple[float, float]:
    """(base, step) of the codes of an axis; zero is a whole number of steps from the base, so that it stays zero."""
    step = (float(axis.high) - float(axis.low) or 1.0) * (0.5 + MARGIN) / STEPS
    return round((float(axis.low) + float(axis.high)) / 2 / step) * step, step


def _largest(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0)) or 1.0


def _steps(values: np.ndarray, base: float, step: float) -> np.ndarray:
    """Values as int16 codes (n,); infinities end at the window's edge."""
    scaled = np.clip((values.astype(np.float64, copy=False) - base) / step, -STEPS, STEPS)
    return np.where(np.isnan(scaled), -STEPS - 1, np.rint(scaled)).astype("<i2")


def levels(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values between low and high as uint8 codes 0 .. LEVELS, NaN as 255."""
    scaled = np.clip((values - low) / ((high - low) or 1.0), 0.0, 1.0) * LEVELS
    return np.where(np.isnan(scaled), 255, np.rint(scaled)).astype(np.uint8)


def _levels_back(codes: np.ndarray, ends: list[float]) -> np.ndarray:
    return np.where(codes == 255, np.nan, ends[0] + codes / LEVELS * (ends[1] - ends[0]))


def _unpack(data: bytes, spec: list[Any]) -> np.ndarray:
    start, shape, kind, base, step = spec
    codes = np.frombuffer(data, "<i2" if kind == "i" else "u1", count=int(np.prod(shape)), offset=start).reshape(shape)
    return np.where(codes == -STEPS - 1, np.nan, base + step * codes) if kind == "i" else codes


def _room(array: np.ndarray) -> int:
    """Bytes that an array takes in the frame, padding included."""
    return array.nbytes + -array.nbytes % 4


def _padded(array: np.ndarray) -> bytes:
    return array.tobytes() + bytes(-array.nbytes % 4)
