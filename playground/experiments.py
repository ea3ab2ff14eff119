"""Named experiments: settings that train into what they show, and the change of knobs that cures it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.config import Config, Value


@dataclass(frozen=True)
class Experiment:
    """A Config with a point to make."""

    title: str
    page: str  # the playground that shows it: 1d, 2d or mnist
    config: Config
    iterations: int  # its own length
    claim: str
    watch: str
    source: str
    failure: str | None = None  # the name of the failure it shows
    cure: Mapping[str, Value] = field(default_factory=dict)  # hot knobs to move, on the same weights
    cure_iterations: int = 1200  # how long the cure takes

    @property
    def cured(self) -> Config:
        """The Config after the cure."""
        return self.config.with_(**self.cure)


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
RING = Config(data="ring", modes=8, spread=0.05, latent_dim=8)
TWO_BUMPS = Config(
    data="two-gaussians", spread=0.5, separation=2.0, latent_dim=4, generator_width=32, discriminator_width=32
)
FAR_1D = Config(data="two-gaussians", spread=0.5, separation=4.0, latent_dim=1, latent="uniform")
FAR_2D = Config(data="blobs", spread=0.5, separation=4.0, latent_dim=8)
OVERPOWERED: dict[str, Value] = {
    "objective": "minimax",
    "discriminator_steps": 5,
    "discriminator_lr": 3e-3,
    "generator_lr": 1e-5,
    "beta1": 0.5,
}
MNIST = Config(
    data="mnist",
    players="conv-resize",
    generator_width=64,
    discriminator_width=32,
    activation="leaky-relu",
    latent_dim=64,
    batch_size=64,
    discriminator_lr=2e-3,
    generator_lr=2e-3,
    beta2=0.99,
)
MNIST_WGAN_GP: dict[str, Value] = {
    "objective": "wasserstein",
    "constraint": "gradient-penalty",
    "penalty": 10.0,
    "discriminator_steps": 5,
    "optimiser": "adam",
    "discriminator_lr": 5e-4,
    "generator_lr": 5e-4,
    "beta1": 0.5,
    "beta2": 0.9,
}

EXPERIMENTS: dict[str, Experiment] = {
    "two-gaussians-1d": Experiment(
        "Two bumps on a line",
        "1d",
        TWO_BUMPS.with_(**{**WGAN_GP, "penalty": 1.0}),
        1000,
        "A small generator learns to split its noise between two peaks.",
        "The generated density settles on the exact one, and the EMD on its noise floor.",
        "Goodfellow et al. 2014, figure 1, https://arxiv.org/abs/1406.2661",
    ),
    "vanishing-gradient-1d": Experiment(
        "Vanishing gradient on a line",
        "1d",
        FAR_1D.with_(**OVERPOWERED),
        800,
        "A discriminator that is too good leaves the minimax generator without a gradient.",
        "D(x) turns into a step, every fake is called fake, and the generator's signal falls a thousandfold.",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        failure="Vanishing gradient",
        cure=GENTLE,
        cure_iterations=2500,
    ),
    "mode-collapse-1d": Experiment(
        "Mode collapse on a line",
        "1d",
        Config(
            data="comb",
            modes=5,
            spread=0.1,
            separation=2.0,
            latent_dim=4,
            discriminator_lr=5e-5,
            generator_lr=2e-3,
        ),
        800,
        "A generator that learns forty times faster than its discriminator piles everything on few peaks and chases them.",
        "The generated density is one narrow spike that jumps from peak to peak.",
        "Metz et al. 2016, https://arxiv.org/abs/1611.02163",
        failure="Mode collapse",
        cure=WGAN_GP,
    ),
    "ring-gan": Experiment(
        "A plain GAN on the ring",
        "2d",
        RING,
        3000,
        "The same settings find few or many of the eight modes, depending on the seed.",
        "Modes are won and lost again; open other seeds.",
        "Metz et al. 2016, https://arxiv.org/abs/1611.02163",
    ),
    "gan-lab": Experiment(
        "GAN Lab's own game",
        "2d",
        RING.with_(
            generator_width=8,
            discriminator_width=8,
            latent_dim=2,
            latent="uniform",
            batch_size=150,
            discriminator_steps=2,
            optimiser="sgd",
            discriminator_lr=0.1,
            generator_lr=0.03,
        ),
        6000,
        "Tiny networks under plain gradient descent find the ring and lose it: later at most four of the eight modes are left.",
        "It looks best after a thousand iterations. Go on: the fakes gather on one or two blobs, or leave the picture.",
        "Kahng et al. 2018, https://arxiv.org/abs/1809.01587",
    ),
    "ring-wgan-gp": Experiment(
        "Wasserstein with gradient penalty on the ring",
        "2d",
        RING.with_(**WGAN_GP),
        1200,
        "All eight modes, on every seed.",
        "The critic's landscape points every fake to missing mass, and the EMD falls steadily.",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
    ),
    "ring-wgan-clip": Experiment(
        "Wasserstein with weight clipping on the ring",
        "2d",
        RING.with_(**WGAN_GP).with_(
            constraint="clip", clip=0.1, optimiser="rmsprop", discriminator_lr=1e-3, generator_lr=1e-3
        ),
        1500,
        "Clipping finds the modes too, but the critic's estimate is K times a distance, with K unknown.",
        "Compare the critic's estimate with the exact EMD.",
        "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
    ),
    "vanishing-gradient-2d": Experiment(
        "Vanishing gradient between two blobs",
        "2d",
        FAR_2D.with_(**OVERPOWERED),
        800,
        "Where real and fake do not overlap, a perfect discriminator is flat under every fake.",
        "The arrows shrink to nothing while the heat map turns into two flat regions.",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        failure="Vanishing gradient",
        cure=WGAN_GP,
    ),
    "mode-collapse-2d": Experiment(
        "Mode collapse on the ring",
        "2d",
        RING.with_(discriminator_lr=1e-4, generator_lr=2e-3),
        1500,
        "A generator that learns twenty times faster than its discriminator gathers on few of the eight modes.",
        "All fakes crowd onto one or a few blobs, and may move on together.",
        "Metz et al. 2016, https://arxiv.org/abs/1611.02163",
        failure="Mode collapse",
        cure=WGAN_GP,
    ),
    "grid-wgan-gp": Experiment(
        "Twenty-five modes on a grid",
        "2d",
        RING.with_(
            data="grid", modes=25, separation=2.0, spread=0.1, generator_width=128, discriminator_width=128
        ).with_(**WGAN_GP),
        2000,
        "Wasserstein with gradient penalty covers a grid of 25.",
        "Modes appear from the middle outward.",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
    ),
    "mnist-gan": Experiment(
        "Handwritten digits",
        "mnist",
        MNIST,
        3000,
        "A small convolutional GAN draws all ten digits.",
        "Strokes appear within a minute, digits within three.",
        "Radford et al. 2015, https://arxiv.org/abs/1511.06434",
    ),
    "mnist-few-digits": Experiment(
        "Handwritten digits, collapsed",
        "mnist",
        MNIST.with_(
            players="mlp",
            generator_width=256,
            discriminator_width=256,
            discriminator_lr=5e-4,
            generator_lr=3e-3,
        ),
        400,
        "A perceptron generator that learns six times faster than its discriminator draws one digit only.",
        "Every tile turns into the same digit, usually an 8, and the bars of the others vanish.",
        "Goodfellow 2016, section 5.1.1, https://arxiv.org/abs/1701.00160",
        failure="Few digits",
        cure=MNIST_WGAN_GP,
        cure_iterations=600,
    ),
    "mnist-wgan-gp": Experiment(
        "Handwritten digits, Wasserstein",
        "mnist",
        MNIST.with_(**{**MNIST_WGAN_GP, "discriminator_lr": 1e-3, "generator_lr": 1e-3}),
        600,
        "The same players under the Wasserstein loss: slower an iteration, steadier in the modes.",
        "The critic's estimate falls as the digits improve.",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
    ),
}
