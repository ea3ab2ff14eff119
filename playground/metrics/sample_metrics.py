"""Metrics of samples alone: distances, divergences, modes, neighbours."""

from playground.metrics import modes, neighbours, transport
from playground.metrics.metric import GAN, NAEEM, OWN, PACGAN, POT, VEEGAN, WGAN, Metric, of_samples

SAMPLE_METRICS: dict[str, Metric] = {
    "emd": of_samples(
        "Earth mover's distance",
        r"least mean way from fakes to reals, $W_1=\inf_\pi\mathbb{E}_\pi\lVert x-y\rVert$, exact: by quantiles on a line, "
        "else by the network simplex on 512 of each (digits: in the classifier's features)",
        f"{WGAN}; {POT}",
        "data units",
        "lower",
        lambda seen: transport.emd(seen.yardstick.reference, seen.few),
        dear=True,
        dear_on_a_line=False,
    ),
    "emd_mass": of_samples(
        "EMD of the mode shares",
        r"least cost of moving the fakes' mode shares (each sample at its nearest mode) to the expected ones, from centre to "
        r"centre; for equal modes $W_1\le$ mass + shape",
        OWN,
        "data units",
        "lower",
        lambda seen: seen.emd_parts[0],
        dear=True,
    ),
    "emd_shape": of_samples(
        "EMD within the modes",
        r"$\sum_k\hat p_k\,W_1(\text{reals of mode }k,\text{fakes of mode }k)$",
        OWN,
        "data units",
        "lower",
        lambda seen: seen.emd_parts[1],
        dear=True,
    ),
    "sliced": of_samples(
        "Sliced Wasserstein distance",
        r"mean $W_1$ of the projections on 64 fixed directions; never more than the EMD",
        "Bonneel et al. 2015, https://doi.org/10.1007/s10851-014-0506-3",
        "data units",
        "lower",
        lambda seen: transport.sliced(seen.yardstick.reference, seen.few),
    ),
    "js": of_samples(
        "Jensen-Shannon divergence",
        r"$\tfrac12\mathrm{KL}(p,\tfrac{p+q}2)+\tfrac12\mathrm{KL}(q,\tfrac{p+q}2)$ over bins with exact real mass $p$; "
        r"$0\dots\log 2$; mixtures of Gaussians only",
        GAN,
        "nats",
        "lower",
        lambda seen: seen.js,
        dear=True,
    ),
    "kl": of_samples(
        "KL(real‖fake)",
        r"$\sum_b p_b\log(p_b/q_b)$ over bins with exact real mass $p$, where every count of fakes has ½ added; mixtures of "
        "Gaussians only",
        "Krichevsky & Trofimov 1981, https://doi.org/10.1109/TIT.1981.1056331",
        "nats",
        "lower",
        lambda seen: seen.kl,
        dear=True,
    ),
    "modes": of_samples(
        "Modes captured",
        r"modes that hold at least 20 % of their expected mass; a sample belongs to its nearest mode if it lies within half the "
        "gap to the next mode, or within 3σ",
        OWN,
        "modes",
        "higher",
        lambda seen: float(modes.captured(seen.shares, seen.yardstick.weights)),
    ),
    "modes_any": of_samples(
        "Modes found",
        "modes that are nearest to at least one sample of high quality",
        f"{VEEGAN}; {PACGAN}",
        "modes",
        "higher",
        lambda seen: float(seen.found),
    ),
    "high_quality": of_samples(
        "High-quality share",
        "share of samples within 3σ of a mode; of digits that the classifier is 90 % sure of",
        VEEGAN,
        "share",
        "higher",
        lambda seen: float(seen.good.mean()),
    ),
    "largest_share": of_samples(
        "Largest mode's share",
        "share of all samples that belongs to the largest mode",
        OWN,
        "share",
        "",
        lambda seen: float(seen.shares.max()),
    ),
    "reverse_kl": of_samples(
        "Reverse KL of the modes",
        r"$\sum_k\hat p_k\log(\hat p_k/p_k)$ over mode shares, each sample at its nearest mode",
        PACGAN,
        "nats",
        "lower",
        lambda seen: modes.reverse_kl(seen.nearest_shares, seen.yardstick.weights),
    ),
    "density": of_samples(
        "Density",
        r"$\frac1{kM}\sum_{j}\sum_i 1[y_j\in B(x_i,\mathrm{NN}_k(x_i))]$, $k=5$, on at most 512 of each: about 1 "
        "for fakes like reals",
        NAEEM,
        "",
        "",
        lambda seen: neighbours.density(seen.yardstick.balls(5), seen.few[: neighbours.NEIGHBOURS]),
        dear=True,
    ),
    "coverage": of_samples(
        "Coverage",
        r"$\frac1N\sum_i 1[\exists j: y_j\in B(x_i,\mathrm{NN}_k(x_i))]$, $k=5$, on at most 512 of each: about $1-2^{-k}$ "
        "for fakes like reals",
        NAEEM,
        "share",
        "higher",
        lambda seen: neighbours.coverage(seen.yardstick.balls(5), seen.few[: neighbours.NEIGHBOURS]),
        dear=True,
    ),
}
