"""Settings that several experiments share."""

from playground.config import Config, Value

WGAN_GP: dict[str, Value] = {  # the cure for small mixtures
    "objective": "wasserstein",
    "constraint": "gradient-penalty",
    "penalty": 0.1,
    "discriminator_steps": 5,
    "optimiser": "adam",
    "discriminator_lr": 1e-3,
    "generator_lr": 1e-3,
    "beta1": 0.5,
    "beta2": 0.9,
}
GENTLE: dict[str, Value] = {**WGAN_GP, "generator_lr": 3e-4, "beta1": 0.0}  # where overshooting shows: on a line
OVERPOWERED: dict[str, Value] = {
    "objective": "minimax",
    "discriminator_steps": 5,
    "discriminator_lr": 3e-3,
    "generator_lr": 1e-5,
    "beta1": 0.5,
}
FROZEN: dict[str, Value] = {"generator_steps": 0, "beta1": 0.9}  # only the discriminator learns
RING = Config(data="ring", modes=8, spread=0.05, latent_dim=8)
FAR_2D = Config(data="blobs", spread=0.5, separation=4.0, latent_dim=8)
