"""`GLOSSARY`: every technical term of the app, in words that need no other term first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term's definition, and other forms of the word under which it is found."""

    definition: str
    forms: tuple[str, ...] = ()


GLOSSARY: dict[str, Term] = {
    "generator": Term(
        "The player that turns noise into samples and wants them to pass for real ones.", ("generators",)
    ),
    "discriminator": Term(
        "The player that looks at a sample and says how likely it is to be real.", ("discriminators",)
    ),
}
