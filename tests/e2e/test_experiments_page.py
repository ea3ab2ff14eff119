"""Every experiment can be found, opened, and says what to watch."""

import pytest

from playground.experiments import EXPERIMENTS
from playground.ui.state import spoken
from tests.e2e.visitor import OVERFLOW, Visitor, wait_for

PAGE = "/experiments"
VARIED = "frozen-generator"


@pytest.fixture
def page(visit) -> Visitor:
    """A visitor of the Experiments page."""
    visitor = visit()
    visitor.page.goto(f"{visitor.url}{PAGE}")
    visitor.page.locator(".gp-card").nth(len(EXPERIMENTS) - 1).wait_for()
    return visitor


def titles(visitor: Visitor) -> list[str]:
    return sorted(visitor.page.locator(".gp-card h3").all_inner_texts())


def expected(*pages: str, failing: bool = False) -> list[str]:
    shown = [each for each in EXPERIMENTS.values() if each.page in pages and (each.failure or not failing)]
    return sorted(each.title for each in shown)


def test_every_experiment_has_a_card_and_filters_choose_among_them(page: Visitor):
    assert titles(page) == expected("1d", "2d", "mnist")
    pills = page.page.get_by_test_id("stButtonGroup").get_by_role("button")
    pills.filter(has_text="1D").click()
    wait_for(lambda: titles(page), lambda shown: shown == expected("1d"), "the 1D experiments")
    pills.filter(has_text="MNIST").click()
    wait_for(lambda: titles(page), lambda shown: shown == expected("1d", "mnist"), "those of 1D and of MNIST")
    page.page.get_by_text("Shows a failure").click()
    wait_for(lambda: titles(page), lambda shown: shown == expected("1d", "mnist", failing=True), "their failures")


def test_a_card_opens_its_experiment_which_says_what_to_watch(page: Visitor):
    card = page.page.locator(f".st-key-gp-card-{VARIED}")
    card.get_by_role("link", name="Open").click()
    page.stage.wait_for()
    page.wait_for_query(f"experiment={VARIED}")
    page.read(EXPERIMENTS[VARIED].watch)
    page.wait_for_iteration(1)


@pytest.mark.parametrize("variant", EXPERIMENTS[VARIED].variants)
def test_a_variant_opens_with_its_knobs_and_names_them(page: Visitor, variant: str):
    card = page.page.locator(f".st-key-gp-card-{VARIED}")
    card.get_by_role("link", name=variant).click()
    page.stage.wait_for()
    experiment = EXPERIMENTS[VARIED]
    for name, value in experiment.variant(variant).to_params(experiment.config).items():
        page.wait_for_query(f"{name}={value}")
    page.read(f"Here with {spoken(experiment.variant(variant).changed(experiment.config), experiment.config)}")
    page.wait_for_iteration(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_cards_fit_a_phone(visit, theme):
    visitor = visit(viewport={"width": 390, "height": 844}, color_scheme=theme)
    visitor.page.goto(f"{visitor.url}{PAGE}")
    visitor.page.locator(".gp-card").nth(len(EXPERIMENTS) - 1).wait_for()
    assert visitor.page.evaluate(OVERFLOW) <= 0
    widths = [box["width"] for box in (card.bounding_box() for card in visitor.page.locator(".gp-card").all()) if box]
    assert min(widths) > 280 and max(widths) <= 390


def test_a_menu_leads_to_the_experiments(visit):
    visitor = visit("/")
    visitor.page.get_by_role("link", name=f"All {len(EXPERIMENTS)} experiments").click()
    visitor.page.locator(".gp-card").first.wait_for()
    assert visitor.page.url.endswith(PAGE)
