"""Experiments on a line, where every density can be drawn."""

from playground.config import Config
from playground.experiments.experiment import CURE, Check, Experiment
from playground.experiments.settings import FROZEN, GENTLE, OVERPOWERED, WGAN_GP

TWO_BUMPS = Config(
    data="two-gaussians",
    spread=0.5,
    separation=2.0,
    latent_dim=4,
    generator_width=32,
    discriminator_width=32,
    batch_size=128,
)
FAR = Config(data="two-gaussians", spread=0.5, separation=4.0, latent_dim=1, latent="uniform", batch_size=128)

LINE: dict[str, Experiment] = {
    "two-gaussians-1d": Experiment(
        "Two bumps on a line",
        "1d",
        TWO_BUMPS.with_(**GENTLE),
        1500,
        "A small generator learns to split its noise between two peaks.",
        "The generated density settles on the exact one, and the EMD near its noise floor.",
        "Goodfellow et al. 2014, figure 1, https://arxiv.org/abs/1406.2661",
        checks=(Check("modes", low=2), Check("emd_over_floor", high=6)),
    ),
    "vanishing-gradient-1d": Experiment(
        "Vanishing gradient on a line",
        "1d",
        FAR.with_(**OVERPOWERED),
        1500,
        "A discriminator that is too good leaves the minimax generator without a gradient.",
        "D(x) turns into a step, every fake is called fake, and the generator's signal falls a thousandfold.",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        checks=(
            Check("signal_fall", low=1000),
            Check("saturation_fake", low=0.95),
            Check("emd_over_floor", high=4, of=CURE),
        ),
        failure="Vanishing gradient",
        cure=GENTLE,
        cure_iterations=2000,
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
            batch_size=128,
            discriminator_lr=2e-5,
            generator_lr=1e-3,
        ),
        800,
        "A generator that learns fifty times faster than its discriminator piles everything on few peaks and chases them.",
        "The generated density is one narrow spike that jumps from peak to peak.",
        "Metz et al. 2016, https://arxiv.org/abs/1611.02163",
        checks=(Check("modes", high=2), Check("modes", low=5, of=CURE)),
        failure="Mode collapse",
        cure=WGAN_GP,
        cure_iterations=600,
    ),
    "label-smoothing": Experiment(
        "Smoothed labels cap the discriminator's certainty",
        "1d",
        FAR.with_(**FROZEN, label_smoothing=0.1),
        600,
        "With real labels of .9 instead of 1, no logit on a real sample pays beyond log 9 = 2.2; without, it grows on.",
        "D(x) stops at .9 on the reals.",
        "Salimans et al. 2016, https://arxiv.org/abs/1606.03498",
        checks=(Check("logit_real", 1.9, 2.5), Check("logit_real", low=4, of="unsmoothed")),
        variants={"unsmoothed": {"label_smoothing": 0.0}},
    ),
    "hinge-flat": Experiment(
        "The hinge's flat zone",
        "1d",
        FAR.with_(**FROZEN, objective="hinge"),
        800,
        "Once every sample is beyond its margin of 1, the hinge loss is zero and teaches the discriminator nothing more.",
        "The discriminator's loss reaches 0 and D stops moving, while the generator still has its gradient.",
        "Lim & Ye 2017, https://arxiv.org/abs/1705.02894",
        checks=(
            Check("loss_discriminator", high=1e-3),
            Check("d_gap", 2, 6),
            Check("d_gap", low=8, of="minimax"),
            Check("signal_fall", high=10),
        ),
        variants={"minimax": {"objective": "minimax"}},
    ),
    "two-gaussians-apart": Experiment(
        "How far apart are they?",
        "1d",
        Config(data="gaussian", spread=1.0, separation=4.0, latent_dim=1, batch_size=512).with_(
            **FROZEN, objective="minimax"
        ),
        1500,
        "The further two Gaussians part, the less the minimax generator feels, while Wasserstein's gradient stays 1.",
        "Move the separation: the arrows of minimax shrink, those of Wasserstein do not.",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        analysis="two-gaussians",
    ),
    "dirac-gan": Experiment(
        "Two players that circle each other",
        "1d",
        Config(
            data="gaussian",
            spread=0.005,
            separation=0.5,
            latent_dim=1,
            generator_depth=0,
            discriminator_depth=0,
            objective="wasserstein",
            optimiser="sgd",
            discriminator_lr=0.1,
            generator_lr=0.1,
        ),
        4000,
        "Where both players are linear, training circles the equilibrium for good; a penalty on D's slope at the data brings "
        "it in.",
        "The critic's line tips to and fro, and the fakes follow; switch on R1, and both come to rest.",
        "Mescheder et al. 2018, https://arxiv.org/abs/1801.04406",
        checks=(Check("d_swing", low=0.5), Check("d_swing", high=0.2, of=CURE)),
        failure="Oscillation",
        cure={"constraint": "r1", "gamma": 1.0},
        cure_iterations=4000,
        analysis="dirac",
    ),
    "parallel-lines": Experiment(
        "Parallel lines",
        "1d",
        Config(data="gaussian", spread=0.005, separation=1.0, latent_dim=1, batch_size=128, generator_depth=0).with_(
            **{**GENTLE, "penalty": 1.0, "generator_lr": 1e-3}
        ),
        1500,
        "A thin density that the fakes hardly touch: their JS stands at its ceiling, log 2, while the EMD says how far it is, "
        "and the critic pulls evenly until they meet.",
        "JS stays up while the EMD falls in a straight line; then the fakes overshoot, for the penalty wants slope 1 even there.",
        "Arjovsky et al. 2017, example 1, https://arxiv.org/abs/1701.07875",
        analysis="parallel-lines",
        checks=(Check("js_first", low=0.6), Check("emd_lowest", high=0.15)),
    ),
}
