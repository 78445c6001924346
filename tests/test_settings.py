"""The kinds of settings: what they take, what they refuse, and how they are written."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kinds import Choice, Flag, Kind, Real, Several, Whole, shown
from playground.settings import LONGEST_TEXT, Setting, setting

COLOUR = Choice({"red": "Red", "blue": "Blue"})
COUNT = Whole(2, 12)
BATCH = Whole(1, 500, word="full")
SHARE = Real(-0.5, 1.5)
RATE = Real(1e-5, 10, or_zero=True)
SIZES = Several(Whole(1, 16), 0, 3)
COLOURS = Several(COLOUR, 1, 2, distinct=True)
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("kind", "value", "proper"),
    [
        (COLOUR, "red", "red"),
        (COLOUR, np.str_("blue"), "blue"),
        (Flag(), True, True),
        (Flag(), 0, False),
        (Flag(), np.bool_(True), True),
        (COUNT, 2, 2),
        (COUNT, 12.0, 12),
        (COUNT, np.int64(3), 3),
        (COUNT, np.float64(3), 3),
        (BATCH, "full", "full"),
        (BATCH, 1, 1),
        (SHARE, -0.5, -0.5),
        (SHARE, 1, 1.0),
        (SHARE, np.float32(0.25), 0.25),
        (RATE, 0, 0.0),
        (RATE, 1e-5, 1e-5),
        (SIZES, (), ()),
        (SIZES, [4, 2.0], (4, 2)),
        (SIZES, 4, (4,)),
        (COLOURS, "red", ("red",)),
        (COLOURS, ["blue", "red"], ("blue", "red")),
    ],
)
def test_check_gives_the_proper_type(kind, value, proper):
    found = kind.check(value)
    assert found == proper
    assert type(found) is type(proper) or isinstance(found, str)


WRONG = [
    (COLOUR, ["Red", "green", "", 0, None, ["red"], b"red"]),
    (Flag(), [2, -1, "1", None, NAN, [], np.array([1, 0])]),
    (COUNT, [1, 13, 2.5, "3", True, None, NAN, INF, 10**5000, 3j, [3], b"3"]),
    (BATCH, ["Full", "10", 0, 501, ""]),
    (SHARE, [-0.51, 1.51, NAN, INF, -INF, "1", b"1", bytearray(b"1"), True, None, 1j, [1.0]]),
    (RATE, [1e-6, -1e-5, -1, 11]),
    (
        SIZES,
        [(0,), (17,), (1, 1, 1, 1), (1.5,), ("4",), "4", True, None, {4}, b"\x04", bytearray(b"\x04"), NAN],
    ),
    (COLOURS, [(), ("red", "red"), ("red", "blue", "red"), ("red", "green"), "", "red,blue"]),
]


def test_a_refused_value_is_quoted_as_it_stands_in_a_link():
    row = Setting("name", SIZES, None, "Label", "Help.", "Group", "reset")
    with pytest.raises(ValueError, match=r"^name='4,99' is not"):
        row.check((4, 99))
    with pytest.raises(ValueError, match=r"^name='4,99' is not"):
        row.read("4,99")


def test_the_limits_say_what_is_allowed():
    row = Setting("name", Whole(0, 1_000_000), None, "Label", "Help.", "Group", "live")
    assert row.limits == "Help. Allowed is a whole number from 0 to 1,000,000. A change keeps the weights."


@pytest.mark.parametrize(("kind", "values"), WRONG)
def test_check_refuses(kind, values):
    row = Setting("name", kind, None, "Label", "Help.", "Group", "reset")
    for value in values:
        with pytest.raises(ValueError, match=r"^name=.* is not allowed: it must be ") as caught:
            row.check(value)
        assert kind.allowed in str(caught.value)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (COLOUR, "red", "red"),
        (Flag(), "1", True),
        (Flag(), "TRUE", True),
        (Flag(), "off", False),
        (COUNT, " 7 ", 7),
        (COUNT, "+7", 7),
        (BATCH, "full", "full"),
        (SHARE, "1e-1", 0.1),
        (SHARE, ".5", 0.5),
        (RATE, "-0", 0.0),
        (SIZES, "", ()),
        (SIZES, "none", ()),
        (SIZES, "8, 8", (8, 8)),
        (COLOURS, "blue,red", ("blue", "red")),
    ],
)
def test_read(kind, text, value):
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (COUNT, "7.0"),
        (COUNT, "0x7"),
        (COUNT, "٧"),  # seven, in Arabic
        (COUNT, "1_0"),
        (COUNT, "7" * 399),
        (COUNT, "full"),
        (SHARE, "１"),  # one, full width
        (SHARE, "0_1"),
        (SHARE, "nan"),
        (SHARE, "1e999"),
        (SHARE, "1,5"),
        (Flag(), ""),
        (Flag(), "2"),
        (SIZES, "8,,8"),
        (SIZES, "8;8"),
        (SIZES, "1,1,1,1"),
        (COLOURS, "none"),
        (COLOURS, "red,red"),
        (COLOUR, " red"),
    ],
)
def test_read_refuses(kind, text):
    with pytest.raises(ValueError, match=r"^name="):
        Setting("name", kind, None, "Label", "Help.", "Group", "reset").read(text)


@pytest.mark.parametrize(
    ("kind", "text"), [(COUNT, "7"), (SHARE, "1"), (SIZES, "8"), (SIZES, ""), (COLOUR, "red")]
)
def test_a_text_that_is_too_long_is_not_read_at_all(kind, text):
    row = Setting("name", kind, None, "Label", "Help.", "Group", "reset")
    assert row.read(text) is not None
    # Cut to what is allowed, it would be a good value.
    with pytest.raises(ValueError, match=r"^name="):
        row.read(text + " " * (LONGEST_TEXT + 1))


@given(st.floats(-0.5, 1.5))
def test_numbers_are_written_exactly(value):
    assert SHARE.read(SHARE.write(value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [(0.03, "0.03"), (1.0, "1"), (0.0, "0"), (1e-05, "1e-05"), (1 / 3, repr(1 / 3))]
)
def test_numbers_are_written_short(value, text):
    assert SHARE.write(value) == text


def test_zero_has_no_sign():
    assert math.copysign(1, SHARE.check(-0.0)) == 1


def test_shown_is_short_and_safe():
    assert shown("abc") == "'abc'"
    assert shown("a\nb\x00") == r"'a\nb\x00'"
    assert shown("x" * 40) == repr("x" * 40)
    assert shown("x" * 10**6) == repr("x" * 40 + "…")
    assert sys.get_int_max_str_digits() < 5000
    assert len(shown(10**5000)) < 60


def test_a_kind_of_its_own_must_say_what_it_takes():
    class Bare(Kind):
        pass

    with pytest.raises(ValueError, match="7"):
        Bare().check(7)
    with pytest.raises(TypeError, match="Bare does not say"):
        _ = Bare().allowed


def test_a_declared_setting_is_a_field_with_its_row():
    field = setting(COUNT, 3, label="Count", help="How many.", group="Data", effect="live")
    assert field.default == 3
    assert field.metadata["setting"]["effect"] == "live"
