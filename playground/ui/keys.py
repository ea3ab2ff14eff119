"""The one table of keyboard shortcuts: buttons take theirs from it, and so does the panel that lists them."""

from dataclasses import dataclass

RUN, SLOW = "The run", "Slow motion, while it is open"
PICTURE, PAGE = "The picture, once it has the focus", "The page"
CAPS = {  # what stands on a key whose event has a longer name
    "-": "−",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "Escape": "Esc",
}


@dataclass(frozen=True)
class Shortcut:
    """Keys, each of which does the same: their names in a browser's events, what they do, and the buttons they press."""

    keys: tuple[str, ...]
    does: str
    where: str
    buttons: tuple[str, ...] = ()  # by their labels; Streamlit knows letters and digits, but neither C nor R


SHORTCUTS = (
    Shortcut(("P",), "Play or pause", RUN, ("Play", "Pause")),
    Shortcut(("S",), "One iteration of both players", RUN, ("Step",)),
    Shortcut(("D",), "One update of the discriminator only", RUN, ("D only",)),
    Shortcut(("G",), "One update of the generator only", RUN, ("G only",)),
    Shortcut(("X",), "Reset to the same first weights and draws", RUN, ("Reset",)),
    Shortcut(("N",), "New seed: other weights and draws", RUN, ("New seed",)),
    Shortcut(("B",), "The stage before", SLOW, ("Back",)),
    Shortcut(("F",), "The next stage", SLOW, ("Next",)),
    Shortcut(("I",), "Play another iteration", SLOW, ("Another iteration",)),
    Shortcut(("+", "="), "Zoom in", PICTURE),  # both are on one key of many keyboards
    Shortcut(("-",), "Zoom out", PICTURE),
    Shortcut(("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"), "Move the picture", PICTURE),
    Shortcut(("0", "Escape"), "Show everything again", PICTURE),
    Shortcut(("?",), "Open this list; Esc closes it", PAGE),
    Shortcut(("Tab",), "Go on to the next button, layer, knob or chart", PAGE),
    Shortcut(("Space", "Enter"), "Press what has the focus", PAGE),
)


def key_of(label: str) -> str | None:
    """The shortcut of a button, if it has one."""
    return next((shortcut.keys[0] for shortcut in SHORTCUTS if label in shortcut.buttons), None)


def listed() -> dict[str, list[tuple[list[str], str]]]:
    """What the panel shows: by heading, the caps of the keys and what they do."""
    places = dict.fromkeys(shortcut.where for shortcut in SHORTCUTS)
    return {place: [(caps(each), each.does) for each in SHORTCUTS if each.where == place] for place in places}


def caps(shortcut: Shortcut) -> list[str]:
    """Its keys as they are marked on a keyboard."""
    return [CAPS.get(key, key) for key in shortcut.keys]
