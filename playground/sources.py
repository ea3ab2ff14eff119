"""Sources: everything that a population draws, each member from generators of its own."""

from collections.abc import Callable

import torch
from torch import Tensor

from playground import noise
from playground.config import Config
from playground.labels import LabelledMnist, laid_out
from playground.mnist import Mnist
from playground.networks import LATENTS
from playground.streams import Stream, packs, unit
from playground.yardstick import Data

HELD_OUT = 1024  # fixed real samples that nobody trains on, at most
Rngs = list[torch.Generator]  # one a member
Law = Callable[[int, torch.Generator], Tensor]  # how many -> (n, dim)


def training_set(config: Config, data: Data, rngs: Rngs) -> Tensor | None:
    """The fixed samples that each member trains on, (P, samples, dim).

    None where draws are endless, and for images, which keep to their first ones by themselves.
    """
    if not config.train_samples or config.data == "mnist":
        return None
    return torch.stack([data.sample(config.train_samples, rng) for rng in rngs])


def resampled(sets: Tensor, rngs: Rngs) -> Law:
    """Draws with replacement from each member's fixed set, (P, samples, dim); a generator stands for its member."""
    set_of = dict(zip(rngs, sets, strict=True))

    def draw(n: int, rng: torch.Generator) -> Tensor:
        return set_of[rng][torch.randint(sets.shape[1], (n,), generator=rng, device=rng.device)]

    return draw


def latents(config: Config, data: Data) -> Law:
    """Latents z, with the label of the digit asked for beside each where the data have labels."""
    z = z_of(config)
    if not isinstance(data, LabelledMnist):
        return z
    return lambda n, rng: torch.cat([z(n, rng), data.ask(n, rng)], 1)


def looked_from(config: Config, data: Data) -> Law:
    """The fixed latents: those with labels are laid out on a sheet, a row a digit."""
    z = z_of(config)
    return (lambda n, rng: laid_out(z(n, rng), data.digits)) if isinstance(data, LabelledMnist) else z


def z_of(config: Config) -> Law:
    """Latents without a label."""
    return lambda n, rng: LATENTS[config.latent](n, config.latent_dim, rng)


def unseen(data: Data) -> Law:
    """Real samples that nobody trains on."""
    return data.sample_test if isinstance(data, Mnist) else data.sample


class Sources:
    """Streams for the game and, under names of their own, for its tricks; and samples to look at all through a run.

    `rngs` makes the members' generators for a purpose, a whole number. No two purposes share their numbers, so a trick that
    draws shifts nobody else's. Everything that D judges in packs is drawn in packs: `packing` samples side by side.
    """

    def __init__(self, config: Config, data: Data, samples: int, rngs: Callable[[int], Rngs]) -> None:
        k, dim, pack = config.latent_dim + config.labels, data.dim, config.packing
        latent = latents(config, data)
        real, ahead, looked_at = rngs(2), rngs(9), rngs(6)
        self.training_set = training_set(config, data, real)

        def reals(own: Rngs) -> Law:
            return data.sample if self.training_set is None else resampled(self.training_set, own)

        def packed(law: Law, size: int, own: Rngs) -> Stream:
            return Stream(packs(law, pack), pack * size, own)

        self._streams = {
            "real": packed(reals(real), dim, real),
            "latent": packed(latent, k, rngs(3)),
            "place": Stream(unit, 1, rngs(4)),
            "noise": packed(lambda n, rng: noise.normal(n, dim, rng), dim, rngs(8)),
            "real ahead": packed(reals(ahead), dim, ahead),
            "place ahead": Stream(unit, 1, rngs(10)),
        }
        self.fixed_latent = torch.stack(
            [looked_from(config, data)(samples, rng) for rng in rngs(5)]
        )  # (P, samples, latent)
        self.fixed_real = torch.stack([reals(looked_at)(samples, rng) for rng in looked_at])  # (P, samples, dim)
        self.fixed_held_out = torch.stack([unseen(data)(min(samples, HELD_OUT), rng) for rng in rngs(7)])  # (P, …, dim)

    def draw(self, what: str, n: int, steps: int) -> tuple[Tensor, int]:
        """The next batches of `n` for every member: a block (P, …, n, dim), and where they start in it."""
        return self._streams[what].next(n, steps)
