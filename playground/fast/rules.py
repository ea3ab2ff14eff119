"""What compiled code is told of a game: its rules, and its players with room to work."""

from typing import Any, NamedTuple

# names the kernel knows; anything else is left to the other paths
OBJECTIVES = ("minimax", "non-saturating", "wasserstein", "hinge", "least-squares", "relativistic")
CONSTRAINTS = ("none", "clip", "spectral-norm", "gradient-penalty", "gradient-penalty-one-sided", "r1", "r2")
OPTIMISERS = ("adam", "rmsprop", "sgd")
MINIMAX, NON_SATURATING, WASSERSTEIN, HINGE, LEAST_SQUARES, RELATIVISTIC = range(6)
NONE, CLIP, SPECTRAL, PENALTY, ONE_SIDED, R1, R2 = range(7)
ADAM, RMSPROP, SGD = range(3)


class Rules(NamedTuple):
    """What the knobs say; the numbers in the players' precision."""

    objective: int
    constraint: int
    optimiser: int
    beta1: Any
    beta2: Any
    clip: Any
    penalty: Any
    target: Any
    gamma: Any


class Stack(NamedTuple):
    """A player of every member, and room for one member's work."""

    sizes: Any  # of its layers, the input's first
    act: int
    last_act: int
    lr: Any
    weights: Any  # (P, K)
    memory: Any  # the optimiser's, (2, P, K)
    slope: Any  # of one member's weights, (1, K)
    used: Any  # its weights as they are used, where that is not as they are, (1, K)
    left: Any  # the kernels' left singular vectors, (P, Σ fan_in), where they are followed
    right: Any  # and one member's right ones, (1, Σ fan_out)
    a: Any  # (Σ sizes · columns,)
    e: Any
    source: Any  # room for tangents, and for what curvature sends back, (Σ sizes · samples,)
    cross: Any  # room for one kernel
