"""Design a neural network, watch it learn, and compare ways to descend.

The public face is `Experiment`, everything a person can choose, and `Run`, one training run of it.
"""

from playground.experiment import Experiment, View
from playground.run import Run

__all__ = ["Experiment", "Run", "View"]
