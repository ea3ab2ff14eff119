"""GAN Playground: train small GANs live, watch them fail, and cure them."""

__version__ = "0.1.0"
