"""Experiments on what keeps a critic 1-Lipschitz, and on what its estimate is then worth."""

from playground.experiments.experiment import CURE, Check, Experiment
from playground.experiments.settings import RING, WGAN_GP

CLIPPED = RING.with_(**WGAN_GP).with_(constraint="clip", clip=0.1, optimiser="rmsprop")
DEEP = RING.with_(data="swiss-roll", spread=0.25, discriminator_depth=12, discriminator_width=64, batch_size=64).with_(
    **WGAN_GP
)
STANDING = RING.with_(**WGAN_GP).with_(generator_steps=0, batch_size=128)

CRITIC: dict[str, Experiment] = {
    "ring-wgan-clip": Experiment(
        "Wasserstein with weight clipping on the ring",
        "2d",
        CLIPPED,
        400,
        "Clipping finds the modes too, but the critic's estimate is K times a distance, with K unknown.",
        "Compare the critic's estimate with the exact EMD.",
        "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
        checks=(Check("modes", low=7),),
    ),
    "critic-against-emd": Experiment(
        "Is the critic's estimate a distance?",
        "2d",
        STANDING,
        250,
        "Against a generator that stands still, a critic under a weak gradient penalty says several times the EMD; under a "
        "strong one it is 70 to 110 % of it; clipping is off by orders of magnitude, either way.",
        "The critic's estimate beside the exact EMD.",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
        checks=(
            Check("estimate_over_emd", low=3),
            Check("estimate_over_emd", 0.7, 1.1, of=CURE),  # 1 + W/2λ is where gain and penalty balance
            Check("slope_mean", 0.85, 1.15, of=CURE),
            Check("estimate_over_emd", high=0.01, of="clip .01"),
            Check("estimate_over_emd", low=3, of="clip .3"),
        ),
        variants={
            "clip .01": {"constraint": "clip", "clip": 0.01, "optimiser": "rmsprop"},
            "clip .3": {"constraint": "clip", "clip": 0.3, "optimiser": "rmsprop"},
        },
        failure="Critic not 1-Lipschitz",
        cure={"penalty": 10.0},
        cure_iterations=250,
    ),
    "weight-histogram": Experiment(
        "Weights at their bounds",
        "2d",
        # at ten times these rates the clipped critics of a third of the seeds are dead after 1,500 iterations, beyond any cure
        CLIPPED.with_(clip=0.01, discriminator_depth=6, batch_size=128, discriminator_lr=1e-4, generator_lr=1e-4),
        60,
        "Clipping drives most of the critic's weights to ±c, where they carry a sign and no more; a gradient penalty leaves "
        "them a bell.",
        "The histogram of the critic's weights: two spikes.",
        "Gulrajani et al. 2017, figure 1, https://arxiv.org/abs/1704.00028",
        checks=(Check("clipped", low=0.7), Check("modes", low=7, of=CURE)),
        failure="Clipping-bound critic",
        cure=WGAN_GP,
        cure_iterations=200,
    ),
    "deep-critic": Experiment(
        "Twelve layers under clipping",
        "2d",
        DEEP,
        150,
        "Through twelve layers the clipped critic's gradient vanishes or explodes, by orders of magnitude; a gradient penalty "
        "keeps it level.",
        "The gradient's norm from layer to layer.",
        "Gulrajani et al. 2017, figure 1b, https://arxiv.org/abs/1704.00028",
        checks=(
            Check("layer_growth", -0.15, 0.15),
            Check("layer_growth", high=-0.5, of="clip .01"),
            Check("layer_growth", low=0.05, of="clip .1"),
        ),
        variants={
            "clip .01": {"constraint": "clip", "clip": 0.01, "optimiser": "rmsprop"},
            "clip .1": {"constraint": "clip", "clip": 0.1, "optimiser": "rmsprop"},
        },
    ),
}
