"""Words with their definitions: [[term]] or [[shown|term]] in a text becomes a word to hover, touch or tab to."""

import re
from html import escape

from playground.glossary import GLOSSARY

MARK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")


def with_terms(text: str) -> str:
    """Markdown with every marked term as HTML that holds its definition; an unknown term is an error."""
    return MARK.sub(lambda found: term(found[1], found[2] or found[1]), text)


def term(shown: str, name: str) -> str:
    """One word with the definition of a term."""
    key = name.lower()
    if key not in GLOSSARY:
        raise ValueError(f"the glossary has no {name!r}; it has {', '.join(GLOSSARY)}")
    said = escape(GLOSSARY[key].definition, quote=True)
    return f'<abbr class="gp-term" data-says="{said}" aria-description="{said}" tabindex="0">{shown}</abbr>'


def plain_terms(text: str) -> str:
    """The text with marked terms as bare words."""
    return MARK.sub(lambda found: found[1], text)
