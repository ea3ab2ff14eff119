"""Drawing images: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

DRAWING_IMAGES = Lesson(
    title="Drawing images",
    lead="",
    sections=(Section("Drawing images", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
