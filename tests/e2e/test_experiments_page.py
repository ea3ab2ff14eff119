"""Every experiment can be found, opened, and says what to watch."""

from playground.experiments import EXPERIMENTS
from playground.ui.state import spoken
from tests.e2e.looks import LOOKS, in_every_look
from tests.e2e.visitor import OVERFLOW, Visitor, wait_for

PAGE = "/experiments"
VARIED = "frozen-generator"


def titles(visitor: Visitor) -> list[str]:
    return sorted(visitor.page.locator(".gp-card h3").all_inner_texts())


def expected(*pages: str, failing: bool = False) -> list[str]:
    shown = [each for each in EXPERIMENTS.values() if each.page in pages and (each.failure or not failing)]
    return sorted(each.title for each in shown)


def cards(visitor: Visitor) -> None:
    """Wait for all of them."""
    visitor.page.locator(".gp-card").nth(len(EXPERIMENTS) - 1).wait_for()


@in_every_look
def test_a_menu_leads_to_the_experiments_of_which_each_has_a_card_that_filters_choose_among(visit, look: str):
    visitor = visit("/", **LOOKS[look])
    a_link_leads_to_the_experiments(visitor)
    the_cards_fit_the_page(visitor)
    every_experiment_has_a_card_and_filters_choose_among_them(visitor)


def a_link_leads_to_the_experiments(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name=f"All {len(EXPERIMENTS)} experiments").click()
    cards(visitor)
    assert visitor.page.url.endswith(PAGE)


def the_cards_fit_the_page(visitor: Visitor) -> None:
    assert visitor.page.evaluate(OVERFLOW) <= 0
    width = visitor.page.evaluate("window.innerWidth")
    widths = [box["width"] for box in (card.bounding_box() for card in visitor.page.locator(".gp-card").all()) if box]
    assert min(widths) > 280 and max(widths) <= width


def every_experiment_has_a_card_and_filters_choose_among_them(visitor: Visitor) -> None:
    assert titles(visitor) == expected("1d", "2d", "mnist")
    pills = visitor.page.get_by_test_id("stButtonGroup").get_by_role("button")
    pills.filter(has_text="1D").click()
    wait_for(lambda: titles(visitor), lambda shown: shown == expected("1d"), "the 1D experiments")
    pills.filter(has_text="MNIST").click()
    wait_for(lambda: titles(visitor), lambda shown: shown == expected("1d", "mnist"), "those of 1D and of MNIST")
    visitor.page.get_by_text("Shows a failure").click()
    wait_for(lambda: titles(visitor), lambda shown: shown == expected("1d", "mnist", failing=True), "their failures")


def test_a_card_opens_its_experiment_and_each_of_its_variants(visit):
    visitor = visit()
    visitor.page.goto(f"{visitor.url}{PAGE}")
    a_link_opens_the_experiment_which_says_what_to_watch(visitor)
    for variant in EXPERIMENTS[VARIED].variants:
        # not "back": under load Streamlit notes an address and its query apart, and that takes two steps
        visitor.page.goto(f"{visitor.url}{PAGE}")
        a_link_opens_a_variant_with_its_knobs_and_names_them(visitor, variant)


def opened(visitor: Visitor, link: str) -> None:
    """Follow a link of a card."""
    cards(visitor)
    visitor.page.locator(f".st-key-gp-card-{VARIED}").get_by_role("link", name=link).click()
    visitor.stage.wait_for()


def a_link_opens_the_experiment_which_says_what_to_watch(visitor: Visitor) -> None:
    opened(visitor, "Open")
    visitor.wait_for_query(f"experiment={VARIED}")
    visitor.read(EXPERIMENTS[VARIED].watch)
    visitor.wait_for_iteration(1)


def a_link_opens_a_variant_with_its_knobs_and_names_them(visitor: Visitor, variant: str) -> None:
    opened(visitor, variant)
    experiment = EXPERIMENTS[VARIED]
    for name, value in experiment.variant(variant).to_params(experiment.config).items():
        visitor.wait_for_query(f"{name}={value}")
    visitor.read(f"Here with {spoken(experiment.variant(variant).changed(experiment.config), experiment.config)}")
    visitor.wait_for_iteration(1)
