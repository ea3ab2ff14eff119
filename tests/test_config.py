"""A Config travels as text, JSON and URL without loss, refuses what cannot be, and says why in words."""

import itertools
import json
import math
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.config import DATA, KNOBS, WORK_LIMIT, Config, digits_of, nearest
from tests.conftest import configs, values

NUMBERS = [name for name, knob in KNOBS.items() if not isinstance(knob.default, str)]
CHOICES = [name for name, knob in KNOBS.items() if knob.choices]
WHOLE = [name for name in NUMBERS if isinstance(KNOBS[name].default, int)]
DIGITS = {"all", *"0123456789", *map(",".join, itertools.permutations("0123456789", 2))}  # JUNK never names three
JUNK = (
    st.text(max_size=30)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.integers(-(10**30), 10**30)
    | st.sampled_from([None, True, [], {}, "nan", "-inf", "1e999", "", " ", "0x10", "1_000", "٣", "all", "1,1", "1,7"])
)


# --- there and back ---------------------------------------------------------------------------------------------------


@given(configs(), configs())
def test_text_json_and_url_bring_back_the_same_config(config: Config, base: Config) -> None:
    assert Config.from_text(config.to_text()) == config
    assert Config.from_json(config.to_json()) == config
    assert Config.from_params(config.to_params()) == config
    assert Config.from_params(dict(parse_qsl(urlencode(config.to_params(base)))), base) == config


@given(configs())
def test_equal_settings_hash_alike_and_differ_in_nothing(config: Config) -> None:
    twin = Config(**asdict(config))
    assert twin == config and hash(twin) == hash(config) and not twin.changed(config) and not twin.restarts(config)


def test_the_defaults_are_the_knobs_defaults_and_need_no_words() -> None:
    assert asdict(Config()) == {name: knob.default for name, knob in KNOBS.items()}
    assert Config().to_text() == "" and Config.from_text("") == Config()


@pytest.mark.parametrize("name", KNOBS)
def test_every_knob_explains_itself_and_accepts_its_default(name: str) -> None:
    knob = KNOBS[name]
    assert knob.label and knob.help.endswith(".") and knob.group in ("data", "players", "game", "tricks", "run")
    assert knob.parse(name, knob.default) == knob.default
    assert not knob.log or knob.low > 0


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHOICES)
def test_a_wrong_choice_is_answered_with_every_choice(name: str) -> None:
    with pytest.raises(ValueError, match=name) as error:
        Config.from_params({name: "perceptron"})
    assert all(choice in str(error.value) for choice in KNOBS[name].choices) and "'perceptron'" in str(error.value)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "many", "", None, True, [1], 10**400, "1e999"])
def test_a_wrong_number_is_answered_with_the_range(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name) as error:
        Config.from_params({name: value})
    assert f"from {KNOBS[name].low:g} to {KNOBS[name].high:g}" in str(error.value)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_ends_of_a_range_are_inside_and_beyond_is_not(name: str) -> None:
    knob = KNOBS[name]
    assert knob.parse(name, knob.low) == knob.low and knob.parse(name, knob.high) == knob.high
    for beyond in (knob.low - 1, knob.high + 1):
        with pytest.raises(ValueError, match=f"{name} must be"):
            knob.parse(name, beyond)


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_have_no_fraction(name: str) -> None:
    with pytest.raises(ValueError, match="a whole number"):
        KNOBS[name].parse(name, KNOBS[name].low + 0.5)
    assert type(KNOBS[name].parse(name, str(float(KNOBS[name].high)))) is int


@pytest.mark.parametrize("text", ["", "1,1", "10", "a", "1,", "1;7", "-1", "0.5"])
def test_digits_are_different_single_digits(text: str) -> None:
    with pytest.raises(ValueError, match="digits must be all"):
        Config(digits=text)


def test_digits_read_as_numbers() -> None:
    assert digits_of("7,1") == (1, 7) and digits_of("all") == tuple(range(10))


def test_a_misspelt_knob_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"no knob 'generator_rl'; did you mean .*generator_lr"):
        Config.from_params({"generator_rl": 1})
    with pytest.raises(ValueError, match="knobs: data, modes") as error:
        Config.from_params({"¿": 1})
    assert all(name in str(error.value) for name in KNOBS)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("generator_lr", "key=value"),
        ("seed=1 seed=2", "seed is set twice"),
        ("players=conv-resize", "data=mnist"),
        ("condition=digit", "asks for a digit: it needs data=mnist, got data=ring"),
        ("data=mnist population=2", "population must be 1"),
    ],
)
def test_words_that_make_no_game_are_explained(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Config.from_text(text)


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "null", '"ring"', "[" * 10_000, '{"data": ["ring"]}', "NaN"])
def test_what_is_no_json_object_of_knobs_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON object|data must be"):
        Config.from_json(text)


def test_a_game_too_large_to_move_is_refused_and_says_what_to_lower() -> None:
    large = {"population": 64, "batch_size": 2048, "generator_width": 512, "generator_depth": 12}
    with pytest.raises(ValueError, match=r"lower population, batch_size, the widths"):
        Config.from_params(large)


@given(configs(), st.sampled_from(["batch_size", "discriminator_steps", "generator_steps", "discriminator_width"]))
def test_work_grows_with_what_makes_work_and_stays_under_its_limit(config: Config, name: str) -> None:
    assert config.work <= WORK_LIMIT
    if getattr(config, name) > 1:
        assert config.with_(**{name: getattr(config, name) - 1}).work <= config.work


# --- hot and cold -----------------------------------------------------------------------------------------------------


@given(configs(), configs())
def test_a_change_restarts_the_game_just_when_a_cold_knob_moves(config: Config, since: Config) -> None:
    moved = config.changed(since)
    assert since.with_(**moved) == config
    assert config.restarts(since) == any(not KNOBS[name].hot for name in moved)


def test_the_rules_of_the_game_are_hot_and_its_pieces_cold() -> None:
    hot = {name for name, knob in KNOBS.items() if knob.hot}
    assert {"objective", "constraint", "generator_lr", "discriminator_lr", "discriminator_steps", "penalty"} <= hot
    assert hot.isdisjoint({"data", "seed", "population", "generator_width", "discriminator_depth", "latent_dim"})


@pytest.mark.parametrize("name", KNOBS)
def test_every_knob_matters_in_some_game(name: str) -> None:
    games = [
        Config(data=data, constraint=constraint, instance_noise=0.1)
        for data in DATA
        for constraint in KNOBS["constraint"].choices
    ]
    assert any(KNOBS[name].relevant(game) for game in games)


# --- the nearest valid game -------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(sorted(KNOBS)) | st.text(max_size=20), JUNK, min_size=1, max_size=6), configs())
def test_any_parameters_lead_to_a_valid_game_and_a_sentence_for_each_that_is_wrong(
    params: dict[str, object], base: Config
) -> None:
    config, troubles = nearest(params, base)
    assert Config(**asdict(config)) == config
    wrong = [name for name, value in params.items() if not fits(name, value)]
    assert len(troubles) >= len(wrong)
    assert all(sentence.endswith(".") and len(sentence) < 900 for sentence in troubles)
    for name in wrong:
        assert any(name in sentence or repr(name[:80]) in sentence for sentence in troubles)


def fits(name: str, value: Any) -> bool:
    """Whether a value is allowed for a knob, read from the knob's own range."""
    if name not in KNOBS:
        return False
    knob = KNOBS[name]
    if isinstance(knob.default, str):
        return isinstance(value, str) and (value in knob.choices if knob.choices else value in DIGITS)
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return knob.low <= number <= knob.high and (isinstance(knob.default, float) or number == int(number))


@given(configs(), configs())
def test_valid_parameters_are_taken_as_they_come(config: Config, base: Config) -> None:
    assert nearest(config.to_params(base), base) == (config, [])


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_out_of_range_becomes_the_end_it_passed(name: str) -> None:
    knob = KNOBS[name]
    base = Config()
    for value, end in ((knob.low - 1, knob.low), (knob.high + 1, knob.high)):
        config, troubles = nearest({name: repr(value)}, base)
        assert name in troubles[0] and f"Using {name}={knob.parse(name, end)}" in troubles[0]
        assert config in (base, base.with_(**{name: knob.parse(name, end)}))


def test_one_wrong_parameter_does_not_spoil_the_others() -> None:
    config, troubles = nearest({"generator_lr": "0.01", "objective": "wgan", "modes": "1000"}, Config())
    assert config == Config(generator_lr=0.01, modes=49) and len(troubles) == 2


@given(st.data())
def test_json_of_any_single_knob_is_read(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from([name for name in KNOBS if name not in ("data", "players", "condition", "population")])
    )
    value = data.draw(values(name))
    assert getattr(Config.from_json(json.dumps({name: value})), name) == value
