"""The routes beside Streamlit: the player's files, plotly.js, and the address where a player asks for frames.

Frames do not travel through Streamlit's reruns. Measured on two cores, from question to answer in the page: a
trigger in a fragment took 170–330 ms, blocked the page's thread for 10–20 ms a chunk, and, racing with reruns
of the page, now and then took the player out of the page; a request to this route takes about 10 ms.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import anyio
import plotly
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from playground.player.conversation import Conversation
from playground.player.static_files import STATIC, static_version

LONGEST_ASK = 4096  # bytes
FAULT = (
    "The server met a fault while it computed this; what is known of it stands in its log. "
    "Press play to try again, or reload the page to go on from the same place."
)

_log = logging.getLogger(__name__)

# A session lives as long as Streamlit keeps its visitor; its token is known to that visitor's page alone.
_sessions: WeakValueDictionary[str, Conversation] = WeakValueDictionary()
# Computing is bounded by the cores, so that many learners slow down evenly. What takes seconds has a way of its own,
# one after the other, or a few who look closely would stop everybody's frames.
_limiter = anyio.CapacityLimiter(max(2, os.cpu_count() or 2))
_patient_limiter = anyio.CapacityLimiter(1)


def register(session: Conversation) -> str:
    """Return the token under which the player of `session` may ask for frames."""
    token = secrets.token_urlsafe(24)
    _sessions[token] = session
    return token


async def ask(request: Request) -> Response:
    """Answer one question of a player: JSON in, a message of `playground.frames` out."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return PlainTextResponse("Only the app's own page may ask.", 403)
    session = _sessions.get(request.path_params["token"])
    if session is None:
        return PlainTextResponse("This session has ended; reload the page to go on from the same place.", 410)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_ASK:
            return PlainTextResponse("That is too long a question.", 413)
    try:
        question = json.loads(body)
    except (ValueError, RecursionError):
        return PlainTextResponse("A question must be JSON.", 400)
    kind = question.get("kind") if isinstance(question, dict) else None
    try:
        if (
            kind == "news"
        ):  # stays open until there is some: a change then shows before the page's rerun is done
            await session.news.changed(question)
        elif kind == "frames":  # nothing else needs what is being compiled
            await session.ready()
        limiter = _patient_limiter if session.takes_long(question) else _limiter
        message = await to_thread.run_sync(session.answer, question, limiter=limiter)
    except Exception:  # memory that ran out, an accelerator that is gone: whatever the libraries below raise
        _log.exception("A question of kind %.20r could not be answered", kind)
        message = session.problem(FAULT)
    return Response(message, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


def routes() -> list[BaseRoute]:
    """Return the app's own routes, for `st.App`."""
    vendor = Path(plotly.__file__).parent / "package_data"
    return [
        Route("/player/ask/{token}", ask, methods=["POST"]),
        Mount("/player/vendor", StaticFiles(directory=vendor)),
        Mount(f"/player/{static_version()}", StaticFiles(directory=STATIC)),
    ]
