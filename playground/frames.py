"""The wire format: a message to the player is a JSON header and, packed behind it, a chunk of frames.

    4 bytes   length of the header, little-endian
    header    JSON, UTF-8; its "fields" list [name, dtype, shape per frame] in the order of the body
    body      zlib stream: per field all frames' values, little-endian, one field after the other

Fields of bytes are pictures that change little from frame to frame and from point to point, so each byte is
sent as the difference to the frame before, and that as the difference to the point before, modulo 256, which
zlib packs well (measured on the default screen: 98 kB/s at 60 frames/s, 105 without the second difference).
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.observing import Frame

PACKING = 3  # of zlib's 1…9; measured on the default screen: 3 packs within 4 % of 9 in a third of the time


KINDS = ("f4", "i4", "u1")  # what wire.js can read

Fields = Mapping[str, NDArray[Any]]
"""The parts of frames by name, each with a leading axis of frames; ``update`` is always among them."""


def pack(header: Mapping[str, Any], frames: Frame | Fields | None = None) -> bytes:
    """Return one message.

    Parameters
    ----------
    header : mapping
        What to say beside the frames; must be plain JSON (no NaN).
    frames : Frame or mapping, optional
        Arrays with a leading axis of frames, by name.

    Returns
    -------
    bytes
        Header and body as described above.

    Raises
    ------
    TypeError
        If a field's numbers are of a kind that the player cannot read.
    """
    fields, parts = [], []
    arrays = frames._asdict() if isinstance(frames, Frame) else frames or {}
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        if array.dtype.str[1:] not in KINDS:
            raise TypeError(f"{name} is {array.dtype}; a player reads {', '.join(KINDS)}")
        fields.append([name, array.dtype.str[1:], list(array.shape[1:])])
        parts.append((_differences(array) if array.dtype == np.uint8 else array).tobytes())
    count = len(arrays["update"]) if arrays else 0
    head = json.dumps(
        {**header, "count": count, "fields": fields}, allow_nan=False, separators=(",", ":")
    ).encode()
    return len(head).to_bytes(4, "little") + head + zlib.compress(b"".join(parts), PACKING)


def finite(values: Iterable[float], digits: int = 6) -> list[float | None]:
    """Return numbers for a header, as exact as they are drawn; what is not finite becomes nothing."""
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in values]


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return (header, field name -> array with a leading axis of frames): the inverse of `pack`."""
    end = 4 + int.from_bytes(message[:4], "little")
    header = json.loads(message[4:end])
    body, at, arrays = zlib.decompress(message[end:]), 0, {}
    for name, kind, shape in header["fields"]:
        dtype = np.dtype("<" + kind)
        size = header["count"] * int(np.prod(shape)) * dtype.itemsize
        array = np.frombuffer(body[at : at + size], dtype).reshape(header["count"], *shape)
        arrays[name] = _sums(array) if dtype == np.uint8 else array
        at += size
    return header, arrays


def _differences(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    flat = array.reshape(len(array), math.prod(array.shape[1:]))
    changes = np.diff(flat, axis=0, prepend=np.zeros((1, flat.shape[1]), np.uint8))
    return np.diff(changes, axis=1, prepend=np.zeros_like(changes[:, :1]))


def _sums(changes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    flat = np.cumsum(changes.reshape(len(changes), math.prod(changes.shape[1:])), axis=1, dtype=np.uint8)
    return np.cumsum(flat, axis=0, dtype=np.uint8).reshape(changes.shape)
