"""The running app and a real Chromium, for the tests in this folder."""

import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from tests.browser.serving import ROOT, launch, serve

HERE = Path(__file__).parent
ARTIFACTS = Path(os.environ.get("TEST_ARTIFACTS", ROOT / ".artifacts"))
SERVER_LOG = ARTIFACTS / f"server-{os.getpid()}.log"
# The first picture waits for JAX to be imported and for the network to be compiled.
PLAYER_MS = 60_000

# What Streamlit shows in place of a script's output when the script raises.
EXCEPTION = '[data-testid="stException"]'

SCREENSHOT = pytest.StashKey[str]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests and run them last.

    Faults in the logic then show first, and Playwright's event loop, which stays in the main thread
    once started, is in no other test's way.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a browser test fails, keep a picture of its page and show the server's log."""
    report = yield
    if report.failed and HERE in item.path.parents:
        page = getattr(item, "funcargs", {}).get("page")
        if page is not None and report.when == "call":
            item.stash[SCREENSHOT] = _screenshot(page, item.nodeid)
        if SCREENSHOT in item.stash:
            report.sections.append(("Screenshot", item.stash[SCREENSHOT]))
        if SERVER_LOG.exists():
            report.sections.append(("Server log", f"{SERVER_LOG}\n{_tail(SERVER_LOG)}"))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep the server's log only if something failed."""
    if not session.testsfailed:
        SERVER_LOG.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The app, started as a person would start it; yields its address."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    try:
        with serve(SERVER_LOG) as address:
            yield address
    except RuntimeError as error:
        raise RuntimeError(f"{error}:\n{_tail(SERVER_LOG)}") from error


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, the same for all tests."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page_errors() -> list[str]:
    """What the page of this test has complained about; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, page_errors: list[str]) -> Iterator[Page]:
    """A page of its own for each test, which fails if anything in it complains."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()

    def on_console(message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        # On a page with a path, Streamlit looks for its server below that path first.
        if message.type == "error" and not re.search(r"/[a-z_]+/_stcore/", url):
            page_errors.append(f"console: {message.text} ({url})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: page_errors.append(f"uncaught: {error.stack or error.message}"))
    yield page
    # Requests cut short by closing the page are no fault of the test.
    complaints = page_errors + [f"shown: {text}" for text in _exceptions_shown(page)]
    if complaints and SCREENSHOT not in request.node.stash:
        request.node.stash[SCREENSHOT] = _screenshot(page, request.node.nodeid)
    context.close()
    if complaints:
        pytest.fail("The page reported errors:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def open_playground() -> Callable[..., None]:
    """`open_playground(page, server, **query)`: go to the app and wait for the player's first frame.

    Settings are named as in the link (`hidden="8,8"`); a third positional argument names another page.
    """

    def open_(page: Page, server: str, path: str = "", /, **query: object) -> None:
        page.goto(f"{server}/{path}" + (f"?{urlencode(query)}" if query else ""))
        ready = '[data-testid="player"][data-frame]:not([data-frame=""])'
        page.wait_for_selector(f"{ready}, {EXCEPTION}", timeout=PLAYER_MS)
        if page.locator(EXCEPTION).count():
            pytest.fail("The page shows an exception in place of the player.")

    return open_


@pytest.fixture
def attrs() -> Callable[[Page], dict[str, int | float | str]]:
    """`attrs(page)`: the player's `data-*` attributes, all of one instant, numbers as numbers.

    `data-train-loss` is found under `"train_loss"`.
    """

    def attrs_(page: Page) -> dict[str, int | float | str]:
        # One call into the page: the values belong together.
        texts = page.locator('[data-testid="player"]').evaluate(
            "player => Object.fromEntries(Array.from(player.attributes, a => [a.name, a.value]))"
        )
        return {
            name.removeprefix("data-").replace("-", "_"): _number(text)
            for name, text in texts.items()
            if name.startswith("data-")
        }

    return attrs_


def _number(text: str) -> int | float | str:
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?Infinity|NaN", text):
        return float(text)
    return text


def _exceptions_shown(page: Page) -> list[str]:
    return [] if page.is_closed() else page.locator(EXCEPTION).all_inner_texts()


def _screenshot(page: Page, name: str) -> str:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    target = ARTIFACTS / (re.sub(r"[^\w.-]+", "-", name)[-120:] + ".png")
    try:
        page.screenshot(path=target)
    except Error as error:
        return f"none: {error.message}"
    return str(target)


def _tail(log: Path, lines: int = 60) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
