"""Data to learn from, as NumPy arrays: `sample` draws a dataset, `features` computes a network's inputs."""

from playground.datasets import planar as planar  # fills DATASETS
from playground.datasets.dataset import DATASETS, EXTENT, PROBLEMS, Dataset
from playground.datasets.inputs import INPUTS, Input, features
from playground.datasets.sampling import Sample, sample

__all__ = ["DATASETS", "EXTENT", "INPUTS", "PROBLEMS", "Dataset", "Input", "Sample", "features", "sample"]
