"""What there is to say of each activation beside its curve: its range, its use, and where it stops learning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """What a person should know of an activation.

    Attributes
    ----------
    span : str
        Which outputs there are.
    use : str
        Where it is used.
    dies : str
        Where its slope comes to nothing, and what that means for learning.
    """

    span: str
    use: str
    dies: str


FACTS: dict[str, Fact] = {
    "linear": Fact(
        "(−∞, ∞)",
        "The output of a regression. In hidden layers it adds nothing: linear layers one after another are one "
        "linear layer.",
        "Nowhere: the slope is 1 everywhere.",
    ),
    "step": Fact(
        "{0, 1}",
        "The first artificial neurons and the perceptron. A threshold θ is a bias with its sign turned: z ≥ θ is the "
        "same as z − θ ≥ 0.",
        "Everywhere: no slope, no gradient. The perceptron rule trains it without one.",
    ),
    "sigmoid": Fact(
        "(0, 1)",
        "The output of a yes-or-no question, read as a probability; gates of recurrent networks.",
        "Far from 0 on both sides. It is often said that it sticks at strongly negative inputs; at strongly positive "
        "ones it does so just as much, and what counts is the weighted sum, not an input.",
    ),
    "tanh": Fact(
        "(−1, 1)",
        "Hidden layers of small and of recurrent networks. It is a sigmoid stretched and centred: "
        "tanh z = 2σ(2z) − 1.",
        "Far from 0 on both sides, sooner than the sigmoid; near 0 its slope is 1, four times the sigmoid's.",
    ),
    "relu": Fact(
        "[0, ∞)",
        "Hidden layers nearly everywhere: cheap, and slope 1 wherever it is on.",
        "At every z below 0. A neuron that is there for every row of the data gets no gradient and stays as it is: "
        "it is dead.",
    ),
    "leaky_relu": Fact(
        "(−∞, ∞)",
        "In place of ReLU where neurons die.",
        "Nowhere, but below 0 only a hundredth of the gradient passes.",
    ),
    "elu": Fact(
        "(−1, ∞)",
        "In place of ReLU; its outputs lie more evenly around 0.",
        "Far below 0, where it flattens out at −1.",
    ),
    "gelu": Fact(
        "[−0.17, ∞)",
        "Transformers. It turns back below 0, so it is not monotonic.",
        "Far below 0, and at one point, z ≈ −0.75, where it turns. Its slope goes above 1.",
    ),
    "silu": Fact(
        "[−0.278, ∞)",
        "Large networks for pictures and texts; also called swish. It is not monotonic either.",
        "Far below 0, and at one point, z ≈ −1.28, where it turns. Its slope goes above 1.",
    ),
    "softplus": Fact(
        "(0, ∞)",
        "Outputs that must be positive, such as a spread.",
        "Far below 0. Its slope is the sigmoid.",
    ),
    "sine": Fact(
        "[−1, 1]",
        "Networks that draw pictures and waves from coordinates.",
        "At every top and every bottom of the wave, again and again.",
    ),
}
"""By the names of `playground.nn.activations`."""
