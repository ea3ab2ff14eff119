"""Lesson: The 1-Lipschitz condition."""

from playground.ui.lesson import lesson

lesson("lipschitz")
