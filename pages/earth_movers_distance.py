"""Lesson: Earth mover's distance."""

from playground.ui.lesson import lesson

lesson("earth_movers_distance")
