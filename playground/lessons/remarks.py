"""What is often got wrong at the steps of training: a sentence or two for each, where it belongs."""

from __future__ import annotations

from playground.lessons.chain_rule import passes
from playground.lessons.worked import SIGN_CONVENTION, Worked
from playground.lessons.writing import number

SYMMETRY = (
    "Why random, and not all 0? Neurons with the same weights get the same δ: they would stay alike for ever and be "
    "worth no more than one."
)
ROUNDED = "Rounded on the way, as with pen and paper"
PRINTED = "Texts that print 1.235 for their example here have done that."
HALVED = (
    "The ½ is there to cancel the 2 of the derivative. Without it every gradient is twice as large, and the same steps "
    "need half the learning rate."
)
SIGMA = (
    "Texts often leave out the Σ and write Δ. With one output neuron there is one term; with several outputs, their "
    "δ·weight must be added up. It is the old weight that counts, not one that has been updated already."
)
SUMMED = (
    "Here a batch adds the gradients of its rows up. The Train page averages them: there the same step needs a rate "
    "four times as large."
)
ALL_FIRST = (
    "All gradients come first, then all updates: a weight changed halfway would falsify the δ behind it."
)
ONLINE = (
    "Learning row by row is called online or stochastic learning. “Reinforcement learning” is something else: there "
    "nobody says which answer would have been right, only how good the outcome was."
)
EPOCH = "An epoch is one pass through all rows: one update in a batch, four row by row."


def remark(worked: Worked, kind: str, neuron: str | None = None, row: int = 0) -> str:
    """Return what is often got wrong at a step of this kind, at this neuron, in this row; empty where nothing is."""
    match kind:
        case "start":
            return SYMMETRY
        case "sum" if neuron == "out" and worked.rounding == "two_places":
            return _rounded(worked, row)
        case "error" if worked.error == "squared":
            return HALVED
        case "delta":
            return SIGN_CONVENTION if neuron == "out" else SIGMA
        case "gradient" if worked.mode == "batch":
            return SUMMED
        case "update":
            return ALL_FIRST
        case "next":
            return ONLINE if worked.mode == "row" else EPOCH
    return ""


def _rounded(worked: Worked, row: int) -> str:
    """Return what rounding the hidden outputs has made of the output neuron's sum."""
    x, t = worked.rows
    sums = {
        rounding: number(float(passes(worked.changed(rounding=rounding), worked.values, x, t).sum_out[row]))
        for rounding in ("none", "two_places")
    }
    if sums["none"] == sums["two_places"]:
        return f"{ROUNDED}: here that changes nothing of the sum."
    said = f"{ROUNDED}: without rounding the sum is {sums['none']} instead of {sums['two_places']}."
    return f"{said} {PRINTED}" if sums["two_places"] == "1.235" else said
