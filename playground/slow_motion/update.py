"""One update of one player: what it was made of, what it did, in numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from playground.config import Config
from playground.objectives import OBJECTIVES, Objective

Array = NDArray[np.floating]
NAN = float("nan")


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
