"""What a stage writes of an update: its formula in LaTeX, with this batch's numbers."""

import numpy as np

from playground.constraints import CONSTRAINTS
from playground.slow_motion.forms import point, tex, vector
from playground.slow_motion.update import Update

LAWS = {"normal": r"\mathcal N(0,I)", "uniform": r"\mathcal U[-1,1]"}
MOVES = {  # how an optimiser moves weights w down the gradient g
    "adam": r"{w} \leftarrow {w}-\eta\,\hat m/(\sqrt{{\hat v}}+10^{{-8}})",
    "rmsprop": r"{w} \leftarrow {w}-\eta\,\nabla_{{{w}}} L/(\sqrt v+10^{{-8}})",
    "sgd": r"{w} \leftarrow {w}-\eta\,\nabla_{{{w}}} L",
}


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
