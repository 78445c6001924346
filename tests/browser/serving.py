"""The app as a person would start it, and a Chromium to look at it: for tests, pictures and benchmarks."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def serve(log: Path | None = None, *, cache: str | None = None) -> Iterator[str]:
    """Start the app on a free port, wait until it answers, and yield its address; it ends with the block.

    Parameters
    ----------
    log : Path, optional
        Receives what the server says; without it, that goes nowhere.
    cache : str, optional
        Where compiled code is kept, if not where it is for everybody.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    with (log or Path(os.devnull)).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | ({"JAX_COMPILATION_CACHE_DIR": cache} if cache else {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(address, process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def launch(playwright: Playwright) -> Browser:
    """Return a Chromium: the one $CHROMIUM names (Playwright's own if that is empty), else one on the PATH."""
    path = os.environ.get("CHROMIUM", shutil.which("chromium") or shutil.which("google-chrome"))
    return playwright.chromium.launch(executable_path=path or None, args=FLAGS)


def _wait_until_healthy(address: str, process: "subprocess.Popen[bytes]") -> None:
    # Straight to this machine, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with status {process.returncode}")
        try:
            with opener.open(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise RuntimeError(f"The server was not ready after {START_SECONDS} seconds")
