"""Every experiment, what it claims, and what was seen."""

from playground.ui.experiments import experiments

experiments()
