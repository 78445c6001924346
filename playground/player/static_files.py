"""Where the player's files lie, and their version."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@cache
def static_version() -> str:
    """Return a digest of the player's files; it is part of their URL, so a browser never mixes two versions."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
