"""The bare loop: a GAN as course notebooks write it, with nn.Sequential, torch.optim.Adam and autograd's penalty."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from playground.config import Config
from playground.yardstick import data_of

ACTIVATIONS = {"relu": nn.ReLU, "leaky-relu": lambda: nn.LeakyReLU(0.2), "tanh": nn.Tanh}


def perceptron(sizes: list[int], activation: str) -> nn.Sequential:
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])


class Bare:
    """One GAN: BCE (non-saturating) without constraint, or Wasserstein with clipping or a gradient penalty."""

    def __init__(self, config: Config, device: torch.device | str = "cpu") -> None:
        self.config, self.data = config, data_of(config)
        self.rng = torch.Generator(device).manual_seed(config.seed)
        hidden_g = [config.generator_width] * config.generator_depth
        hidden_d = [config.discriminator_width] * config.discriminator_depth
        self.g = perceptron([config.latent_dim, *hidden_g, self.data.dim], config.activation).to(device)
        self.d = perceptron([self.data.dim, *hidden_d, 1], config.activation).to(device)
        betas = config.beta1, config.beta2
        self.g_adam = torch.optim.Adam(self.g.parameters(), config.generator_lr, betas)
        self.d_adam = torch.optim.Adam(self.d.parameters(), config.discriminator_lr, betas)

    def iterate(self) -> None:
        n, wasserstein = self.config.batch_size, self.config.objective == "wasserstein"
        for _ in range(self.config.discriminator_steps):
            real = self.data.sample(n, self.rng)
            fake = self.g(self.latent()).detach()
            d_real, d_fake = self.d(real), self.d(fake)
            loss = (d_fake - d_real if wasserstein else softplus(-d_real) + softplus(d_fake)).mean()
            if self.config.constraint == "gradient-penalty":
                loss = loss + self.penalty(real, fake)
            self.d_adam.zero_grad()
            loss.backward()
            self.d_adam.step()
            if self.config.constraint == "clip":
                with torch.no_grad():
                    for weight in self.d.parameters():
                        weight.clamp_(-self.config.clip, self.config.clip)
        d_fake = self.d(self.g(self.latent()))
        loss = (-d_fake if wasserstein else softplus(-d_fake)).mean()
        self.g_adam.zero_grad()
        loss.backward()
        self.g_adam.step()

    def latent(self) -> Tensor:
        size = self.config.batch_size, self.config.latent_dim
        return torch.randn(size, generator=self.rng, device=self.rng.device)

    def penalty(self, real: Tensor, fake: Tensor) -> Tensor:
        u = torch.rand(len(real), 1, generator=self.rng, device=self.rng.device)
        x = (u * real + (1 - u) * fake).requires_grad_()
        (slope,) = torch.autograd.grad(self.d(x).sum(), x, create_graph=True)
        return self.config.penalty * (slope.norm(2, dim=1) - self.config.gradient_target).square().mean()

    def run(self, iterations: int) -> None:
        for _ in range(iterations):
            self.iterate()
