"""Jobs tell how far they are, stop when asked, and say what went wrong."""

import threading
import time

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


def counting():
    """Steps without end, and how many were made."""
    made = []

    def steps():
        while True:
            time.sleep(0.01)
            made.append(None)
            yield 0.5

    return steps, made


def test_a_job_that_nobody_looks_at_stops_by_itself():
    steps, made = counting()
    job = Job(steps, patience=0.3)
    job.wait(10)
    assert not job.running and job.stopped and job.left and made and job.error == ""


def test_a_job_goes_on_while_somebody_looks():
    steps, _ = counting()
    job = Job(steps, patience=1)
    for _ in range(15):
        job.look()
        time.sleep(0.1)
    assert job.running and not job.left
    job.stop()
    job.wait(10)
    assert not job.running and not job.left


def test_a_job_waits_for_its_turn():
    steps, made = counting()
    other, turns = counting()[0], threading.Semaphore(1)
    first = Job(other, turns=turns)
    while first.waiting:
        time.sleep(0.01)
    second, third = (Job(steps, turns=turns) for _ in range(2))
    time.sleep(0.5)
    assert second.waiting and second.running and not made
    third.stop()  # it need not wait for its turn to end
    third.wait(10)
    assert not third.running and third.stopped
    first.stop()
    first.wait(10)
    time.sleep(0.5)
    assert not second.waiting and made
    second.stop()
    second.wait(10)
    assert turns.acquire(timeout=0)  # everyone has given back what was taken


def test_a_waiting_job_that_nobody_looks_at_gives_up():
    job = Job(lambda: iter([1.0]), patience=0.3, turns=threading.Semaphore(0))
    job.wait(10)
    assert not job.running and job.left and job.progress == 0
