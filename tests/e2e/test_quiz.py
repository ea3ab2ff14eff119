"""The quiz: symptoms without a name, a guess, what it was worth, a cure on the same weights, the next run, a score."""

from playwright.sync_api import expect

from playground.diagnosis import RULES
from playground.experiments import EXPERIMENTS
from playground.lessons.quiz import deal
from playground.ui.claims import remedy
from tests.e2e.visitor import Visitor, wait_for

SEED = next(seed for seed in range(1000, 2000) if deal(seed)[0].experiment == "weight-histogram")  # shows at once
FIRST = deal(SEED)[0]
BADGES = [rule.name for rule in RULES]


def verdicts(visitor: Visitor) -> list[str]:
    """The names of diseases beside the picture."""
    said = visitor.page.get_by_test_id("stMarkdownContainer").filter(has_text="EMD").last.inner_text()
    return [name for name in BADGES if name in said]


def test_a_run_is_guessed_wrongly_revealed_cured_and_followed_by_another(visit):
    visitor: Visitor = visit(f"/reading_a_sick_gan?quiz={SEED}")
    visitor.press("Full speed")
    visitor.wait_for_iteration(FIRST.shows)
    visitor.read("There is enough to see now")
    assert verdicts(visitor) == [] and visitor.query == {"part=1", f"quiz={SEED}", "round=1"}
    visitor.press("Hint")
    visitor.read(FIRST.hint)
    visitor.press(next(choice for choice in FIRST.choices if choice != FIRST.diagnosis))
    visitor.read(f"No, this is: {FIRST.diagnosis}.")
    visitor.read("Run 1 of 6 · Score: 0 of 1")
    wait_for(lambda: verdicts(visitor)[:1], lambda names: names == [FIRST.diagnosis], "the verdict")
    age = visitor.iteration
    visitor.press(f"Cure it: {remedy(EXPERIMENTS[FIRST.experiment])}")
    visitor.read("Cure, on the same weights:")
    visitor.wait_for_iteration(age + 5)
    assert visitor.game == 0, "another game would begin with other weights"
    visitor.press("Next run")
    visitor.read("Run 2 of 6 · Score: 0 of 1")
    visitor.wait_for_query("round=2")
    expect(visitor.button(deal(SEED)[1].diagnosis)).to_be_visible()
    wait_for(lambda: verdicts(visitor), lambda names: names == [], "the words of the first run to go")
    visitor.wait_for_iteration(1)  # it may rest soon
    assert verdicts(visitor) == []
