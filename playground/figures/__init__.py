"""Figures as pure functions: arrays in, a Plotly figure out. They know neither JAX nor Streamlit."""

from playground.figures.boundary import boundary_figure
from playground.figures.error import error_figure
from playground.figures.loss import loss_figure
from playground.figures.palette import PALETTES, Palette
from playground.figures.race import race_figures, relief_figures
from playground.figures.weights import layer_colours, weights_figure

__all__ = [
    "PALETTES",
    "Palette",
    "boundary_figure",
    "error_figure",
    "layer_colours",
    "loss_figure",
    "race_figures",
    "relief_figures",
    "weights_figure",
]
