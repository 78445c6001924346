"""How fast the engine trains, beside other libraries on the same machine in the same minutes.

    python tests/benchmarks/engine.py            a table
    python tests/benchmarks/engine.py --json     one JSON object per line
    python tests/benchmarks/engine.py --quick    one short measurement of each: shows that it works, no more

Compared with scikit-learn, and with PyTorch and Keras where they are installed. Each library is written as
its users write it, trains the same network on as many points with the same batches, and is measured in turn
with the others, several times; the medians are shown. The ratio is the peer's time over ours: above 1, we
are faster.
"""

import importlib.util
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

# Networks this small are trained on the CPU, by every library.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("KERAS_BACKEND", "jax")
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from report import Result, main
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from playground import Experiment, Run

RATE = 0.03
Train = Callable[[int], object]  # trains for so many epochs


@dataclass(frozen=True)
class Workload:
    name: str
    hidden: tuple[int, ...]
    batch: int | str

    @property
    def run(self) -> Run:
        """A new run over 250 training rows."""
        return Run(
            Experiment(
                data="circle", points=500, train_share=50, hidden=self.hidden, activation="tanh",
                batch=self.batch, optimizer="sgd", learning_rate=RATE,
            )
        )  # fmt: skip


WORKLOADS = [
    Workload("2-4-2-1, batch 10", (4, 2), 10),
    Workload("2-8×6-1, batch 1", (8,) * 6, 1),
    Workload("2-4-2-1, full batch", (4, 2), "full"),
]


# What trains: each makes a network, warms it up, and returns what trains it on.


def ours(work: Workload) -> Train:
    run = work.run
    run.advance(1, run.updates_per_epoch)

    def train(epochs: int) -> None:
        run.advance(1, updates_per_frame=epochs * run.updates_per_epoch)
        assert run.ended is None

    return train


def scikit_learn(work: Workload) -> Train:
    run = work.run
    x, y = run.sample.x_train, run.sample.y_train

    def train(epochs: int) -> None:
        network = MLPClassifier(
            work.hidden, activation="tanh", solver="sgd", alpha=0, batch_size=run.plan.rows,
            learning_rate="constant", learning_rate_init=RATE, momentum=0, nesterovs_momentum=False,
            shuffle=True, max_iter=epochs, tol=0, n_iter_no_change=epochs + 1, random_state=1,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(x, y)
        assert network.n_iter_ == epochs

    return train


def pytorch(work: Workload) -> Train:
    import torch

    # Its fastest setting for networks this small, and the only one that can be trusted: with two threads, they
    # wait for each other whenever anything else runs (measured at batch 10: 3.4 to 4.4 ms with one thread,
    # 3.6 to 137 ms with two).
    torch.set_num_threads(1)
    run = work.run
    x = torch.from_numpy(run.sample.x_train)
    y = torch.from_numpy(run.sample.y_train.astype(np.float32))[:, None]
    layers: list[torch.nn.Module] = []
    for fan_in, fan_out in pairwise((2, *work.hidden)):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.Tanh()]
    network = torch.nn.Sequential(*layers, torch.nn.Linear(work.hidden[-1], 1))
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)

    def train(epochs: int) -> None:
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(run.plan.rows):
                optimizer.zero_grad()
                loss(network(x[rows]), y[rows]).backward()
                optimizer.step()

    train(1)
    return train


def keras(work: Workload) -> Train:
    import keras as library

    run = work.run
    x, y = run.sample.x_train, run.sample.y_train.astype(np.float32)[:, None]
    layers = [library.layers.Dense(size, activation="tanh") for size in work.hidden]
    network = library.Sequential(
        [library.Input((2,)), *layers, library.layers.Dense(1, activation="sigmoid")]
    )
    network.compile(optimizer=library.optimizers.SGD(RATE), loss="binary_crossentropy")

    def train(epochs: int) -> None:
        network.fit(x, y, batch_size=run.plan.rows, epochs=epochs, shuffle=True, verbose=0)

    train(1)
    return train


PEERS = {"scikit-learn": ("sklearn", scikit_learn), "PyTorch": ("torch", pytorch), "Keras": ("keras", keras)}


# Measuring


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def epochs_in(train: Train, aim: float) -> int:
    """How many epochs take about `aim` seconds."""
    epochs, taken = 1, seconds(lambda: train(1))
    while taken < aim / 4 and epochs < 10**6:
        epochs *= 4
        taken = seconds(partial(train, epochs))
    return max(1, round(epochs * aim / taken))


def training(quick: bool) -> Iterator[Result]:
    """Milliseconds per epoch."""
    aim, repeats = (0.0, 1) if quick else (0.4, 7)
    for work in WORKLOADS:
        contenders = {"": ours(work)}
        for peer, (module, make) in PEERS.items():
            if importlib.util.find_spec(module) is not None and (peer == "scikit-learn" or not quick):
                contenders[peer] = make(work)
        epochs = {name: epochs_in(train, aim) if aim else 2 for name, train in contenders.items()}
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(repeats):
            for name, train in contenders.items():
                times[name].append(1e3 * seconds(partial(train, epochs[name])) / epochs[name])
        value, *others = (statistics.median(taken) for taken in times.values())
        for peer, other in zip(list(contenders)[1:], others, strict=True):
            yield Result(f"epoch, {work.name}", value, "ms", peer, other, other / value)


def waiting(quick: bool) -> Iterator[Result]:
    """Seconds from an architecture's choice to its first pictures."""
    architectures = [(4, 3), (3, 4), (5, 2), (5, 3), (3, 5), (6, 2), (2, 6)][: 1 if quick else 7]
    taken: dict[str, list[float]] = {}
    for hidden in architectures:
        for state in ("new", "known"):
            started = time.perf_counter()
            run = Workload("", hidden, 10).run
            run.first_frame  # noqa: B018  # it is made when it is asked for
            taken.setdefault(f"untrained frame of a {state} network", []).append(
                time.perf_counter() - started
            )
            run.advance(1, run.updates_per_epoch)
            taken.setdefault(f"first trained frame of a {state} network", []).append(
                time.perf_counter() - started
            )
    for name, times in taken.items():
        yield Result(name, statistics.median(times), "s")


def frames(quick: bool) -> Iterator[Result]:
    """Milliseconds per frame made, its one update included, and updates a second at batch 1."""
    count, updates, repeats = 30, 250 if quick else 100_000, 1 if quick else 15
    for name, hidden in (("2-4-2-1", (4, 2)), ("2-8×6-1", (8,) * 6)):
        run = Workload("", hidden, 1).run
        run.advance(1, 1)
        times = [seconds(lambda: run.advance(count, 1)) for _ in range(repeats)]  # noqa: B023
        yield Result(f"frame, {name}", 1e3 * statistics.median(times) / count, "ms")
        times = [seconds(lambda: run.advance(1, updates)) for _ in range(min(repeats, 5))]  # noqa: B023
        yield Result(f"updates, {name}, batch 1", updates / statistics.median(times), "1/s")


if __name__ == "__main__":
    main(__doc__, waiting, training, frames)
