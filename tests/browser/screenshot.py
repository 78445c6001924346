"""Take the README's picture of the first screen: ``python tests/browser/screenshot.py [--dark] [FILE]``.

Starts the app, trains the network of the link below to the same update every time, and saves the screen.
Needs what tests/requirements.txt lists and a Chromium ($CHROMIUM, one on the PATH, or Playwright's own).
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
LINK = "?data=spiral&hidden=8,6&learning_rate=0.01&optimizer=adam&noise=5&l2=0.0003&update=15000"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", default=Path(__file__).with_suffix(".png"))
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen([*command, "--server.address", "127.0.0.1"], cwd=ROOT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        with sync_playwright() as playwright:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(
                viewport={"width": 1400, "height": 900}, color_scheme="dark" if chosen.dark else "light"
            )
            page.goto(f"http://127.0.0.1:{port}/{LINK}")
            page.wait_for_selector('[data-testid="player"][data-update="15000"]', timeout=60_000)
            page.get_by_role("tab", name="Network").click()
            page.wait_for_timeout(800)
            page.screenshot(path=chosen.file)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
