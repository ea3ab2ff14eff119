"""Lesson: Vanishing gradients."""

from playground.ui.lesson import lesson

lesson("vanishing_gradients")
