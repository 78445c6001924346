"""The inputs that a player shows itself: the rows of a settings table, as plain JSON.

A slider of Streamlit's answers after 190 ms (it waits before it reports, and the page's script runs again); one in the
player after 30. Where a picture must follow a hand, the player has the inputs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from playground.kinds import Choice, Flag, Kind, Real, Several, Whole
from playground.settings import Setting, Settings, table

Parts = Mapping[str, Sequence[str]]


def described(
    settings: Settings,
    *,
    hidden: Collection[str] = (),
    parts: Parts | None = None,
    values: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what a player needs to draw an input for each of `settings`.

    Parameters
    ----------
    settings : Settings
        Its table's rows and their values.
    hidden : collection of str
        Names of those that mean nothing at present.
    parts : mapping
        For a setting of several values, what to call each.
    values : mapping
        Texts to show where they are not the settings' own.
    """
    return {
        name: {
            "label": row.label,
            "help": row.help,
            "allowed": row.kind.allowed,
            "kind": kind_of(row.kind),
            "value": (values or {}).get(name) or row.kind.write(getattr(settings, name)),
            "hidden": name in hidden,
            "parts": list((parts or {}).get(name, ())),
        }
        for name, row in table(type(settings)).items()
    }


def switches(rows: Iterable[Setting]) -> dict[str, dict[str, Any]]:
    """Return settings of how something is shown, each a switch or a list, for the slots that a screen has for them."""
    return {
        row.name: {
            "label": row.label,
            "help": row.help,
            "options": dict(row.kind.options) if isinstance(row.kind, Choice) else None,
        }
        for row in rows
    }


def kind_of(kind: Kind) -> dict[str, Any]:
    """Return a kind of setting as plain JSON: its ``type`` and limits."""
    match kind:
        case Choice(options):
            return {"type": "choice", "options": dict(options)}
        case Flag():
            return {"type": "flag"}
        case Whole(low, high, word):
            return {"type": "whole", "low": low, "high": high, "word": word}
        case Real(low, high, step, logarithmic):
            return {"type": "real", "low": low, "high": high, "step": step, "log": logarithmic}
        case Several(of, least, most):
            return {"type": "several", "of": kind_of(of), "least": least, "most": most}
        case _:
            return {"type": "text"}


def read_inputs(
    rows: Mapping[str, Setting], typed: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that a person typed, and for each one that cannot be used a sentence.

    Parameters
    ----------
    rows : mapping
        The settings' table.
    typed : mapping
        Name -> text as in a link.

    Raises
    ------
    KeyError
        If there is no such setting.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in typed.items():
        row = rows[name]
        try:
            values[name] = row.read(str(text))
        except ValueError as error:
            problems[name] = f"{error}.".replace(f"{name}=", f"{row.label} ", 1)
    return values, problems
