"""What an update looked like, told in stages: a title, a caption, a formula with this batch's numbers, and the numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from playground.config import Config
from playground.constraints import CONSTRAINTS
from playground.objectives import OBJECTIVES, Objective

Array = NDArray[np.floating]
NAN = float("nan")
EXAMPLES = 4  # samples whose numbers are listed
COORDINATES = 2  # of each, at most
LAWS = {"normal": r"\mathcal N(0,I)", "uniform": r"\mathcal U[-1,1]"}
MOVES = {  # how an optimiser moves weights w down the gradient g
    "adam": r"{w} \leftarrow {w}-\eta\,\hat m/(\sqrt{{\hat v}}+10^{{-8}})",
    "rmsprop": r"{w} \leftarrow {w}-\eta\,\nabla_{{{w}}} L/(\sqrt v+10^{{-8}})",
    "sgd": r"{w} \leftarrow {w}-\eta\,\nabla_{{{w}}} L",
}
OPTIMISERS = {"adam": "Adam", "rmsprop": "RMSProp", "sgd": "gradient"}
SMALL_PULL = 1e-2  # mean ‖∂L_G/∂x‖ below which hardly a signal is left


@dataclass(frozen=True, eq=False)
class Update:
    """One update of one player on one batch, of one member. Samples are the first of the batch, outputs all of it."""

    config: Config
    player: str  # "discriminator" or "generator"
    of: int  # updates of this player in the iteration
    count: int  # samples of each kind in the batch
    z: Array  # (k, latent)
    fake: Array  # G(z), (k, dim)
    seen: Array  # as D is shown them: with instance noise, if there is any
    real: Array | None  # as D is shown them, (k, dim); None where the loss does not look at them
    d_fake: Array  # raw outputs before the update, one a pack, (n,)
    d_fake_after: Array  # and after it, for the same batch (the same latents, if it is the generator's)
    loss: float  # mean over the batch, before the update
    weights: int
    weight_norm: float  # before
    gradient: float  # ‖∇L‖ over all weights of the player, with the penalty and whatever else it descends
    layers: tuple[float, ...]  # of each kernel, input first
    step: float  # ‖after − before‖
    lr: float
    number: int = 1
    agreement: float = 0.0  # of the consensus
    axis: Array | None = None  # places where D is drawn, (g,); None for images
    field: Array | None = None  # raw outputs there before the update, (g,) or (g, g)
    # of the discriminator's
    d_real: Array | None = None  # (n,)
    d_real_after: Array | None = None
    push_real: Array | None = None  # −∂ℓ_D/∂d a pack, (n,): up where positive
    push_fake: Array | None = None
    loss_real: float | None = None  # what reals and fakes add to the loss, if it is a sum
    loss_fake: float | None = None
    curve: Array | None = None  # outputs at which the loss is drawn, ascending, (g,)
    curve_real: Array | None = None  # what a real (or a pair, by the difference of its outputs) costs there, (g,)
    curve_fake: Array | None = None  # what a fake costs there; None where the loss is of pairs
    cost_real: Array | None = None  # of this batch, (n,)
    cost_fake: Array | None = None
    penalty: float = 0.0  # with its weight
    slope: float = NAN  # mean ‖∇D‖ where the penalty looks
    clipped: float = NAN  # share of the weights at ±c, after
    field_after: Array | None = None
    field_push: Array | None = None  # how outputs begin to change along −∇L_D
    # of the generator's
    pull: Array | None = None  # −∂ℓ_G/∂x at the fakes, (k, dim)
    fake_after: Array | None = None  # of the same latents, (k, dim)

    @property
    def objective(self) -> Objective:
        return OBJECTIVES[self.config.objective]

    @property
    def probable(self) -> bool:
        """Whether D is shown as a probability."""
        return self.objective.probability is expit

    @property
    def name(self) -> str:
        """How D is called in a formula."""
        return "c" if self.config.objective == "wasserstein" else "D"

    def said(self, d: Array) -> Array:
        """Outputs as they are shown."""
        return expit(d) if self.probable else d

    def of_each(self, d: Array) -> Array:
        """Outputs of packs, one a sample shown."""
        return np.repeat(d, self.config.packing)[: len(self.fake)]


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


# words


def of_latents(u: Update) -> str:
    again = "Fresh noise for this update: " if u.number > 1 else ""
    dims = "one number" if u.config.latent_dim == 1 else f"{u.config.latent_dim} numbers"
    return f"{again}{u.count:,} latents z of {dims} each. Noise is all that the generator is ever given."


def of_fakes(u: Update) -> str:
    own = "an image" if u.config.data == "mnist" else "a fake"
    return (
        f"The generator turns each z into {own}. It has never seen real data: it knows it only through the "
        "discriminator's gradient."
    )


def of_outputs(u: Update) -> str:
    assert u.d_real is not None
    real, fake = float(u.said(u.d_real).mean()), float(u.said(u.d_fake).mean())
    if not u.probable:
        judge = "critic" if u.name == "c" else "discriminator"
        return (
            f"The {judge} scores reals {short(real)} and fakes {short(fake)} on average: a gap of {short(real - fake)}."
        )
    if abs(real - fake) < 0.1:
        return f"The discriminator can hardly tell: {percent(real)} for reals, {percent(fake)} for fakes to be real."
    if real < 0.5 or fake > 0.5:
        where = "reals" if real < 0.5 else "fakes"
        return f"The discriminator believes {percent(real)} in the reals, {percent(fake)} in the fakes: it errs on the {where}."
    return (
        f"The discriminator is {percent(real)} sure that the reals are real, and {percent(1 - fake)} sure that the fakes "
        "are fake."
    )


def of_losses(u: Update) -> str:
    wish = "Its loss asks: push D(real) up, D(fake) down." if u.name == "D" else "Its loss asks: widen the gap."
    cost = "" if u.loss_real is None else f" The reals add {short(u.loss_real)}, the fakes {short(u.loss_fake or 0)}."
    steep = (
        f" The penalty adds {short(u.penalty)}: where it looks, D's slope is {short(u.slope)} on average."
        if np.isfinite(u.slope)
        else ""
    )
    return wish + cost + steep


def of_slope_d(u: Update) -> str:
    where = (
        " The number on each digit is its push on D: reals up, fakes down."
        if u.field is None
        else " Arrows: how hard each sample pushes D up or down."
        if u.field.ndim == 1
        else " Blue: this gradient raises D here. Orange: it lowers D here."
    )
    return f"Backpropagation sums the pushes of all samples into one gradient for D's {u.weights:,} weights.{where}"


def of_step_d(u: Update) -> str:
    assert u.d_real is not None and u.d_real_after is not None
    real, fake = change(u, u.d_real, u.d_real_after), change(u, u.d_fake, u.d_fake_after)
    cut = (
        f" Clipping holds {percent(u.clipped)} of the weights at ±{u.config.clip:g}." if np.isfinite(u.clipped) else ""
    )
    return f"One step at rate {u.lr:g}, and D judges the same batch anew: reals {real}, fakes {fake}.{cut}"


def of_turn(u: Update) -> str:
    said = float(u.said(u.d_fake).mean())
    judged = f"D takes them for real with {percent(said)} on average" if u.probable else f"D scores them {short(said)}"
    return f"Now D stands still. Fresh z become fresh fakes; {judged}, which costs the generator {short(u.loss)}."


def of_slope_g(u: Update) -> str:
    assert u.pull is not None
    size = float(np.linalg.norm(u.pull, axis=1).mean())
    where = (
        "dark: add ink, light: take ink away"
        if u.config.data == "mnist"
        else "each arrow points where D says 'more real'"
    )
    lost = " Hardly a signal is left: D is too sure." if size < SMALL_PULL else ""
    return f"The gradient flows back through D into every fake ({where}), and on into the generator's weights.{lost}"


def of_step_g(u: Update) -> str:
    assert u.fake_after is not None
    far = float(np.linalg.norm(u.fake_after - u.fake, axis=1).mean())
    moved = f"One step at rate {u.lr:g}: the fakes of the same z move by {short(far)} on average"
    return f"{moved}, and D's verdict on them goes {change(u, u.d_fake, u.d_fake_after)}."


def change(u: Update, before: Array, after: Array) -> str:
    """A mean output before and after, with as many digits as tell them apart."""
    means = [float(u.said(d).mean()) for d in (before, after)]
    texts = [[f"{mean:#.{digits}g}".rstrip(".") for mean in means] for digits in range(3, 8)]
    first, second = next((pair for pair in texts if pair[0] != pair[1]), texts[0])
    return f"{first} → {second}".replace("-", "−")


# formulas


def latent_formula(u: Update) -> str:
    return rf"z_1,\dots,z_{{{u.count}}}\sim {LAWS[u.config.latent]},\qquad z_i\in\mathbb R^{{{u.config.latent_dim}}}"


def fake_formula(u: Update) -> str:
    if u.config.data == "mnist":
        return r"G(z_i)\in[-1,1]^{28\times 28}"
    start = vector(u.z[0]).replace("…", r"\dots").replace("−", "-")
    return rf"G(z_1)=G({start})={point(u.fake[0]).replace('−', '-')}"


def output_formula(u: Update) -> str:
    d = u.name
    law = [r"D(x)=\sigma(d(x))"] if u.probable else []
    real = [] if u.d_real is None else [rf"\overline{{{d}(x)}}={tex(float(u.said(u.d_real).mean()))}"]
    means = r",\quad ".join([*real, rf"\overline{{{d}(G(z))}}={tex(float(u.said(u.d_fake).mean()))}"])
    return gathered([*law, means])  # two lines: a phone is narrow


def loss_d_formula(u: Update) -> str:
    lines = [rf"L_D&={u.objective.discriminator_latex}", rf"&={filled(u)}"]
    if np.isfinite(u.slope):
        lines += [rf"+\ &{CONSTRAINTS[u.config.constraint].latex}={tex(u.penalty)}"]
    return aligned(lines)


def filled(u: Update) -> str:
    """The loss as the sum of its parts."""
    if u.loss_real is None or u.loss_fake is None:
        return tex(u.loss)
    real, fake = (rf"\underbrace{{{tex(part)}}}_{{\text{{{who}}}}}" for part, who in
                  ((u.loss_real, "reals"), (u.loss_fake, "fakes")))  # fmt: skip
    smooth = r"" if not u.config.label_smoothing else r"\ (\text{labels smoothed})"
    return rf"{real}\ {'+' if u.loss_fake >= 0 else ''}\ {fake}={tex(u.loss)}{smooth}"


def slope_d_formula(u: Update) -> str:
    also = r"+\text{penalty}" if np.isfinite(u.slope) else ""
    target = rf"\nabla_\phi(L_D{also})" if also else r"\nabla_\phi L_D"
    return rf"\lVert {target}\rVert={tex(u.gradient)}"


def slope_g_formula(u: Update) -> str:
    return rf"\lVert\nabla_\theta L_G\rVert={tex(u.gradient)}"


def step_formula(u: Update) -> str:
    w = r"\phi" if u.player == "discriminator" else r"\theta"
    move = MOVES[u.config.optimiser].format(w=w)
    lines = [rf"{move},\quad\eta={tex(u.lr)}"]
    if np.isfinite(u.clipped):
        lines += [rf"{w}\leftarrow\mathrm{{clip}}({w},-c,c),\quad c={tex(u.config.clip)}"]
    return gathered([*lines, rf"\lVert\Delta{w}\rVert={tex(u.step)}"])


def loss_g_formula(u: Update) -> str:
    return aligned([rf"L_G&={u.objective.generator_latex}", rf"&={tex(u.loss)}"])


def gathered(lines: list[str]) -> str:
    return r"\begin{gathered}" + r"\\".join(lines) + r"\end{gathered}"


def aligned(lines: list[str]) -> str:
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


# numbers

Numbers = list[tuple[str, str]]


def latent_numbers(u: Update) -> Numbers:
    return [("latents in the batch", f"{u.count:,}"), ("numbers in each", str(u.config.latent_dim))]


def fake_numbers(u: Update) -> Numbers:
    if u.config.data == "mnist":
        return [("fakes in the batch", f"{u.count:,}"), ("mean ink", percent(float((u.fake.mean() + 1) / 2)))]
    mean, spread = (point(stat(u.fake, axis=0)) for stat in (np.mean, np.std))
    return [("fakes in the batch", f"{u.count:,}"), ("mean", mean), ("spread", spread)]


def output_numbers(u: Update) -> Numbers:
    reals = [] if u.d_real is None else [(f"mean {u.name}(real)", short(float(u.said(u.d_real).mean())))]
    raws = [] if u.d_real is None else [("raw, reals", short(float(u.d_real.mean())))]
    fakes = [(f"mean {u.name}(fake)", short(float(u.said(u.d_fake).mean())))]
    return [*reals, *fakes, *((*raws, ("raw, fakes", short(float(u.d_fake.mean())))) if u.probable else ())]


def loss_d_numbers(u: Update) -> Numbers:
    parts = (
        [] if u.loss_real is None else [("by the reals", short(u.loss_real)), ("by the fakes", short(u.loss_fake or 0))]
    )
    extra = [("penalty", short(u.penalty)), ("mean slope ‖∇D‖", short(u.slope))] if np.isfinite(u.slope) else []
    agreed = [("consensus", short(u.agreement))] if u.agreement else []
    return [("D's loss", short(u.loss)), *parts, *extra, *agreed]


def slope_d_numbers(u: Update) -> Numbers:
    assert u.push_real is not None and u.push_fake is not None
    pushes = [
        ("mean push of a real", short(float(u.push_real.mean()))),
        ("of a fake", short(float(u.push_fake.mean()))),
    ]
    return [("gradient's norm", short(u.gradient)), ("by layer, input first", layered(u)), *pushes]


def step_numbers(u: Update) -> Numbers:
    share = u.step / u.weight_norm if u.weight_norm else NAN
    how = ("learning rate", f"{u.lr:g} ({OPTIMISERS[u.config.optimiser]})")
    return [how, ("size of the step", short(u.step)), ("of all weights", f"{100 * share:.2g} %")]


def turn_numbers(u: Update) -> Numbers:
    return [("G's loss", short(u.loss)), *output_numbers(u)]


def slope_g_numbers(u: Update) -> Numbers:
    assert u.pull is not None
    size = float(np.linalg.norm(u.pull, axis=1).mean())
    norms = [("gradient's norm", short(u.gradient)), ("by layer, input first", layered(u))]
    return [("mean pull on a fake", short(size)), *norms]


def layered(u: Update) -> str:
    return " · ".join(f"{size:.2g}" for size in u.layers)


# examples

Table = tuple[tuple[str, ...], ...]


def latent_examples(u: Update) -> Table:
    return (("", "z"), *((str(i + 1), vector(z)) for i, z in enumerate(u.z[:EXAMPLES])))


def fake_examples(u: Update) -> Table:
    if u.config.data == "mnist":
        return ()
    pairs = zip(u.z[:EXAMPLES], u.fake[:EXAMPLES], strict=True)
    return (("", "z", "G(z)"), *((str(i + 1), vector(z), point(x)) for i, (z, x) in enumerate(pairs)))


def output_examples(u: Update) -> Table:
    if u.config.data == "mnist":
        return ()  # they stand on the digits
    fakes = [(point(x), short(d)) for x, d in zip(u.seen, u.of_each(u.said(u.d_fake)), strict=True)]
    if u.real is None or u.d_real is None:
        return (("", "G(z)", f"{u.name}(G(z))"), *((str(i + 1), *fake) for i, fake in enumerate(fakes[:EXAMPLES])))
    reals = [(point(x), short(d)) for x, d in zip(u.real, u.of_each(u.said(u.d_real)), strict=True)]
    head = "", "real x", f"{u.name}(x)", "G(z)", f"{u.name}(G(z))"
    return (head, *((str(i + 1), *reals[i], *fakes[i]) for i in range(min(EXAMPLES, len(fakes)))))


def no_examples(u: Update) -> Table:
    return ()


def point(x: Array) -> str:
    """A sample's coordinates."""
    return short(float(x[0])) if len(x) == 1 else f"({', '.join(map(fixed, x))})"


def vector(z: Array) -> str:
    """The first coordinates of a latent."""
    told = ", ".join(fixed(value) for value in z[:COORDINATES])
    return told + (", …" if len(z) > COORDINATES else "")


def fixed(value: float) -> str:
    """Two places, with a true minus."""
    return f"{value:.2f}".replace("-", "−")


def short(value: float) -> str:
    """Three digits, with a true minus."""
    return f"{value:.3g}".replace("-", "−")


def percent(share: float) -> str:
    """A share; what is nearly all is never called all."""
    places = 1 if 0.99 < share < 1 or 0 < share < 0.01 else 0
    return f"{100 * share:.{places}f} %" if not 0.999 < share < 1 else "over 99.9 %"


def tex(value: float) -> str:
    """Three digits in LaTeX."""
    digits, _, power = f"{value:.3g}".partition("e")
    return rf"{digits}\cdot 10^{{{int(power)}}}" if power else digits


Told = tuple[
    str,
    Callable[[Update], str],
    Callable[[Update], str],
    Callable[[Update], Numbers],
    Callable[[Update], Table],
]
STAGES: dict[str, dict[str, Told]] = {  # player → kind → title, and what to say, write, count and list
    "discriminator": {
        "latents": ("Draw z", of_latents, latent_formula, latent_numbers, latent_examples),
        "fakes": ("G makes fakes", of_fakes, fake_formula, fake_numbers, fake_examples),
        "outputs": ("D judges real and fake", of_outputs, output_formula, output_numbers, output_examples),
        "loss": ("D's loss", of_losses, loss_d_formula, loss_d_numbers, no_examples),
        "gradient": ("D's gradient", of_slope_d, slope_d_formula, slope_d_numbers, no_examples),
        "update": ("D is updated", of_step_d, step_formula, step_numbers, no_examples),
    },
    "generator": {
        "turn": ("G's turn: its loss", of_turn, loss_g_formula, turn_numbers, output_examples),
        "pull": ("G's gradient", of_slope_g, slope_g_formula, slope_g_numbers, no_examples),
        "move": ("G is updated", of_step_g, step_formula, step_numbers, no_examples),
    },
}
