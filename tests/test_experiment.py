"""The table of settings: links there and back, what is refused and how, and what follows from what."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import Experiment, View
from playground.datasets import DATASETS
from playground.experiment import SETTINGS
from playground.kinds import Choice, Flag, Real, Several, Whole
from playground.nn.losses import LOSSES
from playground.nn.optimizers import OPTIMIZERS
from playground.view import SPEED_LABELS, SPEEDS, VIEW_SETTINGS

ROWS = [pytest.param(owner, row, id=name) for owner, rows in ((Experiment, SETTINGS), (View, VIEW_SETTINGS))
        for name, row in rows.items()]  # fmt: skip
INSTEAD = "The default is used instead."


def values(kind):
    """Every value of `kind`, made from its limits alone."""
    match kind:
        case Choice():
            return st.sampled_from(list(kind.options))
        case Flag():
            return st.booleans()
        case Whole():
            return st.integers(kind.low, kind.high) | (st.just(kind.word) if kind.word else st.nothing())
        case Real():
            inside = st.floats(kind.low, kind.high).map(lambda number: number + 0.0)
            return inside | (st.just(0.0) if kind.or_zero else st.nothing())
        case Several():
            several = st.lists(values(kind.of), min_size=kind.least, max_size=kind.most, unique=kind.distinct)
            return several.map(tuple)
    raise AssertionError(f"{kind} needs a strategy")


@st.composite
def experiments(draw):
    chosen = {name: draw(values(row.kind)) for name, row in SETTINGS.items()}
    problem = DATASETS[chosen["data"]].problem
    losses = [name for name, loss in LOSSES.items() if problem in loss.outputs]
    chosen["problem"] = draw(st.sampled_from(["auto", problem]))
    chosen["loss"] = draw(st.sampled_from(["auto", *losses]))
    in_force = losses[0] if chosen["loss"] == "auto" else chosen["loss"]
    chosen["output"] = draw(st.sampled_from(["auto", *LOSSES[in_force].outputs[problem]]))
    names = values(SETTINGS["activation"].kind.of)
    count = draw(st.sampled_from([1, len(chosen["hidden"]) or 1]))
    chosen["activation"] = tuple(draw(st.lists(names, min_size=count, max_size=count)))
    return Experiment(**chosen)


# The table


def test_the_contracts_names():
    names = (
        "problem data points noise train_share seed inputs hidden activation output initializer bias loss "
        "batch shuffle optimizer learning_rate momentum l1 l2 dropout"
    )
    optimizers = "sgd momentum nesterov adagrad rmsprop adam averaged implicit"
    data = (
        "circle xor gaussians spiral moons checkerboard sine cubic vee truth_table spirals blobs plane hills "
        "ripple"
    )
    assert set(names.split()) <= set(SETTINGS)
    assert set(optimizers.split()) <= set(OPTIMIZERS)
    assert set(data.split()) <= set(DATASETS)
    assert not set(SETTINGS) & set(VIEW_SETTINGS)


@pytest.mark.parametrize(("owner", "row"), ROWS)
def test_a_row_is_complete(owner, row):
    assert row.check(row.default) == row.default == getattr(owner(), row.name)
    assert row.label
    assert row.help.endswith(".")
    assert row.group
    assert row.effect in (("view",) if owner is View else ("reset", "live"))


def test_every_setting_an_optimizer_uses_can_move_while_training():
    assert {SETTINGS[name].effect for entry in OPTIMIZERS.values() for name in entry.uses} == {"live"}


def test_speeds_have_labels():
    assert list(SPEEDS) == list(SPEED_LABELS)
    assert all(
        (updates > 0) != (epochs > 0) and refreshes > 0 for updates, epochs, refreshes in SPEEDS.values()
    )


@pytest.mark.parametrize("owner", [Experiment, View])
def test_it_is_frozen_and_can_be_a_key(owner):
    one = owner()
    assert {one: 1}[owner()] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(one, next(iter(one.to_query())), None)


# Links


@pytest.mark.parametrize(("owner", "row"), ROWS)
def test_a_value_written_and_read_is_the_same(owner, row):
    @settings(max_examples=30)
    @given(values(row.kind))
    def there_and_back(value):
        assert row.check(value) == value
        text = row.kind.write(value)
        assert isinstance(text, str)
        assert text
        read = row.read(text)
        assert read == value
        assert type(read) is type(value)

    there_and_back()


@settings(max_examples=60)
@given(experiments())
def test_a_link_carries_the_whole_experiment(experiment):
    problems = []
    query = experiment.to_query()
    assert set(query) == set(SETTINGS)
    assert Experiment.from_query(query, problems) == experiment
    assert problems == []


def test_other_parameters_are_left_alone():
    problems = []
    assert (
        Experiment.from_query({"utm_source": "x", "speed": "1e", "Data": "xor", "": ""}, problems)
        == Experiment()
    )
    assert problems == []


HOSTILE = [
    "nan", "NaN", "inf", "-inf", "1e999", "-1e999", "٣", "１０", "²", "1_0", "0x10", "1" * 5000, "9" * 30,
    "-9e30", "x" * 1_000_000, "4," * 10_000, ",", "b'\\x00\\xff'", "\x00\xff\ufffe", "None", "[]", "{}", "😀",
    "<script>alert(1)</script>", "'; DROP TABLE", "a=b&c=d", "../../etc/passwd", "%00", "unknown",
]  # fmt: skip


def outside(kind):
    """Texts just outside the limits of `kind`."""
    match kind:
        case Choice():
            name = list(kind.options)[-1]
            return [name.upper(), name + "x", "0"]
        case Flag():
            return ["2", "-1", "yes", "01"]
        case Whole():
            return [str(kind.low - 1), str(kind.high + 1), f"{kind.low}.5", f"{kind.high}.0", "1e2"]
        case Real():
            return [repr(kind.low - 1e-3), repr(kind.high * 1.001), "1,5", "0.1.2"]
        case Several():
            good = kind.of.write(next(iter(kind.of.options)) if isinstance(kind.of, Choice) else kind.of.low)
            twice = [f"{good},{good}"] if kind.distinct else []
            return [
                ",".join([good] * (kind.most + 1)),
                f"{good},",
                f"{good},unknown",
                *outside(kind.of),
                *twice,
            ]
    raise AssertionError(kind)


@pytest.mark.parametrize(("owner", "row"), ROWS)
def test_a_link_with_a_hostile_value_falls_back_with_a_sentence(owner, row):
    empty = [] if isinstance(row.kind, Several) and row.kind.least == 0 else ["", "   "]
    for text in HOSTILE + empty + outside(row.kind):
        problems = []
        assert owner.from_query({row.name: text}, problems) == owner(), text[:50]
        assert len(problems) == 1, text[:50]
        sentence, cut = problems[0], text if len(text) <= 40 else text[:40] + "…"
        assert sentence.startswith(f"{row.name}={cut!r} is not allowed: ")
        assert row.kind.allowed in sentence
        assert sentence.endswith(f". {INSTEAD}")
        assert len(sentence) < 600
        # One bad value takes no other with it.
        kept = next(iter(set(owner().to_query()) - {row.name}))
        assert owner.from_query({row.name: text, kept: owner().to_query()[kept]}, problems) == owner()
        assert len(problems) == 2


@pytest.mark.parametrize("owner", [Experiment, View])
@settings(max_examples=150)
@given(data=st.data())
def test_no_link_raises(owner, data):
    rows = SETTINGS if owner is Experiment else VIEW_SETTINGS
    texts = (
        st.text(max_size=12) | st.sampled_from(HOSTILE) | st.from_regex(r"[-+0-9eE.,_ ]{1,8}", fullmatch=True)
    )
    good = experiments() if owner is Experiment else st.just(View())
    query = data.draw(good).to_query() | data.draw(st.dictionaries(st.sampled_from(list(rows)), texts))
    problems = []
    found = owner.from_query(query, problems)
    assert len(problems) <= len(rows)
    assert len({sentence.partition("=")[0] for sentence in problems}) == len(problems)
    # What it fell back to, or took, is sound: its own link brings it back without a word.
    again = []
    assert owner.from_query(found.to_query(), again) == found
    assert again == []


def test_every_value_bad_at_once():
    problems = []
    assert Experiment.from_query(dict.fromkeys(SETTINGS, "1e999"), problems) == Experiment()
    assert [sentence.partition("=")[0] for sentence in problems] == list(SETTINGS)


def test_nothing_hidden_is_a_linear_model():
    for text in ("", "none"):
        problems = []
        assert Experiment.from_query({"hidden": text}, problems).hidden == ()
        assert problems == []


@pytest.mark.parametrize(
    ("query", "name", "allowed"),
    [
        ({"problem": "regression"}, "problem", "with data=circle it must be one of auto, two_classes"),
        ({"data": "plane", "problem": "two_classes"}, "problem", "auto, regression"),
        ({"data": "plane", "loss": "binary_cross_entropy"}, "loss", "auto, squared_error, huber"),
        ({"loss": "huber"}, "loss", "auto, binary_cross_entropy, squared_error"),
        ({"data": "blobs", "output": "tanh"}, "output", "loss=categorical_cross_entropy it must be one of"),
        ({"output": "linear"}, "output", "auto, sigmoid"),
        ({"loss": "squared_error", "output": "softmax"}, "output", "auto, tanh, sigmoid, linear"),
        ({"activation": "tanh,relu,tanh"}, "activation", "one for each of the 2 hidden layers"),
        ({"activation": "tanh,relu", "hidden": "none"}, "activation", "each of the 0 hidden layers"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_another_falls_back(query, name, allowed):
    problems = []
    found = Experiment.from_query(query, problems)
    assert found == Experiment.from_query({key: text for key, text in query.items() if key != name})
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}={query[name]!r} is not allowed: ")
    assert allowed in problems[0]
    assert problems[0].endswith(INSTEAD)
    with pytest.raises(ValueError, match=f"^{name}='"):
        Experiment(**{key: SETTINGS[key].read(text) for key, text in query.items()})


def test_a_chain_of_values_that_do_not_fit():
    problems = []
    query = {"problem": "regression", "loss": "huber", "output": "softmax", "activation": "tanh,tanh,tanh"}
    assert Experiment.from_query(query, problems) == Experiment()
    assert [sentence.partition("=")[0] for sentence in problems] == [
        "problem",
        "loss",
        "output",
        "activation",
    ]


# Python

BAD = [
    None, float("nan"), float("inf"), -float("inf"), b"1", bytearray(b"1"), memoryview(b"12"), object(), 1j,
    {}, {1}, 10**5000, -(10**5000), "unknown", ("unknown",), (4,) * 10_000, "x" * 1_000_000, [[1]], lambda: 1,
]  # fmt: skip


@pytest.mark.parametrize(("owner", "row"), ROWS)
def test_a_wrong_value_is_named_with_what_is_allowed(owner, row):
    for value in BAD:
        with pytest.raises(ValueError, match=rf"^{row.name}=.* not allowed: it must be ") as caught:
            owner(**{row.name: value})
        assert row.kind.allowed in str(caught.value)
        assert len(str(caught.value)) < 600
        if isinstance(value, (str, type(None), complex)):
            assert str(value)[:40] in str(caught.value)


def test_unknown_names_are_refused():
    with pytest.raises(TypeError, match="learning_rat"):
        Experiment(learning_rat=1)
    with pytest.raises(TypeError, match="learning_rat"):
        Experiment().changed(learning_rat=1)


# What follows from what


def test_automatic_choices():
    two, several, number = Experiment(), Experiment(data="blobs", classes=4), Experiment(data="plane")
    assert [(e.kind_of_problem, e.loss_name, e.output_name, e.outputs) for e in (two, several, number)] == [
        ("two_classes", "binary_cross_entropy", "sigmoid", 1),
        ("several_classes", "categorical_cross_entropy", "softmax", 4),
        ("regression", "squared_error", "linear", 1),
    ]
    squared = Experiment(loss="squared_error")
    assert (squared.loss_name, squared.output_name) == ("squared_error", "tanh")
    assert Experiment(loss="squared_error", output="linear").output_name == "linear"


def test_sizes_and_activations():
    e = Experiment(inputs=("x1", "sin_x2", "x1_x2"), hidden=(4, 2), data="spirals", classes=5)
    assert e.sizes == (3, 4, 2, 5)
    assert e.activations == ("tanh", "tanh")
    assert Experiment(activation=("relu", "step")).activations == ("relu", "step")
    assert (Experiment(hidden=()).sizes, Experiment(hidden=()).activations) == ((2, 1), ())


# What changes


def test_changed_leaves_the_rest_alone():
    old = Experiment(points=100, l2=0.1, loss="squared_error", output="linear")
    new = old.changed(learning_rate=1, hidden=8)
    assert (new.learning_rate, new.hidden) == (1.0, (8,))
    assert dataclasses.replace(old, learning_rate=1, hidden=8) == new
    assert old.changed() == old


def test_changed_lets_go_of_what_no_longer_fits():
    old = Experiment(problem="two_classes", loss="binary_cross_entropy", output="sigmoid", points=100)
    assert old.changed(data="plane") == Experiment(data="plane", points=100)
    assert old.changed(data="xor") == Experiment(
        data="xor", loss="binary_cross_entropy", output="sigmoid", points=100
    )
    assert Experiment(loss="squared_error", output="linear").changed(loss="auto") == Experiment()


@pytest.mark.parametrize(
    ("hidden", "activation"),
    [
        ((3,), ("relu",)),
        ((3, 3), ("relu", "sine")),
        ((3,) * 4, ("relu", "sine", "elu", "elu")),
        ((), ("elu",)),
    ],
)
def test_changed_keeps_an_activation_for_each_layer(hidden, activation):
    old = Experiment(hidden=(4, 4, 4), activation=("relu", "sine", "elu"))
    assert old.changed(hidden=hidden).activation == activation


@pytest.mark.parametrize(("name", "value"), [("points", -5), ("activation", "nonsense"), ("hidden", (99,))])
def test_changed_refuses_what_is_not_allowed(name, value):
    """It does not quietly take the default."""
    with pytest.raises(ValueError, match=f"^{name}="):
        Experiment(points=100, activation="relu").changed(**{name: value})


@pytest.mark.parametrize("activation", ["relu", ("relu",), ["relu", "elu"]])
def test_changed_takes_what_the_constructor_takes(activation):
    assert Experiment().changed(activation=activation) == Experiment(activation=activation)


def test_with_values_keeps_what_was_there():
    old, problems = Experiment(points=100, noise=5), []
    new = old.with_values({"points": -5, "noise": 7, "batch": "half"}, problems)
    assert new == old.changed(noise=7)
    assert [sentence.partition("=")[0] for sentence in problems] == ["points", "batch"]
    assert View().with_values({"log_loss": True, "axis": None}) == View(log_loss=True)


def test_only_settings_that_start_anew_are_in_the_reset_part():
    old = Experiment()
    other = {
        "problem": "two_classes", "data": "xor", "inputs": ("x1",), "hidden": (3,), "activation": "relu",
        "output": "sigmoid", "initializer": "zeros", "loss": "squared_error", "batch": "full",
        "shuffle": False, "optimizer": "adam", "device": "cpu",
    }  # fmt: skip
    for name, row in SETTINGS.items():
        value = other.get(name, row.kind.high if isinstance(row.kind, (Whole, Real)) else None)
        new = old.changed(**{name: value})
        assert new != old, name
        assert (new.reset_part() != old.reset_part()) == (row.effect == "reset"), name
