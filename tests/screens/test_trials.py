"""What a page says of work under way, on Streamlit's own stand-in for a browser."""

import threading
import time
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from playground.screens.jobs import Job
from playground.screens.trials import WAITING, Trial


def page() -> None:
    from playground.screens.trials import watched

    watched("work", lambda trial: None, "settings")


def shown(job: Job, settings: str = "settings") -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["work"] = Trial(SimpleNamespace(stage="Compiling…"), settings, job)
    return app.run()


def words(app: AppTest) -> str:
    return " ".join([*(each.value for each in app.info), *(each.value for each in app.error)])


def bar(app: AppTest) -> str:
    return str(app.get("progress")[0].proto.text).replace("\\", "")  # as it is read, not as it is marked up


def test_a_job_that_waits_for_its_turn_says_so_and_goes_on_while_it_is_looked_at():
    job = Job(lambda: iter([1.0]), patience=60, turns=threading.Semaphore(0))
    before = job._seen
    assert WAITING in bar(shown(job)) and job._seen > before
    job.stop()
    job.wait(10)


def test_a_job_at_work_tells_its_stage():
    go_on = threading.Event()

    def steps():
        yield 0.25
        go_on.wait(10)
        yield 1.0

    job = Job(steps, turns=threading.Semaphore(1))
    while job.progress < 0.25:
        time.sleep(0.01)
    assert bar(shown(job)) == "25 % of the epochs are trained. Compiling…"
    go_on.set()
    job.wait(10)


def test_a_job_that_nobody_looked_at_says_why_it_ended():
    job = Job(lambda: iter([1.0]), patience=0, turns=threading.Semaphore(0))
    job.wait(10)
    assert "Stopped after 0 % of the work, as nobody was looking" in words(shown(job))


def test_a_stopped_job_needs_no_reason_and_changed_settings_are_told():
    job = Job(lambda: iter([1.0]), turns=threading.Semaphore(0))
    job.stop()
    job.wait(10)
    said = words(shown(job, "others"))
    assert "Stopped after 0 % of the work; what" in said and "The settings have changed" in said
