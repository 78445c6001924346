"""Imports point one way, and the engine knows neither Streamlit nor Plotly.

Every file is read, so a new one is under the rules from its first day.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the screens down: a room may import what stands to the right of it, and its own files.
# "playground" is the package's face, its __init__.py.
ORDER = [
    {"app", "pages"},
    {"screens"},
    {"player"},
    {"figures"},
    {"frames"},
    {"playground"},
    {"compare", "downhill", "lessons"},
    {"run"},
    {"snapshots", "changes", "planning", "first_look"},
    {"observing"},
    {"training"},
    {"experiment", "view"},
    {"settings"},
    {"compiled", "stop_rules", "row_order", "kinds", "datasets", "nn"},
]
ENGINE = {
    "playground",
    "compare",
    "downhill",
    "lessons",
    "run",
    "snapshots",
    "changes",
    "planning",
    "first_look",
    "observing",
    "training",
    "compiled",
    "stop_rules",
    "row_order",
    "experiment",
    "settings",
    "view",
    "kinds",
    "datasets",
    "nn",
    "frames",
}
FORBIDDEN = {room: {"streamlit", "plotly"} for room in ENGINE} | {"figures": {"jax", "streamlit"}}


def sources(root):
    """Every Python file of the app, with its room."""
    for path in sorted([*root.glob("*.py"), *root.glob("pages/**/*.py"), *root.glob("playground/**/*.py")]):
        parts = path.relative_to(root).with_suffix("").parts
        room = (
            parts[0] if parts[0] != "playground" else parts[1] if parts[1:] != ("__init__",) else "playground"
        )
        yield path, room


def imported(path, root):
    """Dotted names of all that a file imports, wherever in it."""
    package = path.relative_to(root).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                yield from (name.name for name in node.names)
            case ast.ImportFrom():
                above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
                source = ".".join(filter(None, [above, node.module]))
                # `from playground import x` may mean the room x.
                yield from (f"{source}.{name.name}" for name in node.names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module")
            ):
                first = node.args[0]
                yield (
                    first.value
                    if isinstance(first, ast.Constant)
                    else f"something computed ({ast.unparse(first)})"
                )


def violations(root):
    level = {room: number for number, rooms in enumerate(ORDER) for room in rooms}
    found = []
    for path, room in sources(root):
        where = path.relative_to(root).as_posix()
        if room not in level:
            found.append(f"{where}: {room} is no known room")
            continue
        for name in imported(path, root):
            head, *rest = name.split(".")
            if head in FORBIDDEN.get(room, ()) or head.startswith("something computed"):
                found.append(f"{where}: imports {head}")
            elif head in ("playground", "pages", "app"):
                other = (
                    head
                    if head != "playground"
                    else rest[0]
                    if rest[:1] and rest[0] in level
                    else "playground"
                )
                if other != room and level[other] <= level[room]:
                    found.append(f"{where}: {room} imports {other}")
    return found


def test_the_rules_hold():
    assert violations(ROOT) == []


def test_every_room_is_seen():
    """A room that is gone leaves the list, too."""
    seen = {room for _, room in sources(ROOT)}
    assert {room for rooms in ORDER for room in rooms} == seen


@pytest.mark.parametrize(
    ("where", "line", "found"),
    [
        ("playground/nn/loss.py", "import plotly.graph_objects as go", "imports plotly"),
        ("playground/run.py", "def f():\n    from streamlit import session_state", "imports streamlit"),
        (
            "playground/experiment.py",
            "import importlib\nimportlib.import_module('streamlit')",
            "imports streamlit",
        ),
        ("playground/figures/loss.py", "from jax import numpy", "imports jax"),
        ("playground/figures/loss.py", "from ..player import player", "figures imports player"),
        ("playground/nn/network.py", "from playground.experiment import Experiment", "nn imports experiment"),
        ("playground/nn/network.py", "from playground import Experiment", "nn imports playground"),
        ("playground/nn/network.py", "from playground import datasets", "nn imports datasets"),
        ("playground/datasets/dataset.py", "import playground.nn.losses", "datasets imports nn"),
        ("playground/training.py", "from .run import Run", "training imports run"),
        ("playground/kinds.py", "from playground.nn.losses import LOSSES", "kinds imports nn"),
        ("playground/player/player.py", "import pages.train", "player imports pages"),
        ("pages/train.py", "import app", "pages imports app"),
        ("playground/novel.py", "", "novel is no known room"),
        ("playground/novel/deep.py", "", "novel is no known room"),
        ("other.py", "", "other is no known room"),
        ("playground/run.py", "__import__(name)", "imports something computed (name)"),
    ],
)
def test_a_broken_rule_is_found(where, line, found, tmp_path):
    path = tmp_path / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line)
    assert violations(tmp_path) == [f"{where}: {found}"]


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("app.py", "import streamlit, plotly, jax\nfrom playground import Experiment, Run"),
        (
            "pages/train.py",
            "from playground.player import player\nfrom playground.screens.controls import panel",
        ),
        ("playground/__init__.py", "from playground.run import Run"),
        (
            "playground/figures/loss.py",
            "import plotly\nfrom .palette import X\nfrom playground.run import Run",
        ),
        ("playground/nn/network.py", "import jax\nfrom playground.nn import losses\nfrom . import losses"),
    ],
)
def test_what_is_allowed(where, line, tmp_path):
    path = tmp_path / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line)
    assert violations(tmp_path) == []


def test_importing_the_engine_loads_neither_streamlit_nor_plotly():
    code = "import sys, playground.frames; print(sorted({'streamlit', 'plotly', 'jax'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['jax']"
