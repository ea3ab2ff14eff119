"""Stability: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

STABILITY = Lesson(
    title="Stability",
    lead="",
    sections=(Section("Stability", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
