"""Truth tables: the four rows of two inputs, and what a function of logic makes of them."""

from __future__ import annotations

import numpy as np

from playground.datasets import sample

#: The four rows (x₁, x₂), in the order of the data set ``truth_table``.
ROWS = sample("truth_table", points=4, noise=0, train_share=50, seed=0).x_train.astype(np.float64)

XOR = (0.0, 1.0, 1.0, 0.0)
"""The targets of exclusive or, row by row."""

LINEAR: dict[str, tuple[str, tuple[float, ...]]] = {
    "and": ("And, truth table", (0.0, 0.0, 0.0, 1.0)),
    "or": ("Or, truth table", (0.0, 1.0, 1.0, 1.0)),
    "nand": ("Not and, truth table", (1.0, 1.0, 1.0, 0.0)),
}
"""The tables that one line solves: name -> (label, targets)."""
