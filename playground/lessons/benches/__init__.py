"""Figures to take in hand, one file each: their values, the numbers that follow, the picture."""
