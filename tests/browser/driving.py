"""What a person does with the player and sees of it, in short words for the tests."""

import hashlib
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

PANELS = ("boundary", "network", "weights", "loss")
PLAYER = '[data-testid="player"]'


def press(page: Page, name: str) -> None:
    page.locator(f'[data-testid="{name}"]').click()


def wait_for(page: Page, **values: object) -> None:
    """Wait until the player's data attributes have these values."""
    page.wait_for_function(
        "([player, wanted]) => Object.entries(wanted).every("
        "([name, value]) => document.querySelector(player)?.dataset[name] === String(value))",
        arg=[PLAYER, values],
        timeout=20_000,
    )


def wait_beyond(page: Page, update: int) -> None:
    page.wait_for_function(
        "([player, update]) => +document.querySelector(player)?.dataset.update > update", arg=[PLAYER, update]
    )


def pictures(page: Page) -> dict[str, str]:
    """Return a digest of what each panel looks like."""
    page.mouse.move(2, 2)  # nothing is pointed at
    return {
        name: hashlib.sha256(page.locator(f'[data-testid="panel-{name}"] .nnp-body').screenshot()).hexdigest()
        for name in PANELS
    }


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def scrub(page: Page, frame: int) -> None:
    page.locator('[data-testid="timeline"]').evaluate(
        "(line, frame) => { line.value = frame; line.dispatchEvent(new Event('input', {bubbles: true})); }",
        frame,
    )
    wait_for(page, frame=frame)


def focused(page: Page) -> str:
    """Return what has the focus, by its name or its test id."""
    return page.evaluate(
        "document.activeElement.dataset.testid || document.activeElement.getAttribute('aria-label')"
    )
