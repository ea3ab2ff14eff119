"""Lesson: Wasserstein loss."""

from playground.ui.lesson import lesson

lesson("wasserstein_loss")
