"""What a playing screen costs: bytes on the wire, the server's time per frame, learners served at once.

    python tests/benchmarks/frames.py            a table
    python tests/benchmarks/frames.py --json     one JSON object per line
    python tests/benchmarks/frames.py --quick    one short measurement of each: shows that it works, no more

The peer is the same picture sent the usual way in Streamlit, a Plotly figure anew for every frame (the boundary
as a heatmap and the two loss lines; the weights left out), as `st.plotly_chart` sends it. How smoothly a browser
shows the frames is measured there, from outside.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import plotly.graph_objects as go
from report import Result, main

from playground import Experiment, View
from playground.frames import unpack
from playground.player.session import Session
from playground.training import CAPACITY

SCREENS = {"2-4-2-1": (4, 2), "2-8×6-1": (8,) * 6}


class Player:
    """Asks a session for frames as the player in the browser does."""

    def __init__(self, **settings: object) -> None:
        self.session = Session(Experiment(**settings), View())
        news = unpack(self.session.message())[0]
        self.told = {"run": news["run"], "serial": news["serial"]}

    def ask(self) -> bytes:
        run = self.session.run
        return self.session.answer(
            {
                "kind": "frames", **self.told, "from": run.update,
                "stride": run.updates_per_epoch, "count": CAPACITY,
            }
        )  # fmt: skip


def figures(player: Player, message: bytes) -> int:
    """Make a Plotly figure of each frame of `message`; return how many bytes they are as JSON."""
    _, arrays = unpack(message)
    axis, size = np.linspace(-6, 6, 49), 0
    for number in range(len(arrays["update"])):
        figure = go.Figure(
            [
                go.Heatmap(x=axis, y=axis, z=arrays["surface"][number, 0], showscale=False),
                go.Scatter(y=arrays["train_loss"][: number + 1]),
                go.Scatter(y=arrays["test_loss"][: number + 1]),
            ]
        )
        size += len(figure.to_json().encode())
    return size


def screens(quick: bool) -> Iterator[Result]:
    """Bytes and the server's milliseconds per frame, at one epoch a frame."""
    for name, hidden in SCREENS.items():
        player = Player(hidden=hidden)
        for _ in range(3):
            player.ask()
        sizes, times, peer_sizes, peer_times = [], [], [], []
        for _ in range(1 if quick else 9):
            started = time.perf_counter()
            message = player.ask()
            between = time.perf_counter()
            peer_sizes.append(figures(player, message) / CAPACITY)
            peer_times.append((time.perf_counter() - between) / CAPACITY)
            times.append((between - started) / CAPACITY)
            sizes.append(len(message) / CAPACITY)
        peer = "Plotly figures"
        for label, unit, own, others, factor in (
            ("wire at 60 frames/s", "kB/s", sizes, peer_sizes, 60e-3),
            ("server, per frame", "ms", times, peer_times, 1e3),
        ):
            value, theirs = factor * statistics.median(own), factor * statistics.median(others)
            yield Result(f"{label}, {name}", value, unit, peer, theirs, theirs / value)


def learners(quick: bool) -> Iterator[Result]:
    """Frames a second for each of several learners who play at once, if their browsers took all they get."""
    for count in (2,) if quick else (1, 10, 20, 40):
        players = [Player(seed=number) for number in range(count)]
        seconds = 0.3 if quick else 4.0
        with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
            list(pool.map(lambda player: player.ask(), players))
            started = time.perf_counter()
            # Rounds of one question each, as the learners' buffers run low one after the other.
            made = 0
            while time.perf_counter() - started < seconds:
                made += CAPACITY * len(list(pool.map(lambda player: player.ask(), players)))
            each = made / (time.perf_counter() - started) / count
        yield Result(f"learners at once: {count}, each", each, "1/s")


if __name__ == "__main__":
    main(__doc__, screens, learners)
