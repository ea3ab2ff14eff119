"""Every lesson moves by itself, and its prompts come true for somebody who does what they say."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Locator, expect

from playground.config import KNOBS, Config, Value
from playground.lessons import LESSONS
from playground.lessons.bench import Bench, Control
from playground.lessons.lesson import Prompt, Section
from playground.lessons.quiz import Quiz
from playground.ui.knobs import STOPS, scale, title
from playground.ui.panels import PANELS
from tests.e2e.looks import LOOKS
from tests.e2e.visitor import OVERFLOW, PATIENCE, Visitor, wait_for

PATIENT = 1000 * 5 * PATIENCE  # ms: digits take their time on a busy machine
# every praise that comes, by how its box stands in the page; one drawn anew would count again
PRAISED = """
window.praised = [];
new MutationObserver(() => document.querySelectorAll(".gp-cheer:not([noted])").forEach((praise) => {
  praise.setAttribute("noted", "");
  window.praised.push(getComputedStyle(praise.closest(".st-key-gp-news").parentElement).position);
})).observe(document, { childList: true, subtree: true });
"""
HANDLE = """(handles, name) => handles.findIndex(({ spec }) => [spec.x?.name, spec.y?.name].includes(name))"""


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_moves_by_itself_and_its_prompts_come_true_when_done(visit, name: str):
    looks = list(LOOKS.values())
    visitor = visit(**looks[list(LESSONS).index(name) % len(looks)])
    visitor.page.add_init_script(PRAISED)
    visitor.open(f"/{name}")
    moves_by_itself(visitor)
    for part, section in enumerate(LESSONS[name].sections):
        if isinstance(section.live, Quiz):
            continue  # test_quiz.py
        if part:
            visitor.page.get_by_test_id("stButtonGroup").get_by_text(f"{part + 1} · {section.title}").click()
            all_of_a_part_is_there(visitor, name, part)
        assert visitor.page.evaluate(OVERFLOW) <= 0
        if section.games:
            visitor.press("Full speed")
        state: dict[str, Value] = {}
        for i, prompt in enumerate(section.prompts):
            state = do(visitor, section, prompt, state)
            done = visitor.page.locator(f".st-key-gp-prompt-{name}-{i}-done")
            expect(done).to_be_visible(timeout=PATIENT)
    praised = visitor.page.evaluate("praised")
    assert set(praised) == {"absolute"} and len(praised) <= len(LESSONS[name].prompts)  # it moves nothing under a hand
    answered(visitor, name)


def all_of_a_part_is_there(visitor: Visitor, name: str, part: int) -> None:
    """Wait for a part's own picture, and until nothing is left of the part before it: they may have a slider of one name."""
    title = LESSONS[name].sections[part].title
    expect(visitor.page.get_by_role("heading", name=title, level=2)).to_be_visible()
    visitor.page.locator(f'[class*="st-key-{name}-{part + 1}-"] .gp-stage[data-iteration]').first.wait_for()
    expect(visitor.page.locator('[data-testid="stMain"] [data-stale="true"]')).to_have_count(0)


def moves_by_itself(visitor: Visitor) -> None:
    """Let the picture show something else than at first."""
    look = (
        "stage => JSON.stringify(stage.view.layers.map(({ arrays }) => Object.values(arrays ?? {}).map((a) => [...a])))"
    )
    first = visitor.stage.evaluate(look)
    wait_for(lambda: visitor.stage.evaluate(look), lambda now: now != first, "a picture that moves")


def answered(visitor: Visitor, name: str) -> None:
    """Give the wrong answer, then the right one: each has something to say."""
    answers = LESSONS[name].question.answers
    wrong = next(i for i, answer in enumerate(answers) if not answer.right)
    right = next(i for i, answer in enumerate(answers) if answer.right)
    labels = visitor.page.get_by_test_id("stRadio").locator("label").filter(has=visitor.page.locator("input"))
    for i in (wrong, right):
        labels.nth(i).click()
        expect(visitor.page.get_by_test_id("stAlert").last).to_contain_text(words_of(answers[i].feedback))


def words_of(feedback: str) -> str:
    """The beginning of a feedback, up to where Markdown may change it."""
    return feedback.split("$")[0].split("*")[0].split("`")[0].split("[[")[0][:40].strip()


# doing what a prompt says


def do(visitor: Visitor, section: Section, prompt: Prompt, state: Mapping[str, Value]) -> dict[str, Value]:
    """Do what a prompt says from the state that the prompts before it left; the state after it."""
    if isinstance(section.live, Bench):
        start: dict[str, Value] = dict(section.live.start)  # where the prompts begin, whatever the one before has left
        wanted, now = {**start, **prompt.given, **prompt.moves}, {**start, **state}
        for name in (name for name in wanted if wanted[name] != now[name]):
            turn(visitor, name, section.live.controls[name], float(wanted[name]))
        return wanted
    config = section.games[0].config.with_(**state)
    if prompt.given and config.with_(**prompt.given) != config:
        config = moved(visitor, section, config, prompt.given)
    if prompt.after:
        visitor.wait_for_iteration(prompt.after)
    for label in prompt.presses:
        if label in section.games[0].panels:
            visitor.page.get_by_test_id("stButtonGroup").get_by_text(PANELS[label].title, exact=True).click()
        else:
            visitor.press(label)
    if not prompt.presses:
        config = moved(visitor, section, config, prompt.moves)
    return {**state, **prompt.given, **prompt.moves}


def moved(visitor: Visitor, section: Section, config: Config, moves: Mapping[str, Value]) -> Config:
    """Move knobs one after the other, or press the button that does it."""
    for label, knobs in section.games[0].buttons.items():
        if config.with_(**knobs) == config.with_(**moves):
            query = config.with_(**moves).to_params(section.games[0].config)
            visitor.press(label)
            for name in knobs.keys() & query.keys():
                visitor.wait_for_query(f"{name}={query[name]}")
            return config.with_(**moves)
    for name, value in moves.items():
        set_knob(visitor, name, getattr(config, name), value)
        config = config.with_(**{name: value})
        said = {f"{name}={value}"} if value != getattr(section.games[0].config, name) else set()
        wait_for(
            lambda name=name: {each for each in visitor.query if each.startswith(f"{name}=")},
            lambda query, said=said: query == said,
            f"{name} = {value} in the address",
        )
    return config


def set_knob(visitor: Visitor, name: str, before: Value, value: Value) -> None:
    """Set one of the knobs above the picture."""
    knob = KNOBS[name]
    main = visitor.page.get_by_test_id("stMain")
    if knob.choices:
        box = main.get_by_test_id("stSelectbox").filter(has_text=knob.label)
        box.locator("[role=combobox], input").first.click()
        visitor.page.get_by_role("option", name=title(str(value)), exact=True).click()
        return
    if knob.log or name in STOPS:
        options = sorted({before, *(STOPS.get(name) or scale(knob))})  # type: ignore[type-var]
        steps = options.index(value) - options.index(before)
    else:
        step = 1 if isinstance(knob.default, int) else 0.05 if knob.high <= 2 else 0.1
        steps = round((float(value) - float(before)) / step)
    arrows(slider(main, knob.label), steps)


def turn(visitor: Visitor, name: str, control: Control, value: float) -> None:
    """Set one value of a bench: by its choice, its handle or its slider."""
    main = visitor.page.get_by_test_id("stMain")
    if control.choices:
        visitor.page.get_by_test_id("stButtonGroup").get_by_text(control.choices[int(value)], exact=True).click()
    elif control.dragged:
        handles = visitor.stage.locator(".gp-handle")
        place = wait_for(lambda: handles.evaluate_all(HANDLE, name), lambda at: at >= 0, f"the handle of {name}")
        handle = handles.nth(place)

        def there() -> bool:
            along, now = handle.evaluate(
                "({ spec, at }, name) => spec.x?.name === name ? ['x', at.x] : ['y', at.y]", name
            )
            keys = ("ArrowLeft", "ArrowRight") if along == "x" else ("ArrowDown", "ArrowUp")
            steps = round((value - float(now)) / control.step)
            handle.focus()
            for _ in range(abs(steps)):
                handle.press(keys[steps > 0])
            return steps == 0

        wait_for(there, bool, f"{name} at {value}", pause=0.3)
    else:
        thumb = slider(main, control.label)
        arrows(thumb, round((value - float(thumb.input_value())) / control.step))


def slider(place: Locator, label: str) -> Locator:
    return place.get_by_test_id("stSlider").filter(has_text=label).get_by_role("slider")


def arrows(thumb: Locator, steps: int) -> None:
    """Move a slider by so many stops."""
    thumb.focus()
    for _ in range(abs(steps)):
        thumb.press("ArrowRight" if steps > 0 else "ArrowLeft")
