"""Modes and mode collapse: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

MODE_COLLAPSE = Lesson(
    title="Modes and mode collapse",
    lead="",
    sections=(Section("Modes and mode collapse", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
