"""Take the README's picture of the first screen: ``python tests/browser/screenshot.py [--dark] [FILE]``.

Starts the app, trains the network of the link below to the same update every time, and saves the screen.
Needs what tests/requirements.txt lists and a Chromium ($CHROMIUM, one on the PATH, or Playwright's own).
"""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright
from serving import launch, serve

LINK = "?data=spiral&hidden=8,6&learning_rate=0.01&optimizer=adam&noise=5&l2=0.0003&update=15000"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", default=Path(__file__).with_suffix(".png"))
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    with serve() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(
            viewport={"width": 1400, "height": 900}, color_scheme="dark" if chosen.dark else "light"
        )
        page.goto(f"{address}/{LINK}")
        page.wait_for_selector('[data-testid="player"][data-update="15000"]', timeout=60_000)
        page.get_by_role("tab", name="Network").click()
        page.wait_for_timeout(800)
        page.screenshot(path=chosen.file)
        browser.close()


if __name__ == "__main__":
    main()
