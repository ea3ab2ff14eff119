"""Metrics of the players and of their game: what D and G make of the fixed samples, and what they did before."""

import numpy as np

from playground.metrics import modes, players
from playground.metrics.checks import numbers
from playground.metrics.metric import ADA, FORGETTING, GAN, OWN, WGAN, WGAN_GP, Metric, of_look

PLAYER_METRICS: dict[str, Metric] = {
    "estimate": of_look(
        "D's own estimate",
        "what D's loss on the fixed samples estimates: the JS divergence, a critic's dual estimate of the EMD, …",
        f"{GAN}; {WGAN}",
        "by the objective",
        "",
        lambda look: look.objective.estimate(look.loss),
    ),
    "saturation_fake": of_look(
        "Saturation on fakes",
        "share of fakes that D is 99 % sure of; only where D's output is a probability",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        "share",
        "",
        lambda look: look.saturation_fake,
    ),
    "saturation_real": of_look(
        "Saturation on reals",
        "share of training samples that D is 99 % sure of; only where D's output is a probability",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        "share",
        "",
        lambda look: look.saturation_real,
    ),
    "accuracy_fake": of_look(
        "Accuracy on fakes",
        "share of fakes that D calls fake: below its neutral output (logit 0, least squares ½; where D's level is free "
        "the middle of both mean outputs)",
        GAN,
        "share",
        "",
        lambda look: players.accuracy(look.d_fake, look.level),
    ),
    "accuracy_real": of_look(
        "Accuracy on reals",
        "share of training samples that D calls real",
        GAN,
        "share",
        "",
        lambda look: 1 - players.accuracy(look.d_real, look.level),
    ),
    "accuracy_past": of_look(
        "Accuracy on past fakes",
        "share of fakes of up to 8 earlier measurements, spread over the run, that D still calls fake",
        FORGETTING,
        "share",
        "higher",
        lambda look: look.accuracy_past,
    ),
    "sign_train": of_look(
        "Sign on training samples",
        r"$r_t=\mathbb{E}[\mathrm{sign}\,D(x)]$ over training samples, about D's neutral output",
        ADA,
        "−1 … 1",
        "",
        lambda look: players.sign(look.d_real, look.level),
    ),
    "sign_held_out": of_look(
        "Sign on held-out samples",
        r"$\mathbb{E}[\mathrm{sign}\,D(x)]$ over real samples that nobody trains on; far below that of training samples means "
        "overfitting",
        ADA,
        "−1 … 1",
        "",
        lambda look: players.sign(look.d_held_out, look.level),
    ),
    "slope_mean": of_look(
        "Mean slope of D",
        r"mean $\lVert\nabla D(\hat x)\rVert$ at 256 points between real and fake",
        WGAN_GP,
        "per data unit",
        "",
        lambda look: float(numbers("slope_mean", look.slopes).mean()),
    ),
    "slope_deviation": of_look(
        "Deviation of D's slope",
        r"standard deviation of $\lVert\nabla D(\hat x)\rVert$ at these points",
        WGAN_GP,
        "per data unit",
        "",
        lambda look: float(numbers("slope_deviation", look.slopes).std()),
    ),
    "slope_high": of_look(
        "Steep slope of D",
        r"95th percentile of $\lVert\nabla D(\hat x)\rVert$ at these points",
        WGAN_GP,
        "per data unit",
        "",
        lambda look: float(np.quantile(numbers("slope_high", look.slopes), 0.95)),
    ),
    "clipped": of_look(
        "Weights at the bound",
        r"share of D's weights at $\pm c$; only under weight clipping",
        WGAN_GP,
        "share",
        "",
        lambda look: look.clipped,
    ),
    "layer_growth": of_look(
        "Gradient's growth per layer",
        r"slope of $\log_{10}\mathbb{E}\lVert\partial\ell_D/\partial h_l\rVert$ per layer toward the input; perceptrons only",
        f"{WGAN_GP}, figure 1b",
        "decades a layer",
        "",
        lambda look: players.growth(look.layer_norms),
        dear=True,
    ),
    "optimum_gap": of_look(
        "Distance from the optimal D",
        r"mean $\lvert D-D^*\rvert$ of probabilities over 256 reals and 256 fakes, with $D^*$ of the exact density and a "
        "kernel estimate of the fakes' (Silverman's width within a mode); only where both are known",
        f"{GAN}, proposition 1",
        "probability",
        "lower",
        lambda look: look.optimum_gap,
        dear=True,
    ),
    "generator_signal": of_look(
        "Generator's signal",
        r"mean $\lVert\partial L_G/\partial x\rVert$ over the fakes",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        "per data unit",
        "",
        lambda look: look.signal,
    ),
    "generator_gradient": of_look(
        "Generator's gradient",
        r"$\lVert\partial L_G/\partial\theta\rVert$ of the mean loss on 256 fixed latents",
        "Arjovsky & Bottou 2017, https://arxiv.org/abs/1701.04862",
        "",
        "",
        lambda look: look.generator_gradient,
    ),
    "turn": of_look(
        "Turn",
        r"cosine between the generator's moves $\theta_t-\theta_{t-1}$ over the last two intervals of measurement (of at most "
        "1024 of its weights): −1 back and forth, 1 straight on",
        OWN,
        "cosine",
        "",
        lambda look: look.turn,
    ),
    "dominant": of_look(
        "Dominant mode",
        "which mode holds the most samples, counted from 0",
        "Metz et al. 2017, https://arxiv.org/abs/1611.02163",
        "mode",
        "",
        lambda look: modes.dominant(look.samples.shares),
    ),
    "rotation": of_look(
        "Rotation",
        "changes of the dominant mode in the last 10 measurements",
        "Metz et al. 2017, https://arxiv.org/abs/1611.02163",
        "changes",
        "",
        lambda look: look.rotation,
    ),
}
