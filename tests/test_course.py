"""The course as a whole: every idea is taught and checked, every term is explained, no number is typed in by hand."""

import ast
import re
from html import escape
from pathlib import Path

import pytest

from playground.glossary import FORMS, GLOSSARY
from playground.lessons import LESSONS
from playground.lessons.__main__ import course
from playground.lessons.marks import MARK, unmarked
from playground.ui.terms import pattern, with_terms

ROOT = Path(__file__).parent.parent
ORDINARY = set((ROOT / "tests" / "ordinary_words.txt").read_text().split())
LETTERS = re.compile(r"[a-zA-Z]+(?:['’-][a-zA-Z]+)*")
IDEAS = {  # what each lesson must carry
    "two_players": ("discriminative", "generative", "noise in", "frequent and rare", "forger and the inspector"),
    "binary_cross_entropy": (
        "mini-batch mean",
        "near 0 when right",
        "unbounded when wrong",
        "real term and fake term",
        "minimax against non-saturating",
        "equilibrium",
    ),
    "taking_turns": ("who sees", "whose weights", "held still", "slow motion", "freezing", "k discriminator steps"),
    "balance_of_skill": ("superior discriminator", "superior generator", "learning rates", "widths", "steps", "signal"),
    "mode_collapse": (
        "a mode is",
        "dropping",
        "collaps",
        "hopping",
        "1s and 7s",
        "all ten",
        "forgetting",
        "overfitting",
        "cure",
    ),
    "vanishing_gradients": ("flat regions", "saturation", "how far apart", "analytic curves"),
    "earth_movers_distance": (
        "dirt",
        "draggable histograms",
        "plan",
        "amount × distance",
        "log 2",
        "sampled",
        "noise floor",
    ),
    "wasserstein_loss": ("no logs", "sigmoid", "linear last layer", "critic", "side by side", "differences", "min–max"),
    "lipschitz": (
        "x²",
        "sin x",
        "|x|",
        "drawn curve",
        "live critic",
        "cones",
        "continuity",
        "clipping",
        "±c",
        "depth",
        "penalty",
        "spectral norm",
    ),
    "drawing_images": (
        "transposed convolution",
        "overlap",
        "spectrum",
        "kernel",
        "stride",
        "upsample",
        "live on MNIST",
    ),
    "conditional_generation": ("P(X | Y)", "choose the digit"),
    "stability": ("two numbers", "vector field", "orbits", "converge", "step size", "penalty", "noise"),
    "reading_a_sick_gan": ("symptoms first", "guess", "reveal", "cure", "score"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_a_page_a_few_prompts_a_question_and_its_papers(name: str) -> None:
    lesson = LESSONS[name]
    assert f'lesson("{name}")' in (ROOT / "pages" / f"{name}.py").read_text()
    assert 2 <= len(lesson.prompts) <= 7 and len({prompt.text for prompt in lesson.prompts}) == len(lesson.prompts)
    assert all(prompt.ideas for prompt in lesson.prompts)
    assert lesson.sources and all(", https://" in source for source in lesson.sources)
    assert lesson.lead and lesson.notes and all(answer.feedback for answer in lesson.question.answers)


@pytest.mark.parametrize("name", LESSONS)
def test_no_part_of_a_lesson_is_a_wall_of_text(name: str) -> None:
    for section in LESSONS[name].sections:
        prose = re.sub(r"^\|.*$", "", unmarked(section.words), flags=re.MULTILINE)  # but for a table
        assert len(prose.split()) <= 110, section.title
        assert all(len(sentence.split()) <= 32 for sentence in re.split(r"[.:;?!]\s", prose)), section.title


@pytest.mark.parametrize("name", IDEAS)
def test_every_idea_of_a_lesson_has_a_prompt(name: str) -> None:
    carried = " | ".join(idea for prompt in LESSONS[name].prompts for idea in prompt.ideas).lower()
    assert [idea for idea in IDEAS[name] if idea.lower() not in carried] == []


def test_the_table_of_the_course_is_up_to_date() -> None:
    """`python -m playground.lessons > docs/course.md` writes it."""
    assert (ROOT / "docs" / "course.md").read_text() == course() + "\n"


# words


def words(text: str) -> set[str]:
    """The words of a text in lower case, without formulas, code and links."""
    bare = re.sub(r"\$\$?[^$]*\$\$?|`[^`]*`|\]\([^)]*\)|<[^>]*>", " ", text)
    found = {word.lower().replace("’", "'") for word in LETTERS.findall(bare)}
    return {word for word in found if len(word) > 1}


@pytest.mark.parametrize("name", LESSONS)
def test_each_technical_term_of_a_lesson_is_in_the_glossary(name: str) -> None:
    """A word is ordinary, by a list that somebody has read, or it belongs to a term, which the page explains."""
    text = LESSONS[name].text
    shown = {word for found in MARK.finditer(text) for word in words(found[1])}
    known = ORDINARY | shown | {word for form in FORMS for word in words(form)}
    assert {word for word in words(unmarked(text)) if word.removesuffix("'s") not in known} == set()


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_explains_each_term_where_it_comes_first(name: str) -> None:
    text = LESSONS[name].text
    said, bare = with_terms(text), re.sub(r"\$[^$]*\$|`[^`]*`", "", unmarked(text))
    used = {FORMS[form.lower()] for form in pattern().findall(bare)}
    assert used and [term for term in used if escape(GLOSSARY[term].definition, quote=True) not in said] == []


def test_a_definition_needs_no_term_that_is_not_defined() -> None:
    known = ORDINARY | {word for form in FORMS for word in words(form)}
    for name, term in GLOSSARY.items():
        unknown = {word for word in words(term.definition) if word.removesuffix("'s") not in known}
        assert unknown == set(), name


# numbers


def typed(file: Path) -> list[str]:
    """Numbers with a point, or of three digits and more, that stand in a lesson's texts as they were typed."""
    tree = ast.parse(file.read_text())
    nodes = list(ast.walk(tree))
    formats = [node.format_spec for node in nodes if isinstance(node, ast.FormattedValue) and node.format_spec]
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
    silent |= {id(part) for each in formats for part in ast.walk(each)}
    strings = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in silent]
    texts = [node.value for node in strings if isinstance(node.value, str)]
    prose = [text for text in texts if "https://" not in text]
    found = [number for text in prose for number in re.findall(r"(?<![\w.])\d*\.\d+|(?<![\w.])\d{3,}(?: %)?", text)]
    return [number for number in found if number != "100 %"]  # which says no more than all


@pytest.mark.parametrize("name", LESSONS)
def test_no_number_of_a_lesson_is_typed_in_by_hand(name: str) -> None:
    assert typed(ROOT / "playground" / "lessons" / f"{name}.py") == []
