"""`python -m playground.lessons` writes docs/course.md: each idea, its lesson, its experiment and the prompt that is checked."""

from collections.abc import Iterator

from playground.experiments import EXPERIMENTS
from playground.lessons import LESSONS
from playground.lessons.bench import Bench
from playground.lessons.lesson import Lesson, Section
from playground.lessons.marks import unmarked

HEAD = """# The course

Written by `python -m playground.lessons > docs/course.md`. Every idea of the course, the lesson that carries it, what lives
beside it there, and the prompt whose outcome the page checks.

| idea | lesson | experiment | checked prompt |
|---|---|---|---|"""


def lives(section: Section) -> str:
    """What a section plays: experiments by their names, or its bench."""
    if isinstance(section.live, Bench):
        return f"bench: {section.live.name.replace('-', ' ')}"
    return " beside ".join(dict.fromkeys(f"`{game.experiment}`" for game in section.games)) or "quiz of live runs"


def rows(number: int, lesson: Lesson) -> Iterator[str]:
    """A row for each idea of a lesson."""
    for section in lesson.sections:
        for prompt in section.prompts:
            for idea in prompt.ideas:
                said = unmarked(prompt.text).replace("|", "\\|")
                yield f"| {idea.replace('|', chr(92) + '|')} | {number}. {lesson.title} | {lives(section)} | {said} |"


def course() -> str:
    """The whole document."""
    table = [row for number, lesson in enumerate(LESSONS.values(), 1) for row in rows(number, lesson)]
    known = {game.experiment for lesson in LESSONS.values() for section in lesson.sections for game in section.games}
    assert known <= EXPERIMENTS.keys()
    return "\n".join([HEAD, *table])


if __name__ == "__main__":
    print(course())
