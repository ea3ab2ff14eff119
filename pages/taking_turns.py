"""Lesson: Taking turns."""

from playground.ui.lesson import lesson

lesson("taking_turns")
