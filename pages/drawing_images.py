"""Lesson: Drawing images."""

from playground.ui.lesson import lesson

lesson("drawing_images")
