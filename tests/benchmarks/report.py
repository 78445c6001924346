"""How the benchmarks print what they measured."""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """One measured number; with a peer measured in the same run, `ratio` above 1 means that we do better."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None


def main(about: str | None, *parts: Callable[[bool], Iterator[Result]]) -> None:
    """Run the parts of a benchmark, each called with whether to be quick, and print their results."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser.add_argument("--quick", action="store_true", help="measure little, in a few seconds")
    chosen = parser.parse_args()
    for part in parts:
        for result in part(chosen.quick):
            if chosen.json:
                print(json.dumps(asdict(result), ensure_ascii=False), flush=True)
            else:
                print(_line(result), flush=True)


def _line(result: Result) -> str:
    line = f"{result.name:40} {result.value:12.4g} {result.unit:5}"
    if result.peer is not None:
        line += (
            f"{result.peer:>16} {result.peer_value:10.4g} {result.unit:5} {result.ratio:8.1f} times better"
        )
    return line
