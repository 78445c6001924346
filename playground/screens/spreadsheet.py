"""Tables on their way into a spreadsheet."""

from __future__ import annotations

import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula


def as_csv(table: pd.DataFrame) -> str:
    """Return `table` as CSV in which no text can be taken for a formula.

    Names and labels come from people and files. What begins like a formula gets an apostrophe in front, after OWASP's
    page "CSV Injection"; numbers, negative ones included, stay what they are.
    """

    def text(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

    return table.rename(columns=text).map(text).to_csv(index=False)
