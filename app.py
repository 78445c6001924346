"""The server: ``streamlit run app.py``. Serves the app, plotly.js and the player's files, and warms the engine."""

import asyncio
import contextlib
import gc
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import jax
import streamlit as st

from playground import Experiment, Run
from playground.player import neuron_lesson, stepping, walking
from playground.player.server import routes

HERE = Path(__file__).parent
_log = logging.getLogger(__name__)
MOST_CACHED = 256 * 2**20  # bytes
CALM_SECONDS = 20

# What was compiled once is read from disk after the next start: a network in 0.1 to 0.2 s instead of 0.5.
# JAX_COMPILATION_CACHE_DIR names another place. By default JAX keeps only what took a second.
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    jax.config.update("jax_compilation_cache_dir", str(Path.home() / ".cache" / "neural-network-playground"))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
jax.config.update("jax_compilation_cache_max_size", MOST_CACHED)


async def warm_lessons() -> None:
    """Compute once what each lesson begins with, when the first visitor has had time to open a page.

    It takes a core for some five seconds. Right after the start that would be the time in which somebody waits for the
    first picture: opening the page then took 3.9 s instead of 3.0.
    """
    await asyncio.sleep(CALM_SECONDS)
    for lesson in (walking, stepping, neuron_lesson):
        try:
            await asyncio.to_thread(lesson.warm)
        except Exception:  # whatever it is, the visitor's own question meets it again and is answered
            _log.exception("%s could not be warmed", lesson.__name__)


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Compile the first screen's network, and what shows any other, before the first visitor comes."""
    run = Run(Experiment())
    run.advance(frames=1, updates_per_frame=1)
    _ = run.first_frame
    gc.collect()
    gc.freeze()  # what is loaded by now stays; looking through it again would stop all players for 0.1 s at a time
    warming = asyncio.create_task(warm_lessons())
    yield
    warming.cancel()


app = st.App(HERE / "pages" / "navigation.py", routes=routes(), lifespan=lifespan)
