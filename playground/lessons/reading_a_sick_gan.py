"""Reading a sick GAN: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

READING_A_SICK_GAN = Lesson(
    title="Reading a sick GAN",
    lead="",
    sections=(Section("Reading a sick GAN", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
