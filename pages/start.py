"""What a GAN is, in one moving picture, and where to go from here."""

from playground.ui.start import start

start()
