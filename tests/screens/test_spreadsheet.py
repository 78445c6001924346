"""What is downloaded is what was shown, and nothing in it is taken for a formula."""

import io

import pandas as pd
import pytest

from playground.screens.spreadsheet import as_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_and_no_heading_begins_a_formula(start):
    name = f'{start}HYPERLINK("http://x","y")'
    rows = pd.read_csv(io.StringIO(as_csv(pd.DataFrame({"Lane": [name, "b"], name: [1, 2]}))))
    assert rows["Lane"][0] == f"'{name}" and rows.columns[1] == f"'{name}"


def test_everything_else_stays():
    table = pd.DataFrame({"Lane": ['a, "b"', "c=d"], "Loss": [-1.5, 0.25]})
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(as_csv(table))), table)
