"""Lesson: Balance of skill."""

from playground.ui.lesson import lesson

lesson("balance_of_skill")
