"""A lesson's page: its words and formula, something live beside them, prompts that are checked, a question, the way on."""

import time
from html import escape
from pathlib import Path

import streamlit as st

from playground.lessons import LESSONS
from playground.lessons.lesson import Prompt, Section
from playground.ui import components
from playground.ui.course import Course, Desk, Exam, News, Workbench, course, query_of
from playground.ui.experiments import source
from playground.ui.games import games
from playground.ui.live import begin, seen
from playground.ui.quiz import quiz
from playground.ui.terms import with_terms
from playground.ui.workbench import workbench

STYLE = Path(__file__).parent / "frontend" / "lesson.css"
FILES = {name: f"pages/{name}.py" for name in LESSONS}


def lesson(name: str) -> None:
    """The whole page; at first what moves and its titles alone."""
    begin()
    st.html(STYLE)
    mine = course()
    desk = mine.open(name, st.query_params.to_dict())
    desk.drawn += 1
    st.query_params.from_dict(query_of(desk, teaching=mine.teaching))
    path(mine, desk)
    known: set[str] = set()  # terms that this page has explained
    with st.container(key="gp-lesson-large" if mine.teaching else "gp-lesson"):
        head(mine, desk, known)
        celebrate(desk.news)
        part(mine, desk, known)
        if not desk.arriving:
            question(mine, desk, known)
            onward(mine, desk)


def path(mine: Course, desk: Desk) -> None:
    """The way through the course in the sidebar, with what is done."""
    with st.sidebar:
        st.markdown(f"**The course** · {sum(map(mine.finished, LESSONS))} of {len(LESSONS)} done")
        if desk.arriving:
            return
        with st.container(gap="xxsmall", key="gp-path"):
            for i, (each, lesson) in enumerate(LESSONS.items(), 1):
                icon = ":material/check_circle:" if mine.finished(each) else ":material/radio_button_unchecked:"
                label = f"**{i}. {lesson.title}**" if each == desk.name else f"{i}. {lesson.title}"
                st.page_link(FILES[each], label=label, icon=icon)
        st.page_link("pages/glossary.py", label="Glossary", icon=":material/menu_book:")


def head(mine: Course, desk: Desk, known: set[str]) -> None:
    """Title, what the lesson is about, and the switch for teachers."""
    number = list(LESSONS).index(desk.name) + 1
    with st.container(horizontal=True, vertical_alignment="bottom", key="gp-lesson-head"):
        with st.container(gap="xxsmall"):
            st.caption(f"Lesson {number} of {len(LESSONS)}")
            st.title(desk.lesson.title)
            st.markdown(with_terms(desk.lesson.lead, known), unsafe_allow_html=True)
        if desk.arriving:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            if mine.teaching:
                with st.popover("Presenter's notes", icon=":material/sticky_note_2:"):
                    st.markdown(desk.lesson.notes)
                with st.popover("Link to this moment", icon=":material/link:"):
                    st.caption("Opens this part with these values, on any computer that reaches this address.")
                    components.link(query_of(desk, teaching=False), f"{desk.name}:link")
            st.toggle("Teacher's mode", mine.teaching, key=f"{desk.name}:teach", on_change=teach, args=(mine,))
    for trouble in desk.troubles:
        st.warning(trouble, icon="⚠️")


def teach(mine: Course) -> None:
    mine.teaching = not mine.teaching


def celebrate(news: News) -> None:
    """What has just come true."""
    with st.container(key="gp-news"):  # out of the page's flow: its coming and going moves nothing under a hand
        if praises := news.said(time.monotonic()):
            said = "".join(f"<p>{escape(praise)}</p>" for praise in praises).replace("**", "")
            st.html(f'<div class="gp-cheer" role="status"><b>✓ Done</b>{said}</div>')


def part(mine: Course, desk: Desk, known: set[str]) -> None:
    """One part: what to choose it by, its words, and what lives there."""
    titles = [section.title for section in desk.lesson.sections]
    if len(titles) > 1:
        key = f"{desk.name}:parts"

        def chosen() -> None:
            picked = st.session_state[key]
            mine.go(desk.name, desk.part if picked is None else picked)

        st.segmented_control(
            "Parts of this lesson",
            range(len(titles)),
            default=desk.part,
            format_func=lambda i: f"{i + 1} · {titles[i]}",
            key=key,
            on_change=chosen,
            label_visibility="collapsed",
        )
    if isinstance(desk.live, Exam):  # whose charts need the room, and which asks by itself
        right, left = st.container(), st.container()
    else:
        left, right = st.columns([4, 8] if mine.teaching else [5, 8], gap="large")
    with left:
        st.header(desk.section.title)
        if desk.arriving:
            st.html('<div class="gp-coming gp-words"></div>')
        else:
            words(desk.section, mine, desk.name, known)

    answer = mine.answers.get(desk.name)

    def news() -> bool:  # a click that meets a tick may be answered by that tick alone
        fresh = mine.judge(desk) or mine.answers.get(desk.name) != answer
        return seen(desk.page, desk.opened) if desk.arriving else fresh

    with right:
        if isinstance(desk.live, Workbench):
            workbench(desk.live, news, arriving=desk.arriving)
        elif isinstance(desk.live, Exam):
            quiz(desk.live, news, teaching=mine.teaching, arriving=desk.arriving)
        else:
            games(desk, news, teaching=mine.teaching)


def words(section: Section, mine: Course, name: str, known: set[str]) -> None:
    """What there is to read, and to try."""
    st.markdown(with_terms(section.words, known), unsafe_allow_html=True)
    if section.formula:
        st.latex(section.formula)
        st.markdown(
            f'<div class="gp-symbols">\n\n{with_terms(section.symbols, known)}\n\n</div>', unsafe_allow_html=True
        )
    if section.prompts:
        st.subheader("Try this")
        for i, prompt in enumerate(section.prompts):
            attempt(prompt, mine.done.get(name, {}).get(prompt.text), f"gp-prompt-{name}-{i}", known)


def attempt(prompt: Prompt, praise: str | None, key: str, known: set[str]) -> None:
    """One prompt, open or with what came of it."""
    state = "open" if praise is None else "done"
    with st.container(key=f"{key}-{state}", gap="xxsmall"):
        mark = "☐" if praise is None else "☑"
        st.markdown(f"{mark}&ensp;{with_terms(prompt.text, known)}", unsafe_allow_html=True)
        if praise is not None:
            st.markdown(f":green-badge[Done] {praise}")


def question(mine: Course, desk: Desk, known: set[str]) -> None:
    """The check of understanding."""
    asked, key = desk.lesson.question, f"{desk.name}:question"

    def answered() -> None:
        picked = st.session_state[key]
        if picked is not None:
            mine.answers[desk.name] = picked

    st.header("Do you see it?")
    st.markdown(with_terms(asked.text, known), unsafe_allow_html=True)
    given = mine.answers.get(desk.name)
    st.radio(
        "Your answer",
        range(len(asked.answers)),
        index=given,
        format_func=lambda i: asked.answers[i].text,
        key=key,
        on_change=answered,
        label_visibility="collapsed",
    )
    if given is not None:
        answer = asked.answers[given]
        (st.success if answer.right else st.info)(answer.feedback)


def onward(mine: Course, desk: Desk) -> None:
    """The next lesson, and where all this was first said."""
    names = list(LESSONS)
    following = names[names.index(desk.name) + 1 :]
    with st.container(horizontal=True, vertical_alignment="center"):
        if following:
            after = following[0]
            st.page_link(FILES[after], label=f"Next: {LESSONS[after].title}", icon=":material/arrow_forward:")
        else:
            st.page_link("pages/experiments.py", label="On to all experiments", icon=":material/science:")
    links = [source(text) for text in desk.lesson.sources]
    st.html(f'<p class="gp-sources">Read the papers: {" · ".join(links)}</p>')
