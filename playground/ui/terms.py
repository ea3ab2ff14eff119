"""Words with their definitions: a term of the glossary becomes a word to hover, touch or tab to."""

import re
from collections.abc import Callable
from functools import cache
from html import escape

from playground.glossary import FORMS, GLOSSARY
from playground.lessons.marks import MARK

KEPT = re.compile(r"(\$\$?[^$]*\$\$?|`[^`]*`|!?\[[^\[\]]*\]\([^)]*\)|<[^>]*>)")  # formulas, code, links, HTML


def with_terms(text: str, known: set[str] | None = None) -> str:
    """Markdown with each term, where it comes first, as HTML that holds its definition.

    [[term]] and [[shown|term]] are terms in any case; one that the glossary does not have is an error. `known` are terms that
    were explained before, which need it no more; those of this text are added.
    """
    known = set() if known is None else known
    parts = KEPT.split(MARK.sub(lambda found: marked(found[1], found[2] or found[1], known), text))
    return "".join(part if i % 2 else pattern().sub(explain(known), part) for i, part in enumerate(parts))


def marked(shown: str, name: str, known: set[str]) -> str:
    """A term that an author has marked."""
    key = FORMS.get(name.lower())
    if key is None:
        raise ValueError(f"the glossary has no {name!r}; it has {', '.join(GLOSSARY)}")
    known.add(key)
    return term(shown, key)


@cache
def pattern() -> re.Pattern[str]:
    """Any form of any term, the longest first."""
    forms = "|".join(re.escape(form) for form in sorted(FORMS, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE)


def explain(known: set[str]) -> Callable[[re.Match[str]], str]:
    """What becomes of a form of a term: itself if the term is known already."""

    def one(found: re.Match[str]) -> str:
        key = FORMS[found[0].lower()]
        if key in known:
            return found[0]
        known.add(key)
        return term(found[0], key)

    return one


def term(shown: str, key: str) -> str:
    """One word with the definition of a term."""
    said = escape(GLOSSARY[key].definition, quote=True)
    return f'<abbr class="gp-term" data-says="{said}" aria-description="{said}" tabindex="0">{shown}</abbr>'
