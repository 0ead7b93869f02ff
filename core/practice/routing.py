"""Which handler answers: a table of methods and paths."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .messages import Refusal, Reply, Request

Handler = Callable[[Request], Reply]
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, ``{name}`` standing for one segment. No ``scope``: open to everybody."""

    method: str
    path: str
    scope: str | None
    handler: Handler
    narrow: bool = False

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Give the named segments when the path fits."""
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        found = {}
        for expected, segment in zip(pattern, segments, strict=True):
            if expected.startswith("{") and segment:
                found[expected[1:-1]] = segment
            elif expected != segment:
                return None
        return found


class RouteTable:
    """All routes of the service, looked up by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Give the route and its named segments; refuses with 404, or with 405 and the methods that fit."""
        segments = path.split("/")
        fitting = [(route, found) for route in self._routes if (found := route.match(segments)) is not None]
        if not fitting:
            raise Refusal(404, "no_such_route", f"there is no route {path}")
        wanted = "GET" if method == "HEAD" else method
        for route, found in fitting:
            if route.method == wanted:
                return route, found
        allowed = ", ".join(sorted({route.method for route, _ in fitting}))
        raise Refusal(
            405, "method_not_allowed", f"{path} takes {allowed}, not {method}", headers=(("Allow", allowed),)
        )
