"""The wire format: what is packed comes out again, to the bit."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import Experiment, Run
from playground.frames import pack, unpack


@pytest.mark.parametrize("settings", [{}, {"hidden": ()}, {"data": "blobs", "classes": 5, "hidden": (2,)}])
def test_frames_survive(settings):
    frames = Run(Experiment(points=30, **settings)).advance(7, 3)
    header, arrays = unpack(pack({"kind": "frames", "say": "ü"}, frames))
    assert header["kind"] == "frames" and header["say"] == "ü" and header["count"] == 7
    for name, expected in frames._asdict().items():
        assert arrays[name].dtype == expected.dtype and arrays[name].shape == expected.shape
        np.testing.assert_array_equal(arrays[name], expected)


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9)))
def test_header_alone(header):
    header = {key: value for key, value in header.items() if key not in ("count", "fields")}
    back, arrays = unpack(pack(header))
    assert {key: back[key] for key in header} == header and arrays == {} and back["count"] == 0


def test_no_numbers_that_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        pack({"loss": float("nan")})


def test_pictures_are_packed_well():
    """At one epoch a frame the first screen must stay below 150 kB a second, 60 frames."""
    run = Run(Experiment())
    run.advance(1, 100 * run.updates_per_epoch)
    frames = run.advance(48, run.updates_per_epoch)
    message = pack({"kind": "frames"}, frames)
    assert len(message) / 48 * 60 < 125_000
    assert len(message) < sum(array.nbytes for array in frames) / 2


def test_layout_is_as_documented():
    """Read by hand, as the player does: little-endian floats, one field after the other."""
    import zlib

    frames = Run(Experiment(points=30, hidden=())).advance(2, 1)
    message = pack({}, frames)
    length = int.from_bytes(message[:4], "little")
    fields = json.loads(message[4 : 4 + length])["fields"]
    assert [name for name, _, _ in fields] == list(frames._fields)
    body = zlib.decompress(message[4 + length :])
    np.testing.assert_array_equal(np.frombuffer(body, "<i4", 2), frames.update)
    np.testing.assert_array_equal(np.frombuffer(body, "<f4", 2, offset=8), frames.train_loss)


def test_what_the_player_cannot_read_is_refused():
    with pytest.raises(TypeError, match=r"seconds is float64; a player reads f4, i4, u1"):
        pack({}, {"update": np.zeros(2, np.int32), "seconds": np.zeros(2)})
