"""Jobs on a page: one of each kind for every visitor, begun by a button, watched while it works, and stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.experiment import Experiment
from playground.screens.controls import as_text
from playground.screens.jobs import Job

TURN = 0.5  # seconds from one look at a running job to the next
WAITING = "Waiting for other work on this machine to end…"


class Work(Protocol):
    """What takes a while, and can be looked at meanwhile."""

    @property
    def stage(self) -> str:
        """What has to be waited for now, as a sentence; empty while it just goes on."""
        ...

    def work(self) -> Iterator[float]:
        """Do it; yield, again and again, the share that is done."""
        ...


W = TypeVar("W", bound=Work)


@dataclass(frozen=True)
class Trial(Generic[W]):
    """Work under way or done.

    Attributes
    ----------
    subject : Work
        What it is done on; holds the results so far.
    settings : object
        What was asked for: where it is no longer what the page asks for, the person is told.
    job : Job
        The work itself.
    """

    subject: W
    settings: Any
    job: Job


def pairs() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return two places for two fields each: four in a row, or two above two where the page is narrow.

    The first fields of both stand side by side then, so they should be equally high.
    """
    row = st.container(horizontal=True, gap="medium")
    return row.container(horizontal=True, gap="medium"), row.container(horizontal=True, gap="medium")


def kept(key: str) -> dict[str, Any]:
    """Return what lets a widget keep its value while its visitor is on another page."""
    return {"key": key, "persist_state": "session"}


def unstopped(experiment: Experiment) -> Experiment:
    """Return `experiment` without its stop rules, which trials leave out."""
    return experiment.changed(stop_epochs=0, stop_loss=0.0, patience=0)


def begin(key: str, subject: W, settings: Any) -> None:
    """Begin the work of `subject` in place of what was begun before under the same `key`."""
    old: Trial[W] | None = st.session_state.get(key)
    if old is not None:
        old.job.stop()
    st.session_state[key] = Trial(subject, settings, Job(subject.work))


def watched(key: str, draw: Callable[[Trial[Any]], Any], settings: Any) -> Trial[Any] | None:
    """Show what is under way; return the trial once it is done or stopped, None while there is nothing to show.

    Parameters
    ----------
    key : str
        Under which it was begun.
    draw : callable
        Draws what is known of a trial under way.
    settings : object
        What would be asked for now.
    """
    trial: Trial[Any] | None = st.session_state.get(key)
    if trial is None:
        return None
    trial.job.look()
    if trial.job.running:
        _watch(key, draw)
        return None
    if trial.job.error:
        st.error(trial.job.error)
        return None
    if trial.job.stopped:
        why = ", as nobody was looking" if trial.job.left else ""
        done = f"{100 * trial.job.progress:.0f} % of the work"
        st.info(f":small[Stopped after {done}{why}; what is shown was done by then.]")
    if trial.settings != settings:
        st.info(":small[The settings have changed since this was trained. Train anew to see the difference.]")
    return trial


@st.fragment(run_every=TURN)
def _watch(key: str, draw: Callable[[Trial[Any]], Any]) -> None:
    trial: Trial[Any] = st.session_state[key]
    trial.job.look()
    if not trial.job.running:
        st.rerun()
    row = st.container(horizontal=True, vertical_alignment="center")
    bar, stop = row.container(), row.container(width="content")
    stage = WAITING if trial.job.waiting else trial.subject.stage
    done = f"{100 * trial.job.progress:.0f} % of the epochs are trained."
    bar.progress(trial.job.progress, as_text(f"{done} {stage}"))
    stop.button("Stop", icon=":material/stop:", on_click=trial.job.stop, key=f"{key}_stop")
    draw(trial)
