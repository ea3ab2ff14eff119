"""Marked terms in texts: [[term]], or [[shown|term]] where the sentence needs another form of the word."""

import re

MARK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")


def unmarked(text: str) -> str:
    """The text with its terms as bare words."""
    return MARK.sub(lambda found: found[1], text)


def terms(text: str) -> list[str]:
    """The terms that are marked in a text, in lower case."""
    return [(found[2] or found[1]).lower() for found in MARK.finditer(text)]
