"""Comparisons: the lanes' own settings, and their round trip through a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.compare.comparison import COMPARISON_SETTINGS, OWN, Comparison
from playground.experiment import SETTINGS, Experiment

lanes = st.lists(st.one_of(st.integers(1, 500), st.just("full")), min_size=2, max_size=4).map(tuple)


@given(batches=lanes, data=st.data())
def test_a_link_leads_to_the_same_comparison(batches, data):
    def each(values):
        return data.draw(st.one_of(st.tuples(values), st.tuples(*[values] * len(batches))))

    words = st.text(
        st.characters(categories=["L", "N", "P", "S"], exclude_characters=","), min_size=1, max_size=24
    )
    comparison = Comparison(
        batches=batches,
        optimizers=each(st.sampled_from(["sgd", "adam", "momentum"])),
        rates=each(st.floats(1e-5, 10)),
        momenta=each(st.floats(0, 0.999)),
        names=data.draw(st.one_of(st.just(()), st.tuples(*[words] * len(batches)))),
        clock=data.draw(st.sampled_from(["updates", "epochs", "examples", "seconds"])),
    )
    problems = []
    again = Comparison.from_query(comparison.to_query(), problems)
    if "none" not in comparison.names:  # the word for no value
        assert again == comparison
    assert problems == [] or "none" in comparison.names


def test_lanes_are_experiments_that_differ_in_their_own_settings_only():
    comparison = Comparison(
        data="xor", start=7, batches=(1, "full"), optimizers=("sgd", "adam"), rates=(0.1, 0.2), momenta=(0.5,)
    )
    one, two = comparison.lanes
    assert (one.batch, one.optimizer, one.learning_rate, one.momentum) == (1, "sgd", 0.1, 0.5)
    assert (two.batch, two.optimizer, two.learning_rate, two.momentum) == ("full", "adam", 0.2, 0.5)
    for name in set(SETTINGS) - set(OWN.values()):
        assert getattr(one, name) == getattr(two, name) == getattr(comparison, name)


@pytest.mark.parametrize("batch", [1, 10, 32, "full"])
def test_a_link_to_an_experiment_compares_the_three_batch_modes_of_it(batch):
    experiment = Experiment(data="moons", hidden=(5,), batch=batch, learning_rate=0.3, optimizer="adam")
    comparison = Comparison.from_query(experiment.to_query())
    assert comparison == Comparison.of(experiment)
    first, second, third = comparison.lanes
    assert (first.batch, third.batch) == (1, "full")
    assert second.batch == (32 if batch == 32 else 10)
    assert {lane.learning_rate for lane in comparison.lanes} == {0.3}
    assert {lane.optimizer for lane in comparison.lanes} == {"adam"}


def test_lanes_that_come_and_go_keep_the_others_settings():
    comparison = Comparison(batches=(1, 10, "full"), rates=(0.1, 0.2, 0.3))
    assert comparison.changed(batches=(1, 10)).rates == (0.1, 0.2)
    assert comparison.changed(batches=(1, 10, "full", 50)).rates == (0.1, 0.2, 0.3, 0.3)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"batches": "1"}, "batches"),
        ({"batches": "1,2,3,4,5"}, "batches"),
        ({"batches": "1,full", "rates": "0.1,0.2,0.3"}, "rates"),
        ({"batches": "1,full", "rates": "0.1,nan"}, "rates"),
        ({"batches": "1,full", "optimizers": "sgd,nonsense"}, "optimizers"),
        ({"batches": "1,full", "names": "a,b,c"}, "names"),
        ({"batches": "1,full", "names": "x" * 30}, "names"),
        ({"batches": "1,full", "clock": "sundial"}, "clock"),
    ],
)
def test_what_cannot_be_used_is_told_and_left_out(query, word):
    problems = []
    comparison = Comparison.from_query(query, problems)
    assert len(problems) == 1 and problems[0].startswith(f"{word}=")
    assert getattr(comparison, word) == COMPARISON_SETTINGS[word].default


def test_names_are_told_apart():
    assert Comparison(batches=(10, 10, 1)).lane_names == ["Mini-batch 10", "Mini-batch 10 (2)", "Stochastic"]
    assert Comparison(batches=(1, "full"), names=("mine", "")).lane_names == ["mine", "Full batch"]
    assert Comparison(batches=(1, 1, 1), names=("a (3)", "a", "a")).lane_names == ["a (3)", "a", "a (4)"]
    assert Comparison(batches=(1, 1, 1), names=("a", "a", "a (2)")).lane_names == ["a", "a (3)", "a (2)"]
    assert Comparison(batches=(1, 1), names=("a",)).lane_names == ["a", "a (2)"]


endings = st.lists(
    st.sampled_from(["", " (1)", " (2)", " (3)", " (4)", " (2) (3)", " (5)"]), min_size=4, max_size=4
)


@given(
    endings=endings, batches=st.tuples(*[st.sampled_from([1, 10, "full"])] * 4), stem=st.sampled_from("aB")
)
def test_no_two_lanes_have_the_same_name(endings, batches, stem):
    names = tuple(f"{stem}{ending}" if ending != " (5)" else "" for ending in endings)
    found = Comparison(batches=batches, names=names).lane_names
    assert len(set(found)) == 4
    for name, each in zip(names, found, strict=True):
        assert each.startswith(name)
    # The first who has a name keeps it.
    assert all(found[names.index(name)] == name for name in set(names) if name)
