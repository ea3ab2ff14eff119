"""Lesson: Reading a sick GAN."""

from playground.ui.lesson import lesson

lesson("reading_a_sick_gan")
