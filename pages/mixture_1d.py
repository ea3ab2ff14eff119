"""A GAN on a line: every density can be seen."""

from playground.ui.live import live

live(
    "1d",
    default="two-gaussians-1d",
    title="1D mixture",
    about="The generator (orange) bends noise until it looks like the data (blue); the discriminator (violet) says "
    "at every place how real it finds a sample. The dashed line is the best discriminator there could be.",
)
