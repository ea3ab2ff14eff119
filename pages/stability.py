"""Lesson: Stability."""

from playground.ui.lesson import lesson

lesson("stability")
