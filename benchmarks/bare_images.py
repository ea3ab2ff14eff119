"""The bare loop for digits: the same convolutional pair as course notebooks write it, with nn.Module and torch.optim.Adam."""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from playground.config import Config
from playground.mnist import Mnist


def generator(config: Config) -> nn.Sequential:
    wide, narrow = config.generator_width, config.generator_width // 2

    def double(before: int, after: int, bias: bool) -> list[nn.Module]:
        if config.players == "conv-resize":
            return [nn.Upsample(scale_factor=2), nn.Conv2d(before, after, 3, padding=1, bias=bias)]
        return [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=bias)]

    return nn.Sequential(
        nn.Linear(config.latent_dim, wide * 49, bias=False),
        nn.Unflatten(1, (wide, 7, 7)),
        nn.BatchNorm2d(wide),
        nn.ReLU(),
        *double(wide, narrow, bias=False),
        nn.BatchNorm2d(narrow),
        nn.ReLU(),
        *double(narrow, 1, bias=True),
        nn.Tanh(),
    )


def discriminator(config: Config) -> nn.Sequential:
    middle = config.discriminator_width
    layers: list[nn.Module] = []
    for before, after in ((1, middle // 2), (middle // 2, middle), (middle, 2 * middle)):
        layers += [nn.Conv2d(before, after, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2 * middle * 9, 1))


class BareImages:
    """One GAN on digits: BCE (non-saturating), or Wasserstein with a gradient penalty."""

    def __init__(self, config: Config, device: torch.device | str = "cpu") -> None:
        self.config, self.device = config, torch.device(device)
        data = Mnist()
        self.images = data.images.view(-1, 1, 28, 28)  # as a DataLoader has them: floats in the host's memory
        self.rng = torch.Generator().manual_seed(config.seed)
        self.g, self.d = generator(config).to(self.device), discriminator(config).to(self.device)
        betas = config.beta1, config.beta2
        self.g_adam = torch.optim.Adam(self.g.parameters(), config.generator_lr, betas)
        self.d_adam = torch.optim.Adam(self.d.parameters(), config.discriminator_lr, betas)

    def latent(self) -> Tensor:
        return torch.randn(self.config.batch_size, self.config.latent_dim, device=self.device)

    def iterate(self) -> None:
        n, wasserstein = self.config.batch_size, self.config.objective == "wasserstein"
        for _ in range(self.config.discriminator_steps):
            real = self.images[torch.randint(len(self.images), (n,), generator=self.rng)].to(self.device)
            fake = self.g(self.latent()).detach()
            d_real, d_fake = self.d(real), self.d(fake)
            loss = (d_fake - d_real if wasserstein else softplus(-d_real) + softplus(d_fake)).mean()
            if self.config.constraint == "gradient-penalty":
                u = torch.rand(n, 1, 1, 1, device=self.device)
                x = (u * real + (1 - u) * fake).requires_grad_()
                (slope,) = torch.autograd.grad(self.d(x).sum(), x, create_graph=True)
                loss = loss + self.config.penalty * (slope.flatten(1).norm(2, dim=1) - 1).square().mean()
            self.d_adam.zero_grad()
            loss.backward()
            self.d_adam.step()
        d_fake = self.d(self.g(self.latent()))
        loss = (-d_fake if wasserstein else softplus(-d_fake)).mean()
        self.g_adam.zero_grad()
        loss.backward()
        self.g_adam.step()

    def run(self, iterations: int) -> None:
        for _ in range(iterations):
            self.iterate()
