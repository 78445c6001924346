"""One update of the worked example as a list of atomic steps, each with its formula in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from playground.lessons import step_texts
from playground.lessons.chain_rule import Floats, Passes, passes, stepped
from playground.lessons.step_texts import INDEX, Known, Texts
from playground.lessons.worked import HIDDEN, PARAMETERS, Worked
from playground.lessons.writing import factor, number, sub, with_result

Kind = Literal["input", "sum", "output", "error", "delta", "gradient", "update"]

STAGES = {
    1: "Start with small random weights",
    2: "Feed in one row",
    3: "Go forward",
    4: "Measure the error",
    5: "Go back",
    6: "Update the weights",
    7: "Take the next row; after the last, an epoch is over",
}
"""The seven steps of training. Steps 2 to 6 make one update; 1 are the settings, and 7 starts over with `next_row`."""
STAGE_OF: dict[Kind, int] = {
    "input": 2, "sum": 3, "output": 3, "error": 4, "delta": 5, "gradient": 5, "update": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of the computation.

    Attributes
    ----------
    kind : str
        "input", "sum", "output", "error", "delta", "gradient" or "update".
    stage : int
        Which of the seven `STAGES` it belongs to.
    row : int or None
        Which row is at hand, from 0; None for updates.
    neuron : str or None
        The neuron or input that is at work.
    connections : tuple of str
        The weights and biases at work.
    symbols, numbers : str
        The formula, and the same with numbers in.
    words : str
        What happens, as a sentence.
    value : float
        What comes out.
    known : Known
        All values known with this step done.
    """

    kind: Kind
    stage: int
    row: int | None
    neuron: str | None
    connections: tuple[str, ...]
    symbols: str
    numbers: str
    words: str
    value: float
    known: Known


def steps(worked: Worked) -> list[Step]:
    """Go through one update: of the typed row, or in batch mode of all four rows.

    Returns
    -------
    list of Step
        For each row inputs, sums and outputs, error, deltas and gradients, then the updates.
    """
    x, t = worked.rows
    values = worked.values
    done = passes(worked, values, x, t)
    weights = {name: float(values[list(PARAMETERS).index(name)]) for name in worked.learned}
    known = Known(weights=weights)
    made: list[Step] = []
    for row in range(len(x)):
        known = replace(known, sums={}, outputs={}, deltas={})
        for step in _of_row(worked, x, t, done, row, known):
            made.append(step)
            known = step.known
    new = dict(zip(PARAMETERS, stepped(worked, values, done.gradient).tolist(), strict=True))
    for name in worked.learned:
        part, old, slope = PARAMETERS[name], weights[name], known.gradients[name]
        known = replace(known, new_weights=known.new_weights | {name: new[name]})
        formula = f"{number(old)} − {factor(worked.learning_rate)}·{factor(slope)}"
        made.append(
            Step(
                "update", STAGE_OF["update"], None, None, (name,),
                f"{part.symbol} ← {part.symbol} − η·∂E/∂{part.symbol}",
                f"{part.symbol} ← {with_result(formula, new[name])}",
                "The gradient points where the error grows. The step goes the other way, η times its size.",
                new[name], known,
            )
        )  # fmt: skip
    return made


def next_row(worked: Worked) -> Worked:
    """Return the settings with the weights that the update of `steps` leaves, ready for the next update.

    Raises
    ------
    ValueError
        If a weight grows beyond what can be typed.
    """
    return worked.with_weights(steps(worked)[-1].known.new_weights)


def _of_row(worked: Worked, x: Floats, t: Floats, done: Passes, row: int, known: Known) -> Iterator[Step]:
    def step(kind: Kind, neuron: str, on: tuple[str, ...], texts: Texts, value: float) -> Step:
        return Step(kind, STAGE_OF[kind], row, neuron, on, *texts, float(value), known)

    for i in (1, 2):
        value = float(x[row, i - 1])
        known = replace(known, outputs=known.outputs | {f"x{i}": value})
        texts = sub("x", i), f"{sub('x', i)} = {number(value)}", "The row's value enters the network here."
        yield step("input", f"x{i}", (), texts, value)

    for neuron, index in INDEX.items():
        j = int(index or 0) - 1
        z = done.sums[row, j] if index else done.sum_out[row]
        y = done.outputs[row, j] if index else done.output[row]
        on = tuple(name for name in worked.learned if PARAMETERS[name].end == neuron)
        known = replace(known, sums=known.sums | {neuron: float(z)})
        yield step("sum", neuron, on, step_texts.for_sum(known, neuron, on), z)
        known = replace(known, outputs=known.outputs | {neuron: float(y)})
        exact = float(done.exact[row, j]) if index else float(y)
        yield step("output", neuron, (), step_texts.for_output(worked, known, neuron, exact), y)

    before, error = known.error, float(done.errors[row])
    known = replace(known, error=error if before is None else before + error)
    texts = step_texts.for_error(worked, known, float(t[row]), before)
    yield step("error", "out", (), texts, known.error or 0.0)

    delta = float(done.delta_out[row])
    known = replace(known, deltas={"out": delta})
    yield step("delta", "out", (), step_texts.for_delta_out(worked, known, float(t[row])), delta)
    for j in range(HIDDEN):
        delta = float(done.deltas[row, j])
        known = replace(known, deltas=known.deltas | {f"h{j + 1}": delta})
        yield step("delta", f"h{j + 1}", (f"v{j + 1}",), step_texts.for_delta(worked, known, j + 1), delta)

    for name in worked.learned:
        slope = float(done.gradients[row, list(PARAMETERS).index(name)])
        earlier = known.gradients.get(name)
        total = slope if earlier is None else earlier + slope
        known = replace(known, gradients=known.gradients | {name: total})
        yield step(
            "gradient", PARAMETERS[name].end, (name,), step_texts.for_gradient(known, name, earlier), total
        )
