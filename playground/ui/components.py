"""Components of our own. Three redraw in place: the stage, a canvas for one View; charts, a grid of plotly figures; flow, a
diagram.

All keep their DOM node from frame to frame, and with it zoom and legend choices. Two small ones do what only a browser can:
copy a link, and listen for "?". Their JavaScript is served as files, and plotly's from the installed package, so nothing is
fetched from elsewhere and a frame holds only data.
"""

import json
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer
from streamlit.elements.lib.layout_utils import Width
from streamlit.runtime import Runtime

from playground.plots.charts import Figure, pack
from playground.plots.palette import PALETTE
from playground.plots.view import View, encode_all
from playground.ui.fragments import in_fragment_run
from playground.ui.keys import listed

# component → the package and folder whose files the server may hand out for it
ASSETS = {
    "stage": (Path(__file__).parent, "frontend"),
    "charts": (Path(__file__).parent, "frontend"),
    "keys": (Path(__file__).parent, "frontend"),
    "link": (Path(__file__).parent, "frontend"),
    "flow": (Path(__file__).parent, "frontend"),
    "strip": (Path(__file__).parent, "frontend"),
    "plotly": (Path(plotly.__file__).parent, "package_data"),
}
REPEAT = 1.0  # seconds for which a payload is sent again: a slow browser may have skipped the first

_lock = threading.Lock()
_renderers: dict[str, ComponentRenderer] = {}


def stage(
    views: Sequence[View],
    key: str,
    height: int = 520,
    tape: Mapping[str, Any] | None = None,
    tile: int | None = None,
    heard: Mapping[str, Callable[[Any], None]] | None = None,
    *,
    greet: bool = False,
) -> None:
    """Draw views one after the other on the canvas called `key`; it fills its column and is at most `height` pixels high.

    The browser spreads them over the time until the next ones come. None at all draws nothing yet, but lets the browser
    load what it will need. Only the layers that are switched on there are made and sent. `tape` is what the slider beneath
    shows: how many moments there are, which is seen, its iteration and the last one's. `tile` is marked among those that
    can be chosen. `heard` are called with what a hand does: `moment` with the place of the moment wanted (None: now), `fork`
    with that of the one to go on from, `tile` with the number of another tile. With `greet` the browser says when it has
    `drawn` the first of them.
    """

    listeners: dict[str, Any] = {
        f"on_{event}_change": listener(key, event, act) for event, act in (heard or {}).items()
    }
    data = encode_all(views, switched(key), height=height, tape=tape, tile=tile, greet=greet) if views else b""
    _mount("stage", data, key, on_shown_change=_nothing, on_drawn_change=_nothing, **listeners)


def drawn(key: str) -> bool:
    """Whether a browser has said that a stage which asked for it has been drawn."""
    return bool(st.session_state.get(key, {}).get("drawn"))


def listener(key: str, event: str, act: Callable[[Any], None]) -> Callable[[], None]:
    """Calls back with what an event of a component brought; one that is gone from the page is not heard any more."""

    def hear() -> None:
        state = st.session_state.get(key)
        if state is not None:
            act(state[event])

    return hear


def switched(key: str) -> dict[str, bool]:
    """Which layers of a stage somebody has switched on and off."""
    return dict(st.session_state.get(key, {}).get("shown") or {})


def charts(
    figures: Mapping[str, Callable[[], Figure]],
    key: str,
    stamp: Hashable,
    *,
    every: float = 0.3,
    height: int = 220,
    at_once: bool = False,
) -> None:
    """Draw figures by name in a grid, at most one of them anew every so many seconds while a fragment ticks.

    `stamp` says what the data belong to, say (run, iteration): a figure is made and sent only if its stamp has changed,
    the most outdated first. A run of the whole page sends them all, and so does a browser that misses one; `at_once` sends
    all that have changed.
    """
    sent = st.session_state.setdefault(f"_charts_{key}", _Sent())
    everything = not in_fragment_run() or bool(st.session_state.get(key, {}).get("missing"))
    names = sent.due(list(figures), stamp, time.monotonic(), every, everything=everything)
    if at_once:
        names = [name for name in figures if sent.stamps.get(name) != stamp]
    if names:
        sent.note(names, stamp, time.monotonic(), _pack(figures, names, height))
    _mount("charts", sent.payload if time.monotonic() - sent.at < REPEAT else b"", key, on_missing_change=_nothing)


def keys(key: str) -> None:
    """A button that lists all keyboard shortcuts, as "?" does."""
    _mount("keys", json.dumps(listed()).encode(), key, width="content")


def link(query: Mapping[str, str], key: str) -> None:
    """The page's address with this query, in a field and behind a button that copies it."""
    _mount("link", json.dumps(dict(query)).encode(), key)


def flow(active: Sequence[str], notes: Mapping[str, str], alt: str, key: str) -> None:
    """The flow of data through an iteration, with the parts named in `active` lit and notes beside parts by name."""
    colors = {role: PALETTE[role] for role in ("real", "fake", "discriminator", "muted")}
    data = {"active": list(active), "notes": dict(notes), "alt": alt, "colors": colors}
    _mount("flow", json.dumps(data).encode(), key)


def strip(frame: bytes, key: str, on_chosen: Callable[[], None]) -> None:
    """Draw small multiples, one View with its groups of tiles; a click calls back, its seed at `key`'s `chosen`."""
    _mount("strip", frame, key, on_chosen_change=on_chosen)


@dataclass
class _Sent:
    """What the browser has of a grid of charts: the stamp of each, longest sent first."""

    stamps: dict[str, Hashable] = field(default_factory=dict)
    at: float = -1e9
    payload: bytes = b""

    def due(self, names: list[str], stamp: Hashable, now: float, every: float, *, everything: bool) -> list[str]:
        """The names to send now."""
        if everything or self.stamps.keys() != set(names):
            self.stamps.clear()
            return names
        outdated = [name for name, known in self.stamps.items() if known != stamp]
        return outdated[:1] if now - self.at >= every else []

    def note(self, names: list[str], stamp: Hashable, now: float, payload: bytes) -> None:
        """Remember what was sent."""
        for name in names:
            self.stamps.pop(name, None)  # to the end of the queue
            self.stamps[name] = stamp
        self.at, self.payload = now, payload


def _pack(figures: Mapping[str, Callable[[], Figure]], names: list[str], height: int) -> bytes:
    """The payload: all names in order, the figures of some, and the dark twin of each colour of the palette."""
    made = ",".join(f"{json.dumps(name)}:{pack(figures[name]())}" for name in names)
    dark = {shade.light: shade.dark for shade in PALETTE.values()}
    about = json.dumps({"sequence": time.monotonic_ns(), "names": list(figures), "height": height, "dark": dark})
    return f'{about[:-1]},"figures":{{{made}}}}}'.encode()


def _mount(name: str, data: bytes, key: str, width: Width = "stretch", **listeners: Any) -> None:
    """Show a component; without a server (a script run on its own) there is nothing to show it in."""
    if Runtime.exists():
        _renderer(name)(key=key, data=data, width=width, height="content", **listeners)


def _nothing() -> None:
    """Streamlit reports an event only if there is something to call."""


def _renderer(name: str) -> ComponentRenderer:
    """The component's mounting function, with its files known to the running server, which has its own registry."""
    registry = get_bidi_component_manager()
    with _lock:
        if registry.get_component_path("playground.plotly") is None:
            for part, (root, folder) in ASSETS.items():
                manifest = ComponentManifest("playground", "1", [ComponentConfig(part, folder)])
                registry.register_from_manifest(manifest, root)
        if name not in _renderers:
            files = {"js": f"{name}.js", "css": f"{name}.css"}
            _renderers[name] = component(f"playground.{name}", isolate_styles=False, **files)
        return _renderers[name]
