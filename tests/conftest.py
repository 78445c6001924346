"""What every test shares."""

import os

import pytest

# Before anything imports JAX: the tests state the same facts on every machine.
os.environ.setdefault("JAX_PLATFORMS", "cpu")

from hypothesis import settings

# Measurements, not tests: run by hand.
collect_ignore = ["benchmarks"]

# No deadline: the first example of a test may compile. In CI the examples are the same every time, so
# that a failure is about the change at hand; elsewhere they vary and keep searching.
settings.register_profile("varied", deadline=None)
settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same" if os.environ.get("CI") else "varied")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Take nothing to run for nothing wrong: tests/run.sh asks twice, with and without a browser."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK
