"""What one visitor's session answers to a player, honest or not. No browser, no Streamlit."""

import asyncio
from concurrent.futures import Future

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import Experiment, Run, View
from playground.compiled import compilations
from playground.frames import unpack
from playground.player.links import read_changes, write_changes
from playground.player.session import GO_ON, Session
from playground.training import advance

SMALL = Experiment(points=40, hidden=(3,), batch=5)


@pytest.fixture
def session() -> Session:
    return Session(SMALL, View())


def say(session: Session, kind: str, **rest: object):
    """Ask as the player does, and return the answer's header and arrays."""
    news = unpack(session.message())[0]
    return unpack(session.answer({"kind": kind, "run": news["run"], "serial": news["serial"], **rest}))


def train(session: Session, start: int, stop: int) -> None:
    """Ask for the updates one by one; a new run gives few frames at first."""
    while start < stop:
        _, arrays = say(session, "frames", **{"from": start, "stride": 1, "count": stop - start})
        start = int(arrays["update"][-1])


def test_scene_holds_the_untrained_network(session):
    header, arrays = unpack(session.message())
    assert header["kind"] == "scene" and header["count"] == 1
    assert arrays["update"].tolist() == [0]
    assert header["scene"]["network"]["sizes"] == [2, 3, 1]
    assert set(header["scene"]["figures"]) == {"light", "dark"}


def test_frames_are_the_run_s(session):
    header, arrays = say(session, "frames", **{"from": 0, "stride": 4, "count": 6})
    expected = Run(SMALL).advance(6, 4)
    assert header["origin"] == 0 and header["ended"] is None
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, getattr(expected, name))


def test_going_back_makes_the_same_frames_again(session):
    _, first = say(session, "frames", **{"from": 0, "stride": 1, "count": 8})
    _, again = say(session, "frames", **{"from": 4, "stride": 1, "count": 4})
    np.testing.assert_array_equal(first["weights"][4:], again["weights"])


def test_a_live_change_at_the_start_shows_in_the_first_frame(session):
    """What the untrained frame shows depends on some of them; the player draws a new one with a scene."""
    old, before = unpack(session.message())
    train(session, 0, 5)
    session.adopt(SMALL.changed(l2=0.5))
    header, arrays = say(session, "frames", **{"from": 0, "stride": 1, "count": 3})
    assert header["kind"] == "scene" and header["run"] != old["run"] and header["resume"] == 0
    assert arrays["update"].tolist() == [0] and arrays["penalty"] > before["penalty"]
    assert header["query"]["l2"] == "0.5" and "changes" not in header["query"]
    assert session.run.update == 0
    header, arrays = say(session, "frames", **{"from": 0, "stride": 1, "count": 3})
    assert header["kind"] == "frames" and arrays["update"][0] == 1
    # Others leave it as it is, and the frames go on.
    session.adopt(session.experiment.changed(learning_rate=0.5))
    header, arrays = say(session, "frames", **{"from": 0, "stride": 1, "count": 3})
    assert header["kind"] == "frames" and arrays["update"][0] == 1
    session.adopt(session.experiment.changed(l2=0.1))
    assert say(session, "frames", **{"from": 1, "stride": 1, "count": 3})[0]["kind"] == "frames"


def test_live_change_applies_from_the_frame_shown(session):
    train(session, 0, 20)
    session.adopt(SMALL.changed(learning_rate=0.5))
    assert unpack(session.headline(""))[0]["kind"] == "changed"
    train(session, 8, 10)
    say(session, "rest", update=10)
    assert session.query()["changes"] == "0:learning_rate=0.03,8:learning_rate=0.5"
    run = Run(SMALL, [(8, {"learning_rate": 0.5})])
    run.replay(10)
    np.testing.assert_array_equal(run.frame.weights, session.run.frame.weights)


def test_link_leads_back_to_the_same_numbers(session):
    train(session, 0, 12)
    session.adopt(session.experiment.changed(learning_rate=0.5, l2=0.01))
    train(session, 12, 18)
    say(session, "rest", update=18)
    query = session.query()
    other = Session(
        Experiment.from_query(query),
        View.from_query(query),
        update=int(query["update"]),
        changes=query["changes"],
    )
    assert other.take_notices() == [] and other.experiment == session.experiment
    assert unpack(other.message())[0]["resume"] == 18
    at = 0
    while at < 18:
        _, arrays = say(other, "frames", **{"from": at, "stride": 18 - at, "count": 1, "replay": True})
        at = int(arrays["update"][-1])
    np.testing.assert_array_equal(other.run.frame.weights, session.run.frame.weights)


def test_an_ended_run_answers_again(session):
    session.adopt(SMALL.changed(stop_epochs=1))
    for _ in range(2):
        header, arrays = say(session, "frames", **{"from": session.run.update, "stride": 9, "count": 4})
        assert header["kind"] == "frames" and header["ended"]["state"] == "finished"
    assert header["count"] == 0 and arrays["surface"].shape == (0, 1, 49, 49)


def test_a_run_that_diverges_at_once_says_so():
    session = Session(Experiment(data="plane", activation=("relu",), learning_rate=10), View())
    header, arrays = say(session, "frames", **{"from": 0, "stride": 500, "count": 8})
    assert header["count"] == 1 and header["ended"]["state"] == "diverged"
    end = int(arrays["update"][0])
    assert end < 500 and f"after update {end}:" in header["ended"]["reason"]
    header, _ = say(session, "frames", **{"from": end, "stride": 500, "count": 8})
    assert header["count"] == 0 and header["ended"]["state"] == "diverged"


def test_going_back_before_a_change_keeps_the_rate_on_the_screen(session):
    train(session, 0, 20)
    session.adopt(SMALL.changed(learning_rate=0.5))
    train(session, 20, 21)
    train(session, 6, 7)
    assert session.run.experiment.learning_rate == 0.5
    assert [at for at, _ in session.run.changes] == [0, 6]


def test_link_taken_before_the_change_applies(session):
    train(session, 0, 20)
    say(session, "rest", update=20)
    session.adopt(SMALL.changed(learning_rate=0.5))
    assert session.query()["changes"] == "0:learning_rate=0.03,20:learning_rate=0.5"


def test_a_question_from_before_a_change_is_told_of_it(session):
    news = unpack(session.message())[0]
    session.adopt(SMALL.changed(learning_rate=0.5))
    ask = {"kind": "frames", "run": news["run"], "serial": news["serial"], "from": 0, "stride": 1, "count": 3}
    header, _ = unpack(session.answer(ask))
    assert header["kind"] == "changed" and session.run.update == 0


def test_a_player_that_begins_anew_is_led_through_the_same_run(session):
    train(session, 0, 10)
    session.adopt(SMALL.changed(learning_rate=0.5))
    train(session, 10, 15)
    say(session, "rest", update=15)
    weights = session.run.frame.weights
    header, _ = say(session, "scene")
    assert header["resume"] == 15
    at = 0
    while at < 15:
        _, arrays = say(session, "frames", **{"from": at, "stride": 15 - at, "count": 1, "replay": True})
        at = int(arrays["update"][-1])
    np.testing.assert_array_equal(session.run.frame.weights, weights)


def test_reading_the_news_again_changes_nothing(session):
    train(session, 0, 8)
    session.message()
    assert session.run.update == 8


def play(session: Session, goal: int = 10**6, stride: int = 3):
    """Ask for frames until the run ends or is at `goal`, and rest there; return what was said of the end."""
    ended = None
    while ended is None and session.run.update < goal:
        start = session.run.update
        step = min(stride, goal - start)
        header, _ = say(
            session, "frames", **{"from": start, "stride": step, "count": min(4, (goal - start) // step)}
        )
        ended = header["ended"]
    say(session, "rest", update=session.run.update)
    return ended


def opened(query: dict[str, str]) -> Session:
    """Open a link."""
    session = Session(
        Experiment.from_query(query),
        View.from_query(query),
        update=int(query["update"]),
        changes=query.get("changes", ""),
    )
    assert session.take_notices() == []
    return session


def follow(query: dict[str, str]):
    """Open a link and catch up with it as the player does; return the session and what was said of the end."""
    session = opened(query)
    goal, ended = unpack(session.message())[0]["resume"], None
    while session.run.update < goal and ended is None:
        start = session.run.update
        stride = min(goal - start, -(-goal // 5))
        ask = {"from": start, "stride": stride, "count": (goal - start) // stride, "replay": True}
        ended = say(session, "frames", **ask)[0]["ended"]
    return session, ended


RULES = [{"stop_epochs": 9}, {"stop_loss": 0.66}, {"patience": 2, "learning_rate": 2.0}]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_link_to_an_end_leads_there(rule):
    session = Session(SMALL.changed(**rule), View())
    ended = play(session)
    assert ended["state"] == "finished"
    other, again = follow(session.query())
    assert (other.run.update, again) == (session.run.update, ended)
    np.testing.assert_array_equal(other.run.frame.weights, session.run.frame.weights)
    # Played on without a change, both say so again.
    for one in (session, other):
        header, _ = say(one, "frames", **{"from": one.run.update, "stride": 2, "count": 4})
        assert (header["count"], header["ended"]) == (0, ended)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_link_beyond_an_end_that_a_change_passed(rule):
    session = Session(SMALL.changed(**rule), View())
    play(session)
    past = session.run.update
    session.adopt(session.experiment.changed(stop_epochs=0, learning_rate=0.01, stop_loss=0, patience=50))
    early, ended = follow(session.query())  # taken before the change applies
    assert (early.run.update, ended) == (past, None)
    assert play(session, past + 30) is None
    other, ended = follow(session.query())
    assert (other.run.update, ended) == (past + 30, None)
    np.testing.assert_array_equal(other.run.frame.weights, session.run.frame.weights)
    assert play(other, past + 90, stride=1) == play(session, past + 90, stride=13)
    np.testing.assert_array_equal(other.run.frame.weights, session.run.frame.weights)


def test_a_link_that_cannot_be_reached_says_why_and_goes_on_when_told():
    """No run that was played goes past its end without a change."""
    session, ended = follow(SMALL.changed(stop_epochs=3).to_query() | {"update": "500"})
    assert (session.run.epoch, ended["reason"]) == (3.0, f"3 epochs are done. {GO_ON}")
    session.adopt(session.experiment.changed(stop_epochs=5))
    assert play(session)["reason"] == f"5 epochs are done. {GO_ON}"


def test_a_new_run_is_timed_before_it_is_asked_for_much():
    session = Session(Experiment(points=2000, train_share=90, batch=1, hidden=(16,) * 8), View())
    _, arrays = say(session, "frames", **{"from": 0, "stride": 2_000_000_000, "count": 48})
    assert arrays["update"][0] <= 2000


def test_an_answer_that_makes_nothing_does_not_count_as_quick(session):
    session.adopt(SMALL.changed(stop_epochs=1))
    session.message()
    asyncio.run(session.ready())
    for _ in range(3):
        say(session, "frames", **{"from": session.run.update, "stride": 9, "count": 4})
    pace = session._pace.seconds
    assert pace is not None
    for _ in range(5):
        header, _ = say(session, "frames", **{"from": session.run.update, "stride": 9, "count": 4})
        assert header["count"] == 0 and session._pace.seconds == pace


@pytest.mark.parametrize("change", [{"dropout": 0.3}, {"patience": 9}, {"stop_loss": 0.01}], ids=str)
def test_a_live_change_is_compiled_for_before_it_is_answered(change):
    session = Session(SMALL.changed(hidden=(5, 2)), View())
    train(session, 0, 3)
    session.adopt(session.experiment.changed(**change))
    asyncio.run(session.ready())
    before = compilations()
    header, _ = say(session, "frames", **{"from": 3, "stride": 3, "count": 1})
    assert header["count"] == 1 and compilations() == before
    assert len(session.run.changes) == 2
    # A link through the change is prepared for what comes before it and after.
    say(session, "rest", update=6)
    advance.clear_cache()
    other = opened(session.query())
    other.message()
    asyncio.run(other.ready())
    before = compilations()
    _, arrays = say(other, "frames", **{"from": 0, "stride": 3, "count": 2, "replay": True})
    assert arrays["update"].tolist() in ([3], [3, 6])
    assert say(other, "frames", **{"from": 3, "stride": 3, "count": 1, "replay": True})[0]["count"] == 1
    assert compilations() == before


def test_the_compiler_does_not_count_as_pace(session):
    session.message()
    asyncio.run(session.ready())
    for number in range(3):
        say(session, "frames", **{"from": 4 * number, "stride": 1, "count": 4})
    pace = session._pace.seconds
    advance.clear_cache()
    before = compilations()
    say(session, "frames", **{"from": 12, "stride": 1, "count": 4})
    assert compilations() > before and session._pace.seconds == pace


def test_waiting_for_a_run_that_has_gone_ends(session):
    """Another run may begin, in another thread, at any moment while the old one's compiling is waited for."""

    async def scenario() -> None:
        await session.ready()  # nothing was begun
        session.message()
        running, withdrawn = Future(), Future()
        running.set_running_or_notify_cancel()
        session._preparation._begun = [running, withdrawn]
        waiting = asyncio.create_task(session.ready())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await asyncio.to_thread(session.adopt, SMALL.changed(hidden=(2,)))
        assert withdrawn.cancelled()
        running.set_exception(RuntimeError("out of memory"))
        await asyncio.wait_for(waiting, 5)
        await session.ready()

    asyncio.run(scenario())


def test_reset_setting_begins_anew(session):
    number = unpack(session.message())[0]["run"]
    train(session, 0, 3)
    session.adopt(SMALL.changed(hidden=(2, 2)))
    header, _ = unpack(session.message())
    assert header["kind"] == "scene" and header["run"] != number and session.run.update == 0


def test_reset_and_restart(session):
    before = session.run.frame.weights
    train(session, 0, 3)
    header, _ = say(session, "reset")
    assert header["kind"] == "scene" and "update" not in header["query"]
    np.testing.assert_array_equal(session.run.frame.weights, before)
    say(session, "restart")
    assert session.experiment.start != SMALL.start
    assert not np.array_equal(session.run.frame.weights, before)


def test_divergence_is_told():
    session = Session(Experiment(data="plane", hidden=(), learning_rate=10, points=40), View())
    header, arrays = say(session, "frames", **{"from": 0, "stride": 3, "count": 8})
    assert header["ended"]["state"] == "diverged" and "learning rate" in header["ended"]["reason"]
    assert np.isfinite(arrays["train_loss"]).all() and header["count"] == -(-session.run.update // 3)


def test_view_is_checked(session):
    header, _ = say(session, "view", settings={"discretize": True, "speed": "warp"})
    assert "speed='warp'" in header["text"] and header["query"]["discretize"] == "1"
    assert session.view == View(discretize=True)


def test_device_that_is_not_here_falls_back():
    session = Session(SMALL.changed(device="tpu"), View())
    assert session.experiment.device == "auto"
    assert "device='tpu'" in session.take_notices()[0]


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    kind=st.sampled_from(["frames", "view", "rest", "scene", "reset", "nonsense"]) | junk,
    rest=st.dictionaries(st.sampled_from(["from", "stride", "count", "update", "settings", "run"]), junk),
)
@settings(max_examples=150)
def test_nonsense_never_raises_and_loses_nothing(kind, rest):
    session = NONSENSE
    news = unpack(session.message())[0]
    rest.setdefault("run", news["run"])
    rest["serial"] = news["serial"]
    header, _ = unpack(session.answer({"kind": kind, **rest}))
    assert header["kind"] in {"scene", "frames", "noted", "problem"}
    assert session.experiment == SMALL


NONSENSE = Session(SMALL, View())


@pytest.mark.parametrize("ask", [None, 5, "frames", [], {}, {"kind": "frames"}, {"kind": "frames", "run": 1}])
def test_wrong_shapes_are_answered_with_a_sentence(session, ask):
    assert unpack(session.answer(ask))[0]["kind"] in {"problem", "scene"}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 500),
            st.sampled_from(["learning_rate", "l1", "l2", "momentum"]),
            st.floats(0.001, 0.9),
        ),
        max_size=6,
    )
)
@settings(max_examples=40)
def test_changes_round_trip(moves):
    run = Run(SMALL, [(update, {name: value}) for update, name, value in sorted(moves)])
    base, changes = read_changes(write_changes(run.changes), run.changes[-1][1])
    assert base == SMALL
    again = dict(Run(base, changes).changes)
    in_force = SMALL
    for update, experiment in run.changes:  # a change to the same value is none
        in_force = again.get(update, in_force)
        assert in_force == experiment


@pytest.mark.parametrize(
    "text", ["5:hidden=4", "x:learning_rate=0.1", "5:learning_rate=99", "5", "3:learning_rate=0.5", "²:l1=1"]
)
def test_bad_changes_are_refused(text):
    with pytest.raises(ValueError, match=r"change|allowed|settings"):
        read_changes(text, SMALL)


def test_every_link_that_is_written_can_be_read():
    """However many changes there were: a link carries all of them, or leads to the start and says so, once."""
    session = Session(SMALL, View())
    told, carried = [], 0
    for number in range(1, 420, 40):
        rates = [(at, {"learning_rate": 0.01 + at / 10_000}) for at in range(1, number + 1)]
        session.run = Run(SMALL, rates)
        session.experiment = session.run.changes[-1][1]
        header, _ = say(session, "rest", update=number)
        told += [header["text"]] if header["text"] else []
        query = header["query"]
        assert ("update" in query) == ("changes" in query) == (not told)
        if "changes" in query:
            carried = number
            assert opened(query).run.changes == session.run.changes
    assert 200 <= carried < 400
    assert len(told) == 1 and "address leads to the start" in told[0]
    # Begun anew, there is room again.
    say(session, "reset")
    train(session, 0, 2)
    header, _ = say(session, "rest", update=2)
    assert header["query"]["update"] == "2" and not header["text"]


UPDATES = "it must be a whole number up to 2000000000"


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        ({"noise": "0", "update": "20"}, []),
        ({"learnin_rate": "0.1"}, ["'learnin_rate' is no setting; did you mean learning_rate?"]),
        ({"zzzzzz": ""}, ["'zzzzzz' is no setting."]),
        *(
            ({"update": text}, [f"update={text!r} is not allowed: {UPDATES}. The run starts anew."])
            for text in ("-3", "2000000001", "many")
        ),
    ],
)  # fmt: skip
def test_a_link_says_what_it_could_not_use(query, sentences):
    assert Session.from_query(query).take_notices() == sentences


def test_notices_stay_until_they_are_dismissed():
    session = Session.from_query({"noise": "-1"})
    session.amend(lambda _: {"points": 1})
    session.amend(lambda _: {"points": 1})
    assert [sentence.partition(" ")[0] for sentence in session.notices] == ["noise='-1'", "points='1'"]
    assert session.notices == session.notices
    session.take_notices()
    assert session.notices == []


def test_a_page_of_unknown_names_is_cut_short():
    notices = Session.from_query({f"{'q' * 1000}{n}": "x" for n in range(300)}).take_notices()
    assert len(notices) == 6 and notices[-1] == "295 further names in the link are no settings."
    assert max(len(notice) for notice in notices) < 100


def test_a_question_that_comes_late_takes_nothing_from_the_next(session):
    train(session, 0, 20)
    say(
        session, "frames", **{"from": 4, "stride": 1, "count": 1}
    )  # withdrawn, but answered after its successor
    _, arrays = say(session, "frames", **{"from": 20, "stride": 1, "count": 1})
    np.testing.assert_array_equal(arrays["weights"][0], Run(SMALL).advance(21, 1).weights[20])
    header, _ = say(session, "frames", **{"from": 10_000, "stride": 1, "count": 1})
    assert header["kind"] == "problem"  # nobody has been there
