"""An update in stages: a title, a caption, a formula with this batch's numbers, and the numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.slow_motion import captions, formulas, tables
from playground.slow_motion.tables import Numbers, Table
from playground.slow_motion.update import Update


@dataclass(frozen=True, eq=False)
class Stage:
    """One look at an update."""

    kind: str  # of STAGES
    title: str
    caption: str  # plain words
    formula: str  # LaTeX
    numbers: tuple[tuple[str, str], ...]  # what it is, and how much
    examples: tuple[tuple[str, ...], ...]  # a table, its head first
    update: Update

    @property
    def turn(self) -> str:
        """Whose update it belongs to: "D 2"."""
        return f"{self.update.player[0].upper()} {self.update.number}"


def stages(update: Update) -> list[Stage]:
    """An update from its latents to its weights."""
    return [
        Stage(kind, title, caption(update), formula(update), tuple(numbers(update)), examples(update), update)
        for kind, (title, caption, formula, numbers, examples) in STAGES[update.player].items()
    ]


Told = tuple[
    str,
    Callable[[Update], str],
    Callable[[Update], str],
    Callable[[Update], Numbers],
    Callable[[Update], Table],
]
STAGES: dict[str, dict[str, Told]] = {  # player → kind → title, and what to say, write, count and list
    "discriminator": {
        "latents": (
            "Draw z",
            captions.of_latents,
            formulas.latent_formula,
            tables.latent_numbers,
            tables.latent_examples,
        ),
        "fakes": ("G makes fakes", captions.of_fakes, formulas.fake_formula, tables.fake_numbers, tables.fake_examples),
        "outputs": (
            "D judges real and fake",
            captions.of_outputs,
            formulas.output_formula,
            tables.output_numbers,
            tables.output_examples,
        ),
        "loss": ("D's loss", captions.of_losses, formulas.loss_d_formula, tables.loss_d_numbers, tables.no_examples),
        "gradient": (
            "D's gradient",
            captions.of_slope_d,
            formulas.slope_d_formula,
            tables.slope_d_numbers,
            tables.no_examples,
        ),
        "update": ("D is updated", captions.of_step_d, formulas.step_formula, tables.step_numbers, tables.no_examples),
    },
    "generator": {
        "turn": (
            "G's turn: its loss",
            captions.of_turn,
            formulas.loss_g_formula,
            tables.turn_numbers,
            tables.output_examples,
        ),
        "pull": (
            "G's gradient",
            captions.of_slope_g,
            formulas.slope_g_formula,
            tables.slope_g_numbers,
            tables.no_examples,
        ),
        "move": ("G is updated", captions.of_step_g, formulas.step_formula, tables.step_numbers, tables.no_examples),
    },
}
