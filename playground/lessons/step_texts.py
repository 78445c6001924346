"""What each step of the worked example says: its formula in symbols, the same in numbers, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.lessons.formulas import FORMULAS
from playground.lessons.worked import HIDDEN, PARAMETERS, Worked
from playground.lessons.writing import factor, number, sub, weighted_sum, with_result

Texts = tuple[str, str, str]

SURE = 5.0  # beyond this sum a sigmoid's output is so near 0 or 1 that four digits do not tell its logarithm
ADDED_UP = "Rows of a batch are added up."
INDEX = {f"h{j}": str(j) for j in range(1, HIDDEN + 1)} | {"out": ""}


@dataclass(frozen=True)
class Known:
    """All values known at one step, by the names of neurons and parameters.

    Attributes
    ----------
    sums, outputs, deltas : dict
        Of the neurons, for the row at hand; the inputs count among the outputs.
    error : float or None
        Of the row, or in a batch the sum over the rows so far.
    gradients : dict
        Of the weights and biases, in a batch the sums so far.
    weights : dict
        All weights and biases that are learned, before the update.
    new_weights : dict
        Those that are updated already.
    """

    weights: dict[str, float]
    sums: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, float] = field(default_factory=dict)
    deltas: dict[str, float] = field(default_factory=dict)
    error: float | None = None
    gradients: dict[str, float] = field(default_factory=dict)
    new_weights: dict[str, float] = field(default_factory=dict)


def output_symbol(neuron: str) -> str:
    """Return what a formula calls the output of a neuron or an input."""
    return sub("x", neuron[1]) if neuron.startswith("x") else sub("y", INDEX[neuron])


def for_sum(known: Known, neuron: str, on: tuple[str, ...]) -> Texts:
    """Tell how the weighted sum of `neuron` comes about, through the parameters `on`."""
    z = sub("z", INDEX[neuron])
    parts = [PARAMETERS[name] for name in on]
    sources = [(part, part.start) for part in parts if part.start is not None]
    bias = next((part for part in parts if part.start is None), None)
    symbols = weighted_sum(
        [(part.symbol, output_symbol(start)) for part, start in sources], bias and bias.symbol
    )
    numbers = weighted_sum(
        [(factor(known.weights[part.name]), factor(known.outputs[start])) for part, start in sources],
        bias and factor(known.weights[bias.name]),
    )
    words = "Each input times its weight, added up" + (", and the bias." if bias else ".")
    return f"{z} = {symbols}", f"{z} = {with_result(numbers, known.sums[neuron])}", words


def for_output(worked: Worked, known: Known, neuron: str, exact: float) -> Texts:
    """Tell what the activation makes of the sum; `exact` is its value before rounding."""
    z, y = sub("z", INDEX[neuron]), sub("y", INDEX[neuron])
    formula = FORMULAS[worked.output if neuron == "out" else worked.activation]
    numbers = f"{y} = {with_result(formula.output_numbers(known.sums[neuron]), exact)}"
    words = "The activation makes the neuron's output of its weighted sum."
    if worked.rounding == "two_places" and neuron != "out":
        numbers += f", rounded to {number(known.outputs[neuron])}"
        words += " It is passed on rounded to two places."
    return f"{y} = f({z}) = {formula.output_symbols(z)}", numbers, words


def for_error(worked: Worked, known: Known, t: float, before: float | None) -> Texts:
    """Tell the error of a row with target `t`, added to that of the rows `before`."""
    y, z = number(known.outputs["out"]), known.sums["out"]
    if worked.error == "squared":
        forms, numbers = ["½·(t − y)²"], f"½·({number(t)} − {y if known.outputs['out'] >= 0 else f'({y})'})²"
    elif abs(z) < SURE:
        forms = ["−t·ln y − (1 − t)·ln(1 − y)"]
        numbers = f"−{factor(t)}·ln {y} − (1 − {factor(t)})·ln(1 − {y})"
    else:
        forms = ["−t·ln y − (1 − t)·ln(1 − y)", "ln(1 + e^z) − t·z"]
        numbers = f"ln(1 + e^{factor(z)}) − {factor(t)}·{factor(z)}"
    words = "How far the output is from the target, as one number to make small."
    total = known.error or 0.0
    if before is None:
        return f"E = {' = '.join(forms)}", f"E = {with_result(numbers, total)}", words
    if worked.error != "squared":
        forms, numbers = [f"({form})" for form in forms], f"({numbers})"
    numbers = f"E ← {with_result(f'{number(before)} + {numbers}', total)}"
    return "E ← " + " = ".join(f"E + {form}" for form in forms), numbers, f"{words} {ADDED_UP}"


def for_delta_out(worked: Worked, known: Known, t: float) -> Texts:
    """Tell how the output neuron's δ comes about."""
    y, delta = known.outputs["out"], known.deltas["out"]
    if worked.error == "cross_entropy":
        return (
            "δ = (y − t)/(y·(1 − y))·y·(1 − y) = y − t",
            f"δ = {with_result(f'{number(y)} − {factor(t)}', delta)}",
            "How the error changes with the output neuron's weighted sum. The sigmoid's slope cancels: "
            "with cross-entropy a neuron that is surely wrong still learns fast.",
        )
    formula = FORMULAS[worked.output]
    numbers = f"({number(y)} − {factor(t)})·{formula.slope_numbers(known.sums['out'], y)}"
    return (
        f"δ = (y − t)·{formula.slope_symbols('z', 'y')}",
        f"δ = {with_result(numbers, delta)}",
        "How the error changes with the output neuron's weighted sum: how it changes with the output, "
        f"times the activation's slope {formula.rule}.",
    )


def for_delta(worked: Worked, known: Known, j: int) -> Texts:
    """Tell how the δ of hidden neuron `j` comes about."""
    formula, symbol = FORMULAS[worked.activation], sub("δ", j)
    slope = formula.slope_numbers(known.sums[f"h{j}"], known.outputs[f"h{j}"])
    numbers = f"{slope}·{factor(known.weights[f'v{j}'])}·{factor(known.deltas['out'])}"
    return (
        f"{symbol} = {formula.slope_symbols(sub('z', j), sub('y', j))}·{sub('v', j)}·δ",
        f"{symbol} = {with_result(numbers, known.deltas[f'h{j}'])}",
        "The neuron's share of the error: the δ of each neuron that it feeds times the weight between them, summed up "
        f"(here there is one), times its own slope {formula.rule}.",
    )


def for_gradient(known: Known, name: str, earlier: float | None) -> Texts:
    """Tell the gradient for the parameter `name`, added to that of the rows `earlier`."""
    part = PARAMETERS[name]
    slope, symbols = f"∂E/∂{part.symbol}", sub("δ", INDEX[part.end])
    numbers = factor(known.deltas[part.end])
    words = "A bias adds to its neuron's sum as it is, so its gradient is the neuron's δ."
    if part.start is not None:
        symbols += f"·{output_symbol(part.start)}"
        numbers += f"·{factor(known.outputs[part.start])}"
        words = "The δ of the neuron that the weight leads to, times what comes through the weight."
    total = known.gradients[name]
    if earlier is None:
        return f"{slope} = {symbols}", f"{slope} = {with_result(numbers, total)}", words
    numbers = with_result(f"{number(earlier)} + {numbers}", total)
    return f"{slope} ← {slope} + {symbols}", f"{slope} ← {numbers}", f"{words} {ADDED_UP}"
