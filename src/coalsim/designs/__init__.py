"""Designs: factors, samples of the unit cube, tables of points, ranges for sensitivity analysis. Nothing runs here."""
