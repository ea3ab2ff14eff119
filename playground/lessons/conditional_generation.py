"""Conditional generation: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

CONDITIONAL_GENERATION = Lesson(
    title="Conditional generation",
    lead="",
    sections=(Section("Conditional generation", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
