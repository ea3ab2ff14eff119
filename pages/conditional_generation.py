"""Lesson: Conditional generation."""

from playground.ui.lesson import lesson

lesson("conditional_generation")
