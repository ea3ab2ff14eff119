"""Tricks that steady a GAN: one entry of `TRICKS` each, usable with every objective, constraint and other trick.

An entry says what a trick is; `autograd.py` plays it. Each is neutral while its knob rests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.constraints import CONSTRAINTS
from playground.knob import knob
from playground.objectives import OBJECTIVES

if TYPE_CHECKING:
    from playground.config import Config


@dataclass(frozen=True)
class TrickKnobs:
    """The hyper-parameters of all tricks."""

    instance_noise: float = knob(
        0.0,
        "Instance noise σ",
        "Standard deviation of the noise on everything that D sees, real and fake; 0: none.",
        "tricks",
        hot=True,
        low=0.0,
        high=2.0,
    )
    noise_decay: int = knob(
        0,
        "Noise gone after",
        "Iterations until the instance noise has fallen linearly to 0; 0: it stays.",
        "tricks",
        hot=True,
        low=0,
        high=1_000_000,
        relevant=lambda config: config.instance_noise > 0,
    )
    label_smoothing: float = knob(
        0.0,
        "Label smoothing ε",
        "D is to call real samples real with probability 1 − ε; 0: no smoothing.",
        "tricks",
        hot=True,
        low=0.0,
        high=0.5,
        relevant=lambda config: smooths(config),
    )
    ema: float = knob(
        0.0,
        "Averaged generator",
        "Decay of the running mean of the generator's weights, which pictures and metrics then use; 0: off.",
        "tricks",
        hot=True,
        low=0.0,
        high=0.9999,
    )
    packing: int = knob(1, "Packing m", "How many samples D judges together, side by side.", "tricks", low=1, high=8)
    unrolling: int = knob(
        0,
        "Unrolled steps k",
        "Steps of D that the generator looks ahead, and through.",
        "tricks",
        hot=True,
        low=0,
        high=10,
    )
    lazy: int = knob(
        1,
        "Lazy penalty r",
        "The gradient penalty enters every r-th step of D only, r times as strong.",
        "tricks",
        hot=True,
        low=1,
        high=16,
        relevant=lambda config: penalises(config),
    )
    minibatch_stddev: int = knob(
        0,
        "Minibatch deviation",
        "1: D is also told how much the samples of its batch differ.",
        "tricks",
        low=0,
        high=1,
        relevant=lambda config: perceptrons(config),
    )
    consensus: float = knob(
        0.0,
        "Consensus γ",
        "Weight of ½‖v‖², v both players' gradients: both also descend it.",
        "tricks",
        hot=True,
        low=0.0,
        high=10.0,
    )


@dataclass(frozen=True)
class Trick:
    """One trick: its formula, where it comes from, and when it is in play."""

    title: str
    latex: str
    source: str
    knobs: tuple[str, ...]
    active: Callable[["Config"], bool]
    autograd: bool = True  # only `autograd.py` can play it


def smooths(config: "Config") -> bool:
    """Whether the objective's real labels can be smoothed."""
    return OBJECTIVES[config.objective].smoothing is not None


def penalises(config: "Config") -> bool:
    """Whether the constraint is a penalty."""
    return CONSTRAINTS[config.constraint].penalty is not None


def perceptrons(config: "Config") -> bool:
    return config.players == "mlp"


TRICKS: dict[str, Trick] = {
    "instance-noise": Trick(
        "Instance noise",
        r"D(x+\varepsilon),\ D(G(z)+\varepsilon'),\quad\varepsilon,\varepsilon'\sim\mathcal{N}(0,\sigma_t^2),"
        r"\quad\sigma_t=\sigma\max(0,1-t/T)",
        "Sønderby et al. 2017, https://arxiv.org/abs/1610.04490; Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        ("instance_noise", "noise_decay"),
        lambda config: config.instance_noise > 0,
    ),
    "label-smoothing": Trick(
        "One-sided label smoothing",
        r"D(x)\to 1-\varepsilon\ \text{for real}\ x,\qquad D(G(z))\to 0",
        "Salimans et al. 2016, https://arxiv.org/abs/1606.03498",
        ("label_smoothing",),
        lambda config: config.label_smoothing > 0 and smooths(config),
    ),
    "two-time-scales": Trick(
        "Two time scales",
        r"\phi\leftarrow\phi-\eta_D\nabla_\phi L_D,\qquad\theta\leftarrow\theta-\eta_G\nabla_\theta L_G,"
        r"\qquad\eta_D\neq\eta_G",
        "Heusel et al. 2017, https://arxiv.org/abs/1706.08500",
        ("discriminator_lr", "generator_lr"),
        lambda config: config.discriminator_lr != config.generator_lr,
        autograd=False,
    ),
    "ema": Trick(
        "Averaged generator",
        r"\bar\theta\leftarrow\beta\bar\theta+(1-\beta)\theta",
        "Yazıcı et al. 2019, https://arxiv.org/abs/1806.04498",
        ("ema",),
        lambda config: config.ema > 0,
    ),
    "packing": Trick(
        "Packing",
        r"D(x_1,\dots,x_m),\qquad D(G(z_1),\dots,G(z_m))",
        "Lin et al. 2018, https://arxiv.org/abs/1712.04086",
        ("packing",),
        lambda config: config.packing > 1,
    ),
    "unrolling": Trick(
        "Unrolling",
        r"\theta\leftarrow\theta-\eta\,\nabla_\theta L_G(\theta,\phi_k(\theta)),"
        r"\qquad\phi_{i+1}=\phi_i-\eta_D\nabla_\phi L_D(\theta,\phi_i),\quad\phi_0=\phi",
        "Metz et al. 2017, https://arxiv.org/abs/1611.02163",
        ("unrolling",),
        lambda config: config.unrolling > 0,
    ),
    "lazy": Trick(
        "Lazy penalty",
        r"L_D+r\cdot[\,r\mid t\,]\cdot\text{penalty}",
        "Karras et al. 2020, appendix B, https://arxiv.org/abs/1912.04958",
        ("lazy",),
        lambda config: config.lazy > 1 and penalises(config),
    ),
    "minibatch-stddev": Trick(
        "Minibatch standard deviation",
        r"D(x_i,s),\qquad s=\tfrac1d\sum_{j=1}^{d}\sqrt{\mathrm{Var}_i[x_{ij}]}",
        "Karras et al. 2018, section 3, https://arxiv.org/abs/1710.10196",
        ("minibatch_stddev",),
        lambda config: config.minibatch_stddev > 0 and perceptrons(config),
    ),
    "consensus": Trick(
        "Consensus",
        r"L_D+\tfrac\gamma2\lVert v\rVert^2,\quad L_G+\tfrac\gamma2\lVert v\rVert^2,"
        r"\qquad v=(\nabla_\phi L_D,\nabla_\theta L_G)",
        "Mescheder et al. 2017, https://arxiv.org/abs/1705.10461",
        ("consensus",),
        lambda config: config.consensus > 0,
    ),
}


def noise_level(config: "Config", iteration: int) -> float:
    """Standard deviation of the instance noise at an iteration: constant, or falling linearly to 0."""
    left = 1 - iteration / config.noise_decay if config.noise_decay else 1.0
    return config.instance_noise * max(0.0, left)


def active(config: "Config") -> list[Trick]:
    """The tricks in play."""
    return [trick for trick in TRICKS.values() if trick.active(config)]


def needs_autograd(config: "Config") -> bool:
    """Whether a trick is in play that the faster paths do not know."""
    return any(trick.autograd for trick in active(config))
