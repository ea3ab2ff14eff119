"""A quiz on the page: a live run without its verdict, the diagnoses to choose from, what was right, the cure, the score."""

from collections.abc import Callable

import streamlit as st

from playground.diagnosis import diagnose
from playground.experiments import EXPERIMENTS
from playground.lessons import LESSONS
from playground.lessons.quiz import CASES, ROUNDS, closing, said
from playground.ui.choices import press
from playground.ui.claims import capital, remedy
from playground.ui.course import Exam
from playground.ui.fragments import fragment
from playground.ui.games import figure, hurry
from playground.ui.live import TICK, current, frame
from playground.ui.state import spoken


def quiz(exam: Exam, judge: Callable[[], bool], *, teaching: bool, arriving: bool) -> None:
    """The whole quiz; of a page that arrives, the run alone. `judge` says at every tick whether the page has more to say."""
    here = exam.here
    here.begin()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="gp-round"):
        standing(exam)
        if not arriving:
            control(exam)
    with st.container():  # there also when empty: what stands below keeps its place
        if arriving:
            st.html('<div class="gp-coming"></div>')
        else:
            (question if exam.sheet.guess is None else answer)(exam)
            figure((here,), teaching=teaching)
    current(here)
    here.ticking = here.moving
    fragment(tick, TICK if here.ticking else None, exam, judge, not teaching)


def standing(exam: Exam) -> None:
    """Which run this is, and the score so far."""
    sheet = exam.sheet
    scored = f" · Score: {sheet.score} of {len(sheet.guesses)}" if sheet.guesses else ""
    st.header(f"Run {sheet.number + 1} of {ROUNDS}{scored}", anchor=False, width="content")


def question(exam: Exam) -> None:
    """The diagnoses to choose from, and a hint for who asks for one."""
    here, sheet = exam.here, exam.sheet

    def guess(diagnosis: str) -> None:
        sheet.answer(diagnosis)
        here.hidden = False

    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="gp-diagnoses"):
        st.markdown("**What does it suffer from, if from anything?**", width="content")
        for choice in sheet.round.choices:
            press(here, choice, lambda choice=choice: guess(choice), CASES[choice].symptom, kind="primary")
        press(here, "Hint", lambda: sheet.hints.add(sheet.number), "What to look at", icon=":material/lightbulb:")
    if sheet.number in sheet.hints:
        st.info(sheet.round.hint, icon="💡")


def answer(exam: Exam) -> None:
    """What was right and why, the cure, the way on; after the last run what the score means."""
    here, sheet, experiment = exam.here, exam.sheet, EXPERIMENTS[exam.sheet.round.experiment]
    sick = None if sheet.number in sheet.cured else here.run.snapshot
    verdict = diagnose(sick).name if sick else ""
    right = sheet.right(sheet.number)
    text = f"{said(sheet.round, str(sheet.guess), verdict)}\n\n{experiment.claim}"
    (st.success if right else st.error)(text, icon=":material/check:" if right else ":material/close:")
    if sheet.over:
        ending(exam)
    with st.container(horizontal=True, gap="xsmall"):
        if experiment.cure:
            moved = capital(spoken(experiment.cured.changed(here.config), here.config))
            press(here, f"Cure it: {remedy(experiment)}", lambda: cure(exam), f"On the weights as they are. {moved}")
        on = "Six other runs" if sheet.over else "Next run"
        press(here, on, lambda: go_on(exam), "", kind="primary", icon=":material/arrow_forward:")


def cure(exam: Exam) -> None:
    """Heal the run as it is, and remember since when."""
    here, sheet = exam.here, exam.sheet
    here.cure(EXPERIMENTS[here.experiment])
    sheet.cured[sheet.number] = here.run.snapshot.iteration if here.run.snapshot else 0


def go_on(exam: Exam) -> None:
    """Another run, its verdict kept back."""
    exam.sheet.go_on()
    exam.begin()


def ending(exam: Exam) -> None:
    """What the score means, and which lessons to read again."""
    st.markdown(closing(exam.sheet.score))
    again = list(dict.fromkeys(CASES[diagnosis].lesson for diagnosis in exam.sheet.missed))
    with st.container(horizontal=True, gap="small", key="gp-again"):
        for name in again:
            st.page_link(f"pages/{name}.py", label=LESSONS[name].title, icon=":material/menu_book:")


def control(exam: Exam) -> None:
    """Play, pause, and the same run from its start."""
    here = exam.here

    def again() -> None:
        here.go_on(here.run.reset)
        here.run.play()
        exam.rested = False
        exam.sheet.cured.pop(exam.sheet.number, None)  # a cure from the start heals nobody

    with st.container(horizontal=True, gap="xsmall", width="content"):
        if here.run.playing:
            press(here, "Pause", here.run.pause, "Rest where it is", icon=":material/pause:")
        else:
            press(here, "Play", lambda: here.go_on(here.run.play), "Train on", icon=":material/play_arrow:")
        hurry((here,), exam.sheet.round.pace.speed)
        press(here, "Watch again", again, "The same run from its first iteration", icon=":material/replay:")


def tick(exam: Exam, judge: Callable[[], bool], beside: bool) -> None:
    """One tick of the run, which rests once there is enough to see."""
    here, sheet = exam.here, exam.sheet
    snapshot = here.run.snapshot
    age = snapshot.iteration if snapshot and not here.run.building else 0
    if here.hidden and not exam.rested and age >= sheet.round.shows:
        exam.rested = True
        here.run.pause()
    if snapshot and sheet.number in sheet.cured:
        sheet.note(age, ill=diagnose(snapshot).ill)
    fresh = judge()
    with st.container():  # there also when empty: what stands below keeps its place
        if here.hidden:
            progress(age, sheet.round.shows)
    frame(here, beside=beside)
    if fresh:
        st.rerun()


def progress(age: int, shows: int) -> None:
    """How far the run is from where there is enough to see."""
    enough = "There is enough to see now" if age >= shows else f"There is enough to see by about iteration {shows:,}"
    st.progress(min(1.0, age / shows), enough)
