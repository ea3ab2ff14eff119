"""The quiz is fair: one right answer among the choices, its chart beside the picture, nothing that names it, an honest score."""

import time

import numpy as np
import pytest

from playground.config import Config
from playground.diagnosis import RULES, diagnose
from playground.experiments import EXPERIMENTS
from playground.lessons import LESSONS
from playground.lessons.pace import pace
from playground.lessons.quiz import (
    CASES,
    CHOICES,
    CLOSING,
    HEALTHY,
    LEAST,
    ROUNDS,
    Sheet,
    closing,
    deal,
    said,
    shown_by,
)
from playground.lessons.reading_a_sick_gan import READING_A_SICK_GAN, ROW
from playground.signs import Signs
from playground.snapshot import take
from playground.training import Trainer
from playground.ui import course
from playground.ui.course import Desk, Exam, query_of
from playground.ui.pictures import available
from playground.ui.words import verdict, words
from tests.games import play_to
from tests.games import played as game

GAMES = range(200)  # quizzes, by their seeds
GUESS, CURE, THREE = READING_A_SICK_GAN.sections[0].prompts


def wrong(sheet: Sheet) -> str:
    """A choice that is not right."""
    return next(choice for choice in sheet.round.choices if choice != sheet.round.diagnosis)


def played(sheet: Sheet, rights: str) -> Sheet:
    """A sheet after rounds that went right (1) or wrong (0)."""
    for i, right in enumerate(rights):
        if i:
            sheet.go_on()
        sheet.answer(sheet.round.diagnosis if right == "1" else wrong(sheet))
    return sheet


def at_rest(sheet: Sheet) -> Exam:
    """A quiz whose run has begun and rests."""
    exam = Exam("quiz-1", sheet)
    exam.here.run.pause()
    while exam.here.run.building:
        time.sleep(0.01)
    return exam


# the rounds


def test_a_quiz_has_six_different_diseases_and_the_same_ones_for_the_same_seed() -> None:
    for seed in GAMES:
        rounds = deal(seed)
        assert len({each.diagnosis for each in rounds}) == len({each.experiment for each in rounds}) == ROUNDS
        deal.cache_clear()
        assert deal(seed) == rounds
    assert {each.diagnosis for seed in GAMES for each in deal(seed)} == CASES.keys()
    assert len({tuple(each.diagnosis for each in deal(seed)) for seed in GAMES}) > len(GAMES) / 2


def test_every_failure_of_the_fast_pages_is_asked_for() -> None:
    failures = {each.failure for each in EXPERIMENTS.values() if each.failure and each.page != "mnist"}
    assert failures | {HEALTHY} == CASES.keys()
    assert all(shown_by(diagnosis) for diagnosis in CASES)


def test_one_choice_is_right_and_no_other_may_as_well_be() -> None:
    for each in (each for seed in GAMES for each in deal(seed)):
        assert len(set(each.choices)) == CHOICES and each.choices.count(each.diagnosis) == 1
        assert not set(each.choices) & set(CASES[each.diagnosis].akin)
        assert (EXPERIMENTS[each.experiment].failure or HEALTHY) == each.diagnosis


def test_the_right_answer_stands_in_any_place() -> None:
    places = [each.choices.index(each.diagnosis) for seed in GAMES for each in deal(seed)]
    assert np.bincount(places, minlength=CHOICES).min() > 0.8 * len(places) / CHOICES


def test_the_charts_show_every_choice_so_that_none_is_given_away() -> None:
    for each in (each for seed in GAMES for each in deal(seed)):
        assert {CASES[choice].chart for choice in each.choices} == set(each.charts)
        assert set(each.charts) <= available(EXPERIMENTS[each.experiment].page).keys()


def test_neither_hint_nor_address_names_the_disease() -> None:
    for each in (each for seed in GAMES for each in deal(seed)):
        assert not [name for name in CASES if name.lower() in each.hint.lower()]
    query = query_of(Desk("reading_a_sick_gan", 0, at_rest(Sheet(3))), teaching=False)
    assert query == {"part": "1", "quiz": "3", "round": "1"}


def test_every_case_is_a_verdict_of_the_app_and_has_a_lesson() -> None:
    verdicts = {rule.name for rule in RULES}
    for name, case in CASES.items():
        assert {name, *case.akin} <= verdicts and case.lesson in LESSONS and name not in case.akin


@pytest.mark.slow
@pytest.mark.parametrize("diagnosis", [name for name in CASES if name != HEALTHY])
def test_a_run_shows_its_disease_when_it_rests_and_none_of_the_wrong_answers(diagnosis: str) -> None:
    """By the app's own rules, in the experiment that is played the most quickly."""
    name = min(shown_by(diagnosis), key=lambda name: EXPERIMENTS[name].config.work * EXPERIMENTS[name].iterations)
    iterations = EXPERIMENTS[name].iterations
    trainer = game(EXPERIMENTS[name].config.with_(population=4), iterations, pace(iterations).every)
    signs = [Signs(take(trainer, member)) for member in range(4)]
    shown = [{rule.name for rule in RULES if rule.applies(each)} & CASES.keys() for each in signs]
    assert sum(diagnosis in each and each <= {diagnosis, *CASES[diagnosis].akin} for each in shown) >= 3, shown


# the session


def test_a_session_goes_on_where_it_was_and_a_link_begins_where_it_says() -> None:
    sheets: dict[str, Sheet] = {}
    first = course.sheet_of("page", {}, sheets)
    assert 1000 <= first.seed < 10_000 and first.number == 0
    first.answer(wrong(first))
    assert course.sheet_of("page", {}, sheets) is first
    assert course.sheet_of("page", {"quiz": str(first.seed), "round": "2"}, sheets) is first, (
        "a reload keeps its guesses"
    )
    linked = course.sheet_of("page", {"quiz": "17", "round": "4"}, sheets)
    assert (linked.seed, linked.number, linked.guesses) == (17, 3, {})
    for number, place in (("0", 0), ("99", ROUNDS - 1), ("x", 0), ("-1", 0)):
        assert course.sheet_of(f"page {number}", {"quiz": "17", "round": number}, sheets).number == place
    assert course.sheet_of("page", {"quiz": "many"}, sheets) is linked


# the verdict


def test_the_verdict_is_kept_back_until_the_guess() -> None:
    exam = at_rest(Sheet(3))
    snapshot = take(Trainer(Config(data="ring")))
    assert exam.here.hidden and exam.here.notes == []
    assert verdict(diagnose(snapshot)) not in words(exam.here, snapshot)
    exam.here.hidden = False
    assert verdict(diagnose(snapshot)) in words(exam.here, snapshot)
    assert not at_rest(played(Sheet(3), "0")).here.hidden


def test_who_is_wrong_is_told_what_it_is_and_what_the_guess_would_look_like() -> None:
    each = deal(1)[0]
    other = next(choice for choice in each.choices if choice != each.diagnosis)
    assert said(each, each.diagnosis, each.diagnosis).startswith("**Right")
    told = said(each, other, each.diagnosis)
    assert (
        told.startswith("**No") and each.diagnosis in told and CASES[each.diagnosis].symptom in told and other in told
    )
    for name, case in CASES.items():
        for kin in case.akin:
            dealt = next(each for seed in GAMES for each in deal(seed) if each.diagnosis == name)
            assert kin in said(dealt, name, kin)


# the score


def test_the_first_guess_of_a_round_counts() -> None:
    sheet = Sheet(7)
    sheet.answer(wrong(sheet))
    sheet.answer(sheet.round.diagnosis)
    assert sheet.score == 0 and sheet.missed == (sheet.round.diagnosis,)


@pytest.mark.parametrize(("rights", "score", "streak"), [("101101", 4, 2), ("000000", 0, 0), ("011101", 4, 3)])
def test_the_score_over_rounds(rights: str, score: int, streak: int) -> None:
    sheet = played(Sheet(7), rights)
    assert (sheet.score, sheet.streak, sheet.over) == (score, streak, True)
    assert len(sheet.missed) == ROUNDS - score
    assert closing(score).startswith(f"**{score} of {ROUNDS}.**")
    sheet.go_on()
    assert (sheet.seed, sheet.number, sheet.score, sheet.over) == (8, 0, 0, False)


def test_every_score_has_its_sentence() -> None:
    assert {closing(score).split("** ")[1] for score in range(ROUNDS + 1)} == set(CLOSING.values())


# the prompts


def test_a_guess_right_or_wrong_is_a_guess() -> None:
    assert not GUESS.done(Sheet(7))
    for right in "01":
        sheet = played(Sheet(7), right)
        assert GUESS.done(sheet) and deal(7)[0].diagnosis in GUESS.praised(sheet)


def test_three_in_a_row_are_three_in_a_row() -> None:
    assert not THREE.done(played(Sheet(7), "110110"))
    sheet = played(Sheet(7), "0" + ROW * "1")
    assert THREE.done(sheet) and f"{ROW} of {ROW + 1}" in THREE.praised(sheet)


def test_a_cure_counts_once_the_verdict_has_changed() -> None:
    """A clipped critic, healed on the weights as they are."""
    sheet = Sheet(next(seed for seed in GAMES if deal(seed)[0].experiment == "weight-histogram"))
    experiment = EXPERIMENTS[sheet.round.experiment]
    trainer = game(sheet.round.config, experiment.iterations)
    sheet.answer(sheet.round.diagnosis)
    sheet.note(trainer.iteration + LEAST, ill=False)
    assert not CURE.done(sheet), "nobody has cured it"
    sheet.cured[0] = trainer.iteration
    sheet.note(trainer.iteration, ill=diagnose(take(trainer)).ill)
    assert not CURE.done(sheet)
    trainer.change(trainer.config.with_(**experiment.cure))
    play_to(trainer, experiment.iterations + experiment.cure_iterations)
    trainer.meter.settle()
    sheet.note(trainer.iteration, ill=diagnose(take(trainer)).ill)
    assert CURE.done(sheet) and sheet.round.diagnosis in CURE.praised(sheet)
