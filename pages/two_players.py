"""Lesson: Two players."""

from playground.ui.lesson import lesson

lesson("two_players")
