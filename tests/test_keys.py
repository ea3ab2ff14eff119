"""The list of shortcuts is the truth: what it lists acts, and what acts is listed."""

import re
from collections import Counter
from pathlib import Path

import pytest

from playground.ui.keys import CAPS, PICTURE, SHORTCUTS, key_of, listed

FRONTEND = Path(__file__).resolve().parent.parent / "playground" / "ui" / "frontend"
RESERVED = {"C", "R"}  # by Streamlit: clear the cache, run again


def test_a_key_does_one_thing_and_a_button_has_one_key():
    keys = Counter(key for shortcut in SHORTCUTS for key in shortcut.keys)
    buttons = Counter(label for shortcut in SHORTCUTS for label in shortcut.buttons)
    assert max(keys.values()) == max(buttons.values()) == 1


@pytest.mark.parametrize("shortcut", [each for each in SHORTCUTS if each.buttons], ids=lambda each: each.does)
def test_buttons_have_keys_that_streamlit_can_hear(shortcut):
    (key,) = shortcut.keys
    assert re.fullmatch("[A-Z0-9]", key) and key not in RESERVED
    assert {key_of(label) for label in shortcut.buttons} == {key}


def test_other_buttons_have_none():
    assert key_of("Break it") is None and key_of("") is None


def test_the_picture_obeys_the_listed_keys_and_no_others():
    """The keys that the canvas listens to, read from its source."""
    (table,) = re.findall(r"const KEYS = \{(.*?)\n\};", (FRONTEND / "gestures.js").read_text(), re.S)
    obeyed = re.findall(r'^  "?([^":]+)"?: \(target\)', table, re.M)
    assert sorted(obeyed) == sorted(key for each in SHORTCUTS if each.where == PICTURE for key in each.keys)


def test_the_panel_lists_every_shortcut_by_the_signs_on_its_keys():
    shown = [(keys, does) for rows in listed().values() for keys, does in rows]
    assert [does for _, does in shown] == [shortcut.does for shortcut in SHORTCUTS]
    assert not {key for keys, _ in shown for key in keys} & set(CAPS)
