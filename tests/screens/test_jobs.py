"""Jobs tell how far they are, stop when asked, and say what went wrong."""

import threading

from playground.screens.jobs import Job


def test_a_job_goes_to_its_end():
    job = Job(lambda: iter([0.25, 0.5, 1.0]))
    job.wait(10)
    assert not job.running and job.progress == 1 and not job.stopped and job.error == ""


def test_a_stopped_job_ends_after_its_step():
    first, go_on = threading.Event(), threading.Event()

    def steps():
        first.set()
        go_on.wait(10)
        yield 0.5
        raise AssertionError("a stopped job went on")

    job = Job(steps)
    first.wait(10)
    job.stop()
    go_on.set()
    job.wait(10)
    assert job.stopped and job.error == "" and job.progress == 0.5


def test_a_request_that_cannot_be_met_is_told():
    def steps():
        raise ValueError("count=9999 is not allowed: it must be from 1 to 512")
        yield 1.0

    job = Job(steps)
    job.wait(10)
    assert job.error == "count=9999 is not allowed: it must be from 1 to 512."


def test_a_fault_is_logged_and_told_without_its_innards(caplog):
    def steps():
        yield 0.1
        raise RuntimeError("innards")

    job = Job(steps)
    job.wait(10)
    assert "innards" not in job.error and job.error.endswith(".")
    assert "innards" in caplog.text
