"""The mechanism of the settings tables.

A table is the fields of a dataclass, such as `playground.experiment.Experiment`; widgets, validation, the URL and the
documentation are all made from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from playground.kinds import Explained, Kind

LONGEST_TEXT = 400  # a URL value beyond this is refused unread

Effect = Literal["reset", "live", "view"]
EFFECTS: dict[Effect, str] = {
    "reset": "A change starts a new run.",
    "live": "A change keeps the weights.",
    "view": "",
}


@dataclass(frozen=True)
class Setting:
    """One row of the table.

    Attributes
    ----------
    name : str
        Its name in Python and in the URL.
    kind : Kind
        Type and limits.
    default
        The value a new page starts with.
    label, help : str
        What a person reads beside the widget, and on asking for more.
    group : str
        The section of the screen it stands in.
    effect : {"reset", "live", "view"}
        Whether a change starts the run anew, keeps the weights, or only changes what is shown.
    """

    name: str
    kind: Kind
    default: Any
    label: str
    help: str
    group: str
    effect: Effect

    @property
    def hint(self) -> str:
        """The help, and what a change does to a run that has begun."""
        return f"{self.help} {EFFECTS[self.effect]}".rstrip()

    @property
    def limits(self) -> str:
        """The hint, and what is allowed: for a widget that only turns red beyond its limits."""
        return f"{self.help} Allowed is {self.kind.allowed}. {EFFECTS[self.effect]}".rstrip()

    def check(self, value: Any) -> Any:
        """Return `value` in its proper type, or raise a ValueError that names setting, value and limits."""
        return self._guarded(self.kind.check, value)

    def read(self, text: str) -> Any:
        """Return the value a URL's `text` stands for, or raise a ValueError like `check`."""
        return self._guarded(self._read, text)

    def _read(self, text: str) -> Any:
        if len(text) > LONGEST_TEXT:
            raise ValueError(text)
        return self.kind.read(text)

    def _guarded(self, make: Any, value: Any) -> Any:
        try:
            return make(value)
        except Explained as error:
            raise ValueError(f"{self.name}={self.kind.quoted(value)} is not allowed: {error}") from None
        except (ValueError, TypeError, KeyError, OverflowError):
            raise ValueError(
                f"{self.name}={self.kind.quoted(value)} is not allowed: it must be {self.kind.allowed}"
            ) from None


def setting(kind: Kind, default: Any, *, label: str, help: str, group: str, effect: Effect = "reset") -> Any:
    """Declare a row of the table as a dataclass field."""
    row = {"kind": kind, "default": default, "label": label, "help": help, "group": group, "effect": effect}
    return dataclasses.field(default=default, metadata={"setting": row})


_tables: dict[type, dict[str, Setting]] = {}


def table(owner: type) -> dict[str, Setting]:
    """Return the rows declared in the dataclass `owner`, by name."""
    if owner not in _tables:
        _tables[owner] = {
            field.name: Setting(name=field.name, **field.metadata["setting"])
            for field in dataclasses.fields(owner)
        }
    return _tables[owner]


class Settings:
    """What all that own settings share: checking themselves and the round trip through a link."""

    def __post_init__(self) -> None:
        for row in table(type(self)).values():
            object.__setattr__(self, row.name, row.check(getattr(self, row.name)))

    @classmethod
    def from_query(cls, query: Mapping[str, str], problems: list[str] | None = None) -> Self:
        """Make one from a link's parameters, falling back to the default setting by setting.

        Parameters
        ----------
        query : mapping
            URL parameters; names that are no setting are left alone.
        problems : list of str, optional
            Receives one sentence for each value that could not be used.

        Returns
        -------
        Settings
            Always valid ones.
        """
        problems = [] if problems is None else problems
        chosen: dict[str, Any] = {}
        for row in table(cls).values():
            if row.name in query:
                try:
                    chosen[row.name] = row.read(str(query[row.name]))
                except ValueError as error:
                    problems.append(f"{error}. The default is used instead.")
        return cls._mended(chosen, problems)

    def with_values(self, values: Mapping[str, Any], problems: list[str] | None = None) -> Self:
        """Return a copy with untrusted `values` for some settings; one that cannot be used is left as it was.

        Parameters
        ----------
        values : mapping
            Setting names and Python values, as they come from a widget.
        problems : list of str, optional
            Receives one sentence for each value that could not be used.
        """
        problems = [] if problems is None else problems
        sound: dict[str, Any] = {}
        for name, value in values.items():
            try:
                sound[name] = table(type(self))[name].check(value)
            except ValueError as error:
                problems.append(f"{error}. It stays as it was.")
        return self._changed(sound, problems)

    def _changed(self, settings: dict[str, Any], problems: list[str]) -> Self:
        return self.changed(**settings)

    def changed(self, **settings: Any) -> Self:
        """Return a copy with `settings` changed."""
        values = {name: getattr(self, name) for name in table(type(self))}
        return type(self)(**(values | settings))

    @classmethod
    def _mended(cls, chosen: dict[str, Any], problems: list[str]) -> Self:
        return cls(**chosen)

    def to_query(self) -> dict[str, str]:
        """Return every setting as the text of a URL parameter."""
        return {row.name: row.kind.write(getattr(self, row.name)) for row in table(type(self)).values()}
