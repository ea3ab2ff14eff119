"""Lesson: Modes and mode collapse."""

from playground.ui.lesson import lesson

lesson("mode_collapse")
