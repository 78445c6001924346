"""Small runs and what their tests share."""

import numpy as np

from playground import Experiment
from playground.experiment import SETTINGS
from playground.observing import Frame

SMALL = {"points": 140, "hidden": (3, 2), "learning_rate": 0.1}  # 70 training rows: batches of 30, 30, 10


def bits(frame):
    return {name: np.asarray(array).tobytes() for name, array in frame._asdict().items()}


def same(one, other):
    """Bit for bit the same, not-a-number included."""
    one, other = bits(one), bits(other)
    different = [name for name in one if one[name] != other[name]]
    assert not different


def at(frames, number):
    return Frame(*(array[number] for array in frames))


def joined(*chunks):
    return Frame(*(np.concatenate(arrays) for arrays in zip(*chunks, strict=True)))


def changes_of(run):
    """What was changed on the way, as `Run` takes it."""
    (_, before), *later = run.changes
    found = []
    for update, experiment in later:
        new = {name: getattr(experiment, name) for name in SETTINGS}
        found.append((update, {name: v for name, v in new.items() if v != getattr(before, name)}))
        before = experiment
    return found


CUT = [
    Experiment(**SMALL, batch=30),
    Experiment(**SMALL, batch=30, shuffle=False, optimizer="momentum"),
    Experiment(**SMALL, batch=10, dropout=0.2, optimizer="adam"),
    Experiment(**SMALL, batch=7, optimizer="averaged", average_after=1),
    Experiment(**SMALL, batch="full", dropout=0.5, l1=0.001),
]
