"""The server: ``streamlit run app.py``. Serves the app, plotly.js and the player's files, and warms the engine."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st

from playground import Experiment, Run
from playground.player.server import routes

HERE = Path(__file__).parent


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Compile the first screen's network, and what shows any other, before the first visitor comes."""
    run = Run(Experiment())
    run.advance(frames=1, updates_per_frame=1)
    _ = run.first_frame
    yield


app = st.App(HERE / "pages" / "navigation.py", routes=routes(), lifespan=lifespan)
