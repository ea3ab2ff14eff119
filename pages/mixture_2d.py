"""A GAN in the plane: modes, and how they are lost."""

from playground.ui.live import live

live(
    "2d",
    default="ring-gan",
    title="2D mixture",
    about="Fakes (orange) walk over the discriminator's landscape toward the data (blue); each arrow is the push "
    "that the generator's loss gives one fake. Break it, watch what the numbers say, cure it.",
)
