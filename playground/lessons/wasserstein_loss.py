"""Wasserstein loss: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

WASSERSTEIN_LOSS = Lesson(
    title="Wasserstein loss",
    lead="",
    sections=(Section("Wasserstein loss", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
