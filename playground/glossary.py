"""`GLOSSARY`: every technical term of the app, in words that need no other term first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term's definition, and other forms of the word under which it is found."""

    definition: str
    forms: tuple[str, ...] = ()


GLOSSARY: dict[str, Term] = {
    "weights": Term("The numbers inside a network that learning changes; they decide what comes out for what goes in."),
    "iteration": Term("One round of a training: each player has had its turns once.", ("iterations",)),
    "generator": Term(
        "The player that turns noise into samples and wants them to pass for real ones.", ("generators",)
    ),
    "discriminator": Term(
        "The player that looks at a sample and says how likely it is to be real.", ("discriminators",)
    ),
    "kernel": Term(
        "A small square of numbers that a network lays on an image, place by place; each place gets a weighted sum.",
        ("kernels",),
    ),
    "stride": Term("How many places a small square of weights moves on between two uses.", ("strides",)),
    "transposed convolution": Term(
        "A way to enlarge an image: each of its numbers stamps a small square of weights onto a larger grid; overlaps add up.",
        ("transposed convolutions",),
    ),
    "convolution": Term(
        "A layer that slides a small square of weights over an image; each output is the weighted sum of what lies beneath it.",
        ("convolutions", "convolves"),
    ),
    "checkerboard": Term(
        "A fine pattern of light and dark pixels that comes from how an image was enlarged, not from what it shows.",
        ("checkerboards",),
    ),
    "spectrum": Term("How strongly each wave, from coarse to fine, is contained in a row of numbers.", ("spectra",)),
    "Nyquist frequency": Term(
        "Half a cycle a pixel: the finest wave that pixels can hold, light and dark by turns.", ("Nyquist's frequency",)
    ),
    "Dirac-GAN": Term(
        "The smallest game of its kind: all data is one point, one player moves a point, the other tilts a line to judge it.",
        ("Dirac-GANs",),
    ),
    "eigenvalue": Term(
        "How a force acts near a point of rest: a real part below 0 pulls inward, above 0 pushes out; an imaginary part turns.",
        ("eigenvalues",),
    ),
    "R1": Term(
        "A penalty on how steep the judging player is at real data; it keeps that player calm where all is right."
    ),
    "instance noise": Term(
        "Random numbers added to all that the judging player sees, real or made, so that the two kinds always overlap."
    ),
    "noise": Term("Random numbers, fresh ones for each sample, that mean nothing by themselves."),
    "fake": Term("A sample that was made by a machine and not found in the world.", ("fakes",)),
    "sample": Term("One example: a number, a point or an image.", ("samples",)),
    "latent": Term("The random numbers that one fake is made from.", ("latents",)),
    "loss": Term(
        "One number that says how badly a player does; each player changes so as to make its own smaller.", ("losses",)
    ),
    "raw output": Term(
        "What the discriminator's last layer says, any number: below 0 it takes the sample for fake, above for real.",
        ("raw outputs",),
    ),
    "gradient": Term(
        "The slope of a cost: which way, and how steeply, it changes when something is moved a little.",
        ("gradients",),
    ),
    "saturated": Term(
        "So near to 0 or 1 that a probability hardly changes any more, whatever is done to the sample.",
        ("saturation", "saturates"),
    ),
    "minimax loss": Term(
        "What the generator pays when it wants exactly what hurts the discriminator: log(1 − D) of its fakes.",
        ("minimax",),
    ),
    "non-saturating loss": Term(
        "What the generator pays when it wants its fakes to be called real: −log D of its fakes.",
        ("non-saturating",),
    ),
    "Wasserstein loss": Term(
        "What the generator pays when its fakes are given a score, any number, instead of a probability: minus the score.",
        (),
    ),
    "signal": Term(
        "How strongly the fakes are told to move: the mean slope of the generator's cost at them.",
        ("signals",),
    ),
    "gradient penalty": Term(
        "A cost that keeps the discriminator's slope near a wanted size, mostly 1.",
        ("gradient penalties",),
    ),
    "transport plan": Term(
        "A list of how much is moved from where to where, so that one pile becomes another.",
        ("transport plans",),
    ),
    "earth mover's distance": Term(
        "The least work that turns one pile into another, where work is amount times distance.",
        ("EMD", "Wasserstein distance"),
    ),
    "Jensen–Shannon divergence": Term(
        "How well samples of two kinds can be told apart: 0 if not at all, log 2 if always.",
        ("JS", "Jensen-Shannon divergence"),
    ),
    "noise floor": Term(
        "How different two sets of samples of the very same kind look, by chance alone.",
        ("noise floors",),
    ),
    "critic": Term("A discriminator whose output is a score without bounds, not a probability.", ("critics",)),
    "mode": Term(
        "A peak of a distribution: a kind of example that comes up often, with rarer ones around it.",
        ("modes",),
    ),
    "density": Term(
        "How thickly examples lie at a place: high where many fall, near 0 where hardly any do.",
        ("densities",),
    ),
    "mode collapse": Term(
        "When a generator makes only one or a few kinds of example, though the data has many.",
        ("collapse",),
    ),
    "mode dropping": Term(
        "When some kinds of example that the data has are never made.",
        ("dropped modes",),
    ),
    "mode hopping": Term(
        "When all that is made is of one kind, and which kind changes again and again.",
        ("rotation", "hopping"),
    ),
    "catastrophic forgetting": Term(
        "When a network that learns something new loses what it had learnt before.",
        ("forgetting",),
    ),
    "overfitting": Term(
        "When a network knows its own examples by heart and judges fresh ones wrongly.",
        ("overfits", "overfitted"),
    ),
    "WGAN-GP": Term(
        "A game in which the judging player gives scores, and pays when its slope is far from 1.",
        (),
    ),
    "learning rate": Term(
        "How large a step a player takes at each update.",
        ("learning rates",),
    ),
    "joint distribution": Term(
        "How often each pair of two features comes up.",
        ("joint distributions",),
    ),
    "conditional distribution": Term(
        "How often each value of one feature comes up among those whose other feature is known.",
        ("conditional distributions",),
    ),
    "discriminative": Term("Asking which kind a given sample is of, P(Y | X).", ()),
    "generative": Term("Asking what samples look like, P(X) or P(X | Y), so that new ones can be made.", ()),
    "feature": Term(
        "Something that can be seen of a sample: its place on a line, the width of a stroke, the length of an ear.",
        ("features",),
    ),
    "layer": Term("One step of a network: weighted sums of the numbers before it, then often a bend.", ("layers",)),
    "linear": Term("Made of weighted sums only, without any bend.", ()),
    "1-Lipschitz": Term(
        "Nowhere steeper than 1: between any two places it changes by no more than their distance.", ("lipschitz",)
    ),
    "logarithm": Term(
        "How many times e = 2.718… must be multiplied by itself to get a number.",
        ("log", "logs", "logarithms"),
    ),
    "mini-batch": Term(
        "The few samples that are looked at together before the weights change.", ("mini-batches", "batch")
    ),
    "network": Term("A function with many weights that can be changed until it does what is wanted.", ("networks",)),
    "probability": Term("How likely something is, from 0 to 1.", ("probabilities",)),
    "sigmoid": Term("The curve that bends all numbers into the range from 0 to 1.", ()),
    "slope": Term("How fast a curve rises or falls at one place.", ("slopes",)),
    "training": Term("Changing weights again and again so that a loss gets smaller.", ("train", "trains", "trained")),
    "unconditional": Term("Without being told which kind to make.", ()),
    "imaginary part": Term("The second part of a number that has two; here it stands for turning.", ("imaginary",)),
    "amplitude": Term("How high a wave is.", ("amplitudes",)),
    "cross-entropy": Term(
        "The cost of a probability: minus its logarithm for what came true, so that a sure and wrong one costs most.",
        ("binary cross-entropy", "BCE"),
    ),
    "weight clipping": Term(
        "Cutting every weight to the range from −c to c after each change.", ("clipping", "clipped")
    ),
    "spectral normalisation": Term(
        "Dividing the weights of a layer by the most that they can stretch what goes in.", ("spectral norm",)
    ),
    "GAN": Term("Generative adversarial network: two networks that learn by playing against each other.", ("gans",)),
    "constraint": Term(
        "A rule that keeps the discriminator from doing just anything: how steep it may be, or how large its weights.",
        ("constraints",),
    ),
    "unit": Term("One of the numbers that a layer of a network makes.", ("units",)),
}

FORMS: dict[str, str] = {  # every form of every term in lower case → the term
    form.lower(): name for name, term in GLOSSARY.items() for form in (name, *term.forms)
}
