"""Links are trusted with nothing: whatever one holds, a page opens that plays, and says in words what it could not take."""

import re
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.config import KNOBS, WORK_LIMIT
from playground.engine import Run
from playground.experiments import EXPERIMENTS
from playground.ui import links, live
from playground.ui.links import MOST_TROUBLES, from_query, to_query
from playground.ui.state import Playground

DEFAULTS = {"1d": "two-gaussians-1d", "2d": "ring-gan", "mnist": "mnist-gan"}
SCRIPT = "<script>alert(1)</script>"
HEAVY = {"population": "64", "batch_size": "4096", "generator_width": "512", "discriminator_width": "512"}

# page, query → what the page says (all of these words), and what it then plays where the query did not
BROKEN: list[tuple[str, dict[str, str], tuple[str, ...], dict[str, object]]] = [
    # experiments
    (
        "2d",
        {"experiment": "nothing-like-it"},
        ("no experiment 'nothing-like-it'", "this page has", "Opened ring-gan"),
        {},
    ),
    ("2d", {"experiment": "ring-wgan-g"}, ("no experiment", "did you mean ring-wgan-gp", "Opened ring-gan"), {}),
    ("2d", {"experiment": "Ring-GAN"}, ("no experiment 'Ring-GAN'", "Opened ring-gan"), {}),
    ("2d", {"experiment": ""}, ("no experiment ''", "Opened ring-gan"), {}),
    ("2d", {"experiment": " ring-gan"}, ("no experiment ' ring-gan'", "did you mean ring-gan"), {}),
    ("2d", {"experiment": SCRIPT}, ("no experiment", SCRIPT, "Opened ring-gan"), {}),
    ("2d", {"experiment": "x" * 5000}, ("no experiment", "Opened ring-gan"), {}),
    (
        "1d",
        {"experiment": "ring-gan"},
        ("'ring-gan' is on the page 2D mixture", "this is 1D mixture", "Opened two-gau"),
        {},
    ),
    ("2d", {"experiment": "mnist-gan"}, ("is on the page MNIST", "Opened ring-gan"), {}),
    ("mnist", {"experiment": "mode-collapse-1d"}, ("is on the page 1D mixture", "Opened mnist-gan"), {}),
    # knobs that there are not
    ("2d", {"objectiv": "wasserstein"}, ("no knob 'objectiv'", "did you mean objective?", "Left it out"), {}),
    ("2d", {"generator-lr": "0.1"}, ("no knob 'generator-lr'", "generator_lr", "Left it out"), {}),
    ("2d", {"Seed": "3"}, ("no knob 'Seed'", "seed", "Left it out"), {"seed": 0}),
    ("2d", {"loss": "wgan-gp"}, ("no knob 'loss'", "Left it out"), {}),  # as others call it
    ("2d", {"n_critic": "5"}, ("no knob 'n_critic'", "Left it out"), {}),
    ("2d", {"utm_source": "mail"}, ("no knob 'utm_source'", "Left it out"), {}),
    ("2d", {"": "3"}, ("no knob ''", "Left it out"), {}),
    ("2d", {"💥": "💥"}, ("no knob '💥'", "Left it out"), {}),
    ("2d", {SCRIPT: "1"}, ("no knob", SCRIPT, "Left it out"), {}),
    ("2d", {"k" * 5000: "1"}, ("no knob", "Left it out"), {}),
    ("2d", {"__class__": "1"}, ("no knob '__class__'", "Left it out"), {}),
    # numbers out of range
    ("2d", {"seed": "-1"}, ("seed must be a whole number from 0", "'-1'", "Using seed=0"), {"seed": 0}),
    ("2d", {"seed": "99999999999999999999"}, ("seed must be", "Using seed="), {"seed": KNOBS["seed"].high}),
    ("2d", {"generator_lr": "1e9"}, ("generator_lr must be a number from", "'1e9'", "Using generator_lr=1.0"), {}),
    ("2d", {"generator_lr": "0"}, ("generator_lr must be", "'0'", "Using generator_lr=1e-06"), {}),
    ("2d", {"generator_lr": "-0.001"}, ("generator_lr", "Using generator_lr=1e-06"), {"generator_lr": 1e-6}),
    ("2d", {"modes": "1000"}, ("modes must be a whole number from 1 to 49", "Using modes=49"), {"modes": 49}),
    ("2d", {"modes": "0"}, ("modes must be", "Using modes=1"), {"modes": 1}),
    ("2d", {"generator_lr": "1e400"}, ("generator_lr", "Using generator_lr=1.0"), {"generator_lr": 1.0}),
    ("2d", {"seed": "1" * 5000}, ("seed must be", "Using seed="), {}),
    # numbers that are none
    ("2d", {"generator_lr": "nan"}, ("generator_lr must be", "'nan'", "Using generator_lr="), {}),
    ("2d", {"generator_lr": "inf"}, ("generator_lr must be", "'inf'", "Using generator_lr=1.0"), {}),
    ("2d", {"generator_lr": "-inf"}, ("generator_lr must be", "Using generator_lr=1e-06"), {}),
    ("2d", {"generator_lr": "fast"}, ("generator_lr must be a number", "'fast'", "Using generator_lr="), {}),
    ("2d", {"generator_lr": ""}, ("generator_lr must be", "''", "Using generator_lr="), {}),
    ("2d", {"generator_lr": "0,001"}, ("generator_lr must be", "'0,001'", "Using generator_lr="), {}),
    ("2d", {"seed": "nan"}, ("seed must be a whole number", "Using seed=0"), {"seed": 0}),
    ("2d", {"seed": "1.5"}, ("seed must be a whole number", "'1.5'", "Using seed=2"), {"seed": 2}),
    ("2d", {"seed": "0x10"}, ("seed must be", "'0x10'", "Using seed=0"), {"seed": 0}),
    ("2d", {"seed": "True"}, ("seed must be", "'True'", "Using seed=0"), {"seed": 0}),
    ("2d", {"seed": SCRIPT}, ("seed must be", SCRIPT, "Using seed=0"), {"seed": 0}),
    ("2d", {"modes": "\x00💥"}, ("modes must be", "💥", "Using modes=8"), {"modes": 8}),
    ("2d", {"modes": "\ufffd\ufffd"}, ("modes must be", "Using modes=8"), {"modes": 8}),  # what stands for broken UTF-8
    ("2d", {"modes": "%2508"}, ("modes must be", "'%2508'", "Using modes=8"), {"modes": 8}),  # encoded twice
    ("2d", {"seed": "3&modes=4"}, ("seed must be", "Using seed=0"), {"seed": 0, "modes": 8}),
    # choices that there are not
    ("2d", {"objective": "wasserstien"}, ("objective must be one of", "wasserstein", "Using objective=non-sat"), {}),
    ("2d", {"objective": "wgan"}, ("objective must be one of", "'wgan'", "Using objective="), {}),
    ("2d", {"objective": "1"}, ("objective must be one of", "'1'", "Using objective="), {}),
    ("2d", {"objective": ""}, ("objective must be one of", "''", "Using objective="), {}),
    ("2d", {"objective": SCRIPT}, ("objective must be one of", SCRIPT, "Using objective="), {}),
    ("2d", {"objective": "y" * 5000}, ("objective must be one of", "Using objective="), {}),
    ("2d", {"constraint": "Gradient penalty"}, ("constraint must be one of", "Using constraint=none"), {}),  # its title
    ("2d", {"data": "cifar10"}, ("data must be one of", "'cifar10'", "Using data=ring"), {"data": "ring"}),
    ("mnist", {"digits": "1,1"}, ("digits must be all", "'1,1'", "Using digits=all"), {"digits": "all"}),
    ("mnist", {"digits": "seven"}, ("digits must be all", "'seven'", "Using digits=all"), {"digits": "all"}),
    ("mnist", {"digits": "١,٧"}, ("digits must be all", "Using digits=all"), {"digits": "all"}),  # digits, but Arabic
    # data of another page
    ("mnist", {"data": "ring"}, ("data=ring is on the page 2D mixture", "this is MNIST", "Using data=mnist"), {}),
    ("2d", {"data": "mnist"}, ("data=mnist is on the page MNIST", "Using data=ring"), {"data": "ring"}),
    ("1d", {"data": "grid", "seed": "5"}, ("data=grid is on the page 2D mixture",), {"seed": 5}),
    # what does not go together
    ("2d", {"players": "conv-resize"}, ("players=conv-resize draws images", "data=mnist", "Keeping players=mlp"), {}),
    ("mnist", {"population": "8"}, ("population must be 1 for data=mnist", "got 8", "Keeping population=1"), {}),
    ("mnist", {"population": "8", "seed": "7"}, ("population must be 1",), {"seed": 7}),
    ("2d", {"players": "conv-resize", "seed": "7", "modes": "3"}, ("draws images",), {"seed": 7, "modes": 3}),
    # too much work
    ("2d", HEAVY, ("multiplications an iteration, more than", "lower population", "Keeping "), {"population": 64}),
    # several at once
    ("2d", {"seed": "-1", "modes": "0", "lr": "1"}, ("seed must be", "modes must be", "no knob 'lr'"), {"modes": 1}),
    ("2d", {"experiment": "old", "seed": "4"}, ("no experiment 'old'",), {"seed": 4}),
]

QUERIES = st.dictionaries(st.sampled_from(["experiment", *KNOBS]) | st.text(), st.text(), max_size=5)


@pytest.fixture(autouse=True)
def played(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs only note that they are to play: what they would play is tested elsewhere."""
    calls: list[str] = []
    monkeypatch.setattr(Run, "play", lambda run: calls.append("play"))
    monkeypatch.setattr(Run, "start", lambda run, config: setattr(run, "config", config))
    return calls


def name_of(page: str, query: dict[str, str]) -> str:
    return f"{page}?{urlencode(query)}"[:50]


def opened(page: str, query: dict[str, str], repeated: tuple[str, ...] = ()) -> Playground:
    return from_query(page, DEFAULTS[page], query, None, repeated)


@pytest.mark.parametrize(
    ("page", "query", "words", "plays"),
    BROKEN,
    ids=[name_of(page, query) for page, query, *_ in BROKEN],
)
def test_a_broken_link_names_what_was_wanted_and_what_is_used(
    page: str, query: dict[str, str], words: tuple[str, ...], plays: dict[str, object], played: list[str]
):
    here = opened(page, query)
    said = " ".join(here.troubles)
    assert all(word in said for word in words), said
    assert {name: getattr(here.config, name) for name in plays} == plays
    assert all(trouble.endswith((".", "?")) and len(trouble) < 900 for trouble in here.troubles)
    assert played == ["play"] and links.page_of(here.config.data) == page


def test_there_are_many_ways_to_break_a_link():
    assert len(BROKEN) >= 50 and {page for page, *_ in BROKEN} == set(DEFAULTS)


@pytest.mark.parametrize("page", DEFAULTS)
def test_the_address_of_a_broken_link_is_mended(page: str):
    """What a page writes into the address opens the same page again, and nothing is wrong with it."""
    for where, query, *_ in BROKEN:
        if where == page:
            here = opened(page, query)
            mended = to_query(here, DEFAULTS[page])
            again = opened(page, mended)
            assert (again.experiment, again.config, again.troubles) == (here.experiment, here.config, [])


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_link_to_an_experiment_is_just_its_name_and_what_differs(name: str):
    page = EXPERIMENTS[name].page
    here = opened(page, {"experiment": name, "seed": "12345"})
    assert here.troubles == [] and here.config == EXPERIMENTS[name].config.with_(seed=12345)
    named = {} if name == DEFAULTS[page] else {"experiment": name}
    assert to_query(here, DEFAULTS[page]) == named | {"seed": "12345"}


def test_a_parameter_given_twice_counts_as_given_last():
    here = opened("2d", {"seed": "4"}, ("seed",))
    assert here.config.seed == 4 and "seed is given more than once. Using the last, seed=4." in here.troubles


def test_a_link_of_a_thousand_mistakes_is_answered_briefly():
    here = opened("2d", {f"knob{i}": "1" for i in range(1000)})
    assert len(here.troubles) == MOST_TROUBLES + 1
    assert here.troubles[-1] == f"{1000 - MOST_TROUBLES} more of this link's parameters were wrong."


def test_what_is_too_much_is_left_out_until_the_game_moves():
    assert opened("2d", HEAVY).config.work <= WORK_LIMIT


@given(
    st.sampled_from(sorted(DEFAULTS)),
    st.dictionaries(st.sampled_from(["experiment", *KNOBS]) | st.text(), st.text(), max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_no_link_at_all_ends_in_an_error(page: str, query: dict[str, str]):
    here = opened(page, query)
    assert links.page_of(here.config.data) == page and here.config.work <= WORK_LIMIT


@given(st.text())
def test_a_warning_shows_the_texts_of_a_link_and_never_obeys_them(text: str):
    """Every sign that Markdown could take for its own stands behind a backslash."""
    shown = live.plain(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]()*_`$:#!&|~]", shown)
