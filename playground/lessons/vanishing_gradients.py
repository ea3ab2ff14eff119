"""Vanishing gradients: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

VANISHING_GRADIENTS = Lesson(
    title="Vanishing gradients",
    lead="",
    sections=(Section("Vanishing gradients", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
