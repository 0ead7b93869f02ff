"""Routes that are slow or fail in a known way, to see how a connection takes it."""

import threading
from collections.abc import Iterator
from functools import partial

from .messages import Ending, Refusal, Reply, Request, json_reply
from .routing import EVERY_METHOD, Route

LONGEST_S = 30
_PAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>\n"


class Drill:
    """What the drills share: the end of the service, which cuts every wait, and a count of calls."""

    def __init__(self, stopping: threading.Event) -> None:
        self.stopping = stopping
        self._lock = threading.Lock()
        self._calls = 0

    def count(self) -> int:
        """Say how often this was called."""
        with self._lock:
            self._calls += 1
            return self._calls


def drill_routes(stopping: threading.Event) -> tuple[Route, ...]:
    """Slow, limited, failing, cut off and misleading answers."""
    drill = Drill(stopping)
    return (
        Route("GET", "/slow", "drills", partial(_slow, drill)),
        Route("GET", "/slow-bytes", "drills", partial(_slow_bytes, drill)),
        Route("GET", "/limited", "drills", _limited, narrow=True),
        *(Route(method, "/fail/{status}", "drills", _fail) for method in EVERY_METHOD),
        *(Route(method, "/flaky", "drills", partial(_flaky, drill)) for method in EVERY_METHOD),
        Route("GET", "/reset", "drills", _reset),
        Route("GET", "/truncated", "drills", _truncated),
        Route("GET", "/not-json", "drills", _not_json),
        Route("GET", "/error-in-200", "drills", _error_in_200),
        *(Route(method, "/empty", "drills", _empty) for method in EVERY_METHOD),
    )


def _slow(drill: Drill, request: Request) -> Reply:
    seconds = _seconds(request, 5)
    drill.stopping.wait(seconds)
    return json_reply({"data": {"waited_s": seconds}})


def _slow_bytes(drill: Drill, request: Request) -> Reply:
    body = b'{"data":{"text":"one byte after the other"}}'
    pause = _seconds(request, 5) / len(body)

    def drip() -> Iterator[bytes]:
        for index in range(len(body)):
            if drill.stopping.wait(pause):
                return
            yield body[index : index + 1]

    return Reply(200, (("Content-Type", "application/json"),), drip(), length=len(body))


def _limited(_: Request) -> Reply:
    return json_reply({"data": {"calls": 1, "limit": "30 per minute"}})


def _fail(request: Request) -> Reply:
    status = request.params["status"]
    if not status.isdecimal() or not 400 <= int(status) <= 599:
        raise Refusal(404, "no_such_route", f"/fail/{status}: a status from 400 to 599 is needed")
    hints = {
        401: (("WWW-Authenticate", 'Bearer realm="practice"'),),
        429: (("Retry-After", "2"),),
        503: (("Retry-After", "2"),),
    }
    message = f"this route always answers {status}"
    raise Refusal(int(status), f"asked_for_{status}", message, headers=hints.get(int(status), ()))


def _flaky(drill: Drill, _: Request) -> Reply:
    call = drill.count()
    if call % 2:
        raise Refusal(503, "flaky", "every second call fails; try again", headers=(("Retry-After", "1"),))
    return json_reply({"data": {"call": call}})


def _reset(_: Request) -> Reply:
    return Reply(200, (("Content-Type", "application/json"),), b'{"data":', 1000, Ending.RESET)


def _truncated(_: Request) -> Reply:
    body = b'{"data":{"items":[{"id":1},{"id":2}'
    return Reply(200, (("Content-Type", "application/json"),), body, len(body) + 500, Ending.CLOSE)


def _not_json(request: Request) -> Reply:
    """A web page where JSON was expected; `?claim=json` also calls it JSON."""
    claimed = "application/json" if request.asked("claim") == "json" else "text/html; charset=utf-8"
    return Reply(200, (("Content-Type", claimed),), _PAGE.encode())


def _error_in_200(_: Request) -> Reply:
    return json_reply(
        {"ok": False, "error": {"code": "quota_used_up", "message": "the monthly quota is used up"}}
    )


def _empty(_: Request) -> Reply:
    return Reply(204)


def _seconds(request: Request, default: int) -> float:
    text = request.asked("seconds")
    if text.replace(".", "", 1).isdecimal() and len(text) < 10:
        return min(float(text), LONGEST_S)
    return request.number("seconds", default, 0, LONGEST_S)
