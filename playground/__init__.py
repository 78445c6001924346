"""Design a neural network, watch it learn, and compare ways to descend.

The public face is `Experiment`, everything a person can choose, and `Run`, one training run of it.
"""

from playground.experiment import Experiment
from playground.run import Run
from playground.view import View

__all__ = ["Experiment", "Run", "View"]
