"""The route where a player asks: only the page that holds the token gets an answer, whatever is sent."""

import gc
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground import Experiment, View
from playground.frames import unpack
from playground.player.server import LONGEST_ASK, register, routes
from playground.player.session import Session

SMALL = Experiment(points=40, hidden=(3,), batch=5)


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=routes())) as client:
        yield client


@pytest.fixture
def session() -> Session:
    return Session(SMALL, View())


def test_frames_come_back(client, session):
    token = register(session)
    news = unpack(session.message(token))[0]
    ask = {"kind": "frames", "run": news["run"], "serial": news["serial"], "from": 0, "stride": 2, "count": 3}
    answer = client.post(f"/player/ask/{token}", json=ask)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    header, arrays = unpack(answer.content)
    assert header["kind"] == "frames" and arrays["update"].tolist() == [2, 4, 6]


def told(session):
    header = unpack(session.message())[0]
    return {"run": header["run"], "serial": header["serial"]}


@pytest.mark.parametrize(
    ("settings", "kind"), [({"learning_rate": 0.3}, "changed"), ({"hidden": (2,)}, "scene")]
)
def test_news_comes_when_there_is_some(client, session, settings, kind):
    token, known = register(session), told(session)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.post, f"/player/ask/{token}", json={"kind": "news", **known})
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        session.adopt(session.experiment.changed(**settings))
        header = unpack(waiting.result(10).content)[0]
    assert header["kind"] == kind and {"run": header["run"], "serial": header["serial"]} == told(session)
    assert header["serial"] != known["serial"]
    # Who missed it is told at once.
    assert unpack(client.post(f"/player/ask/{token}", json={"kind": "news", **known}).content)[0] == header


def test_no_news_is_said_after_a_while(client, session, monkeypatch):
    monkeypatch.setattr("playground.player.news.NEWS_SECONDS", 0.2)
    token, known = register(session), told(session)
    header = unpack(client.post(f"/player/ask/{token}", json={"kind": "news", **known}).content)[0]
    assert header["kind"] == "noted" and session.news._listeners == set()


@pytest.mark.parametrize("kind", ["rest", "view", "reset", "restart", "scene"])
def test_only_frames_wait_for_the_compiler(client, session, kind):
    token, known = register(session), told(session)
    never = Future()
    session._preparation._begun = [never]
    ask = {"kind": kind, "update": 0, "settings": {}, **known}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, f"/player/ask/{token}", json=ask)
        try:
            assert unpack(answer.result(5).content)[0]["kind"] in {"noted", "scene"}
        finally:
            never.cancel()


def test_a_fault_is_logged_and_told(client, session, monkeypatch, caplog):
    token, known = register(session), told(session)
    ask = {"kind": "frames", "from": 0, "stride": 1, "count": 2, **known}

    def fails(*_: object) -> None:
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9999 bytes")

    with monkeypatch.context() as broken:
        broken.setattr(session.run, "advance", fails)
        answer = client.post(f"/player/ask/{token}", json=ask)
    header, _ = unpack(answer.content)
    assert answer.status_code == 200 and header["kind"] == "problem" and "fault" in header["text"]
    assert "RESOURCE_EXHAUSTED" in caplog.text and "Traceback" in caplog.text
    # It goes on when the fault is gone.
    assert unpack(client.post(f"/player/ask/{token}", json=ask).content)[1]["update"].tolist() == [1, 2]


def test_nobody_else_may_ask(client, session):
    token = register(session)
    assert client.post("/player/ask/guess", json={}).status_code == 410
    refused = client.post(f"/player/ask/{token}", json={}, headers={"origin": "https://elsewhere.example"})
    assert refused.status_code == 403
    assert client.get(f"/player/ask/{token}").status_code == 405
    assert (
        client.post(f"/player/ask/{token}", json={}, headers={"origin": "http://testserver"}).status_code
        == 200
    )


def test_a_session_that_is_gone_is_not_kept(client):
    token = register(Session(SMALL, View()))
    gc.collect()
    answer = client.post(f"/player/ask/{token}", json={})
    assert answer.status_code == 410 and "reload" in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"\xff\xfe", 400), (b"[" * 3000, 400), (b" " * (LONGEST_ASK + 1), 413)],
)
def test_nonsense_is_refused(client, session, body, status):
    assert client.post(f"/player/ask/{register(session)}", content=body).status_code == status


def test_files_are_served(client):
    from playground.player.static_files import STATIC, static_version

    for path in STATIC.iterdir():
        answer = client.get(f"/player/{static_version()}/{path.name}")
        assert answer.status_code == 200 and answer.content == path.read_bytes()
    assert client.get("/player/vendor/plotly.min.js").status_code == 200
