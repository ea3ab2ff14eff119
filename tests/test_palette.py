"""Colours keep their roles apart for everybody: measured on what the colour-blind see, in both themes.

Vision is simulated by coloraide at full severity, by the two models in use: Brettel, Viénot and Mollon 1997 and Machado,
Oliveira and Fernandes 2009. Distances are CIEDE2000, the stricter where colours are dark or strong, and CIE76, the
plain distance in L*a*b*; both are asked.
"""

import itertools
import re
import tomllib
from pathlib import Path

import pytest
from coloraide import Color

from playground.plots.palette import DIVERGING, PALETTE, shade

ROOT = Path(__file__).resolve().parent.parent
APART = 20.0  # ΔE between two roles
ROLES = ("real", "fake", "discriminator")
POINTS = ("real", "fake")  # drawn as dots and diamonds, see-through
MARKS = (*ROLES, "optimum", "arrows")  # lines: dashes and shapes tell them apart too
ALPHA = 0.72  # of a point: layers.js
VISIONS = ["normal", *itertools.product(("protan", "deutan", "tritan"), ("brettel", "machado"))]
METRICS = ("2000", "76")
in_both_themes = pytest.mark.parametrize("theme", ["light", "dark"])
to_all_eyes = pytest.mark.parametrize(
    "vision", VISIONS, ids=lambda vision: vision if vision == "normal" else "-".join(vision)
)


def color_of(role: str, theme: str) -> Color:
    return Color(getattr(shade(role), theme))


def seen(color: Color, vision: str | tuple[str, str]) -> Color:
    """A colour as somebody sees it."""
    if vision == "normal":
        return color
    blindness, model = vision
    return color.filter(blindness, 1.0, method=model).convert("srgb").clip()


def distances(first: Color, second: Color, vision: str | tuple[str, str]) -> list[float]:
    """ΔE by each formula, between two colours as somebody sees them."""
    return [seen(first, vision).delta_e(seen(second, vision), method=metric) for metric in METRICS]


def point(role: str, ground: str, theme: str) -> Color:
    """The colour of a single point on a ground, as browsers blend it: by sRGB values."""
    mark, below = color_of(role, theme), color_of(ground, theme)
    return below.mix(mark, ALPHA, space="srgb")


def hexes(text: str) -> set[str]:
    return {color.lower() for color in re.findall(r"#[0-9a-fA-F]{6}\b", text)}


@in_both_themes
@to_all_eyes
@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ROLES, 2)))
def test_everybody_tells_the_roles_apart(first: str, second: str, vision: str | tuple[str, str], theme: str):
    assert min(distances(color_of(first, theme), color_of(second, theme), vision)) >= APART


@in_both_themes
@to_all_eyes
@pytest.mark.parametrize("ground", ["paper", *DIVERGING])
def test_everybody_tells_real_points_from_fakes_on_any_ground(ground: str, vision: str | tuple[str, str], theme: str):
    real, fake = (point(role, ground, theme) for role in POINTS)
    assert min(distances(real, fake, vision)) >= APART


@in_both_themes
@to_all_eyes
def test_everybody_tells_the_ends_of_the_heat_map_apart(vision: str | tuple[str, str], theme: str):
    fake, real = (color_of(role, theme) for role in (DIVERGING[0], DIVERGING[-1]))
    assert min(distances(fake, real, vision)) >= APART


@in_both_themes
@to_all_eyes
def test_lines_differ_by_their_colour_too(vision: str | tuple[str, str], theme: str):
    """What is told apart by its dashes or its shape first: less is enough."""
    for first, second in itertools.combinations(MARKS, 2):
        assert min(distances(color_of(first, theme), color_of(second, theme), vision)) >= 15, (first, second)


@in_both_themes
def test_marks_and_words_stand_out_from_the_paper(theme: str):
    paper = color_of("paper", theme)
    contrast = {role: paper.contrast(color_of(role, theme)) for role in PALETTE}
    assert all(contrast[role] >= 3 for role in (*MARKS, "floor"))  # WCAG 2.2, 1.4.11
    assert all(contrast[role] >= 4.5 for role in ("ink", "muted"))  # 1.4.3


def test_each_light_colour_has_one_dark_twin():
    assert len({colors.light for colors in PALETTE.values()}) == len(PALETTE)


@in_both_themes
def test_the_theme_wears_the_palette(theme: str):
    """Streamlit's accents, and with them badges, links and buttons, are the roles' colours."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    wanted = {"primaryColor": "real", "blueColor": "real", "orangeColor": "fake", "violetColor": "discriminator"}
    wanted |= {"backgroundColor": "paper", "textColor": "ink"}
    assert {name: settings[name] for name in wanted} == {
        name: getattr(shade(role), theme) for name, role in wanted.items()
    }


@pytest.mark.parametrize(
    "file", sorted((ROOT / "playground" / "ui" / "frontend").glob("*.css")), ids=lambda file: file.name
)
def test_style_sheets_use_no_colours_of_their_own(file: Path):
    known = hexes((ROOT / ".streamlit" / "config.toml").read_text()) | {c for pair in PALETTE.values() for c in pair}
    assert hexes(file.read_text()) <= known
