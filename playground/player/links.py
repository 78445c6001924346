"""What a link says beyond its settings: where the player stood, and the changes made on the way there."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, TypeVar

from playground.experiment import Experiment
from playground.kinds import shown
from playground.run import LAST_UPDATE
from playground.settings import Setting, table
from playground.view import VIEW_SETTINGS

LONGEST_CHANGES = 6000  # characters of a link's changes that are written, and read
MOST_UNKNOWN = 5  # names that are no setting and are still told one by one
FURTHER = {*VIEW_SETTINGS, "update", "changes"}

Steps = list[tuple[int, dict[str, Any]]]
E = TypeVar("E", bound=Experiment)


def read_update(query: Mapping[str, str], problems: list[str]) -> int:
    """Return the update that a link leads to, 0 if it names none that can be reached."""
    text = query.get("update", "0")
    if text.isdecimal() and len(text) <= 10 and int(text) <= LAST_UPDATE:
        return int(text)
    problems.append(
        f"update={shown(text)} is not allowed: it must be a whole number up to {LAST_UPDATE}. The run starts anew."
    )
    return 0


def unknown_names(query: Mapping[str, str], settings: Mapping[str, Setting]) -> list[str]:
    """Return a sentence for each parameter of a link that is no setting, with the one that may have been meant."""
    names = FURTHER | set(settings)
    unknown = [name for name in query if name not in names]
    sentences = []
    for name in unknown[:MOST_UNKNOWN]:
        near = difflib.get_close_matches(name[:40], names, 1)
        sentences.append(f"{shown(name)} is no setting" + (f"; did you mean {near[0]}?" if near else "."))
    if len(unknown) > MOST_UNKNOWN:
        sentences.append(f"{len(unknown) - MOST_UNKNOWN} further names in the link are no settings.")
    return sentences


def live_difference(old: Experiment, new: Experiment) -> dict[str, Any]:
    """Return the settings that can change while training and that `new` has otherwise than `old`."""
    live = [row.name for row in table(type(new)).values() if row.effect == "live"]
    return {name: getattr(new, name) for name in live if getattr(new, name) != getattr(old, name)}


def as_steps(changes: list[tuple[int, E]]) -> tuple[E, Steps]:
    """Return the first experiment of a history, and what changed when."""
    return changes[0][1], [(at, live_difference(old, new)) for (_, old), (at, new) in pairwise(changes)]


def write_changes(changes: list[tuple[int, Experiment]]) -> str:
    """Return the live settings of a history as ``update:name=value``, joined by commas.

    The values of a setting that has several are joined by semicolons. A setting that was changed is listed with its
    value at update 0 too, because a link's own parameters hold the values in force at the end.

    Raises
    ------
    ValueError
        If it is more than a link holds, and `read_changes` reads.
    """
    base, steps = as_steps(changes)
    rows = table(type(base))
    moved = {name: getattr(base, name) for _, settings in steps for name in settings}
    entries = [(0, moved), *steps]
    text = ",".join(
        f"{at}:{name}={rows[name].kind.write(value).replace(',', ';')}"
        for at, settings in entries
        for name, value in settings.items()
    )
    return _short_enough(text)


def _short_enough(text: str) -> str:
    if len(text) > LONGEST_CHANGES:
        raise ValueError(f"it has more than {LONGEST_CHANGES} characters")
    return text


def read_changes(text: str, last: E) -> tuple[E, Steps]:
    """Return (experiment at the start, changes on the way) of a run that ended with the settings `last`.

    Raises
    ------
    ValueError
        If `text` is not what `write_changes` writes, or does not end in the settings of `last`.
    """
    rows = table(type(last))
    steps: dict[int, dict[str, Any]] = {}
    for entry in filter(None, _short_enough(text).split(",")):
        at, _, assignment = entry.partition(":")
        name, _, value = assignment.partition("=")
        if name not in rows or rows[name].effect != "live" or not at.isdecimal():
            raise ValueError(f"{entry[:40]!r} is no change of a setting that can change while training")
        steps.setdefault(int(at), {})[name] = rows[name].read(value.replace(";", ","))
    base = last.changed(**steps.pop(0, {}))
    changes = sorted(steps.items())
    end = base
    for _, settings in changes:
        end = end.changed(**settings)
    if end != last:
        raise ValueError("it does not end with the settings of the link")
    return base, changes
