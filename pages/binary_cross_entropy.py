"""Lesson: what the discriminator is punished for, and what its game then comes to."""

from playground.ui.lesson import lesson

lesson("binary_cross_entropy")
