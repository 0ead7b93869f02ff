"""The tabs of the workspace, and the line that shows which one is open."""

from collections.abc import Callable
from typing import Final

from .places import AppsPlace, AuthenticationsPlace, CertificatesPlace, Place, SecretsPlace
from .spans import Span, Spans

TABS: Final[tuple[tuple[str, Callable[[], Place]], ...]] = (
    ("Authentications", AuthenticationsPlace),
    ("Provider apps", AppsPlace),
    ("Certificates", CertificatesPlace),
    ("Secrets", SecretsPlace),
)


def place_beside(title: str, steps: int) -> Place:
    """Give the place of the tab so many steps from one; after the last comes the first."""
    titles = [one for one, _ in TABS]
    _, make = TABS[(titles.index(title) + steps) % len(TABS)]
    return make()


def tab_spans(chosen: str, keys: str = "") -> Spans:
    """Give the line of tabs, and the keys that go to those beside."""
    spans: list[Span] = [(" ", "")]
    for title, _ in TABS:
        spans += [(f" {title} ", "selected" if title == chosen else "quiet"), (" ", "")]
    return [*spans, (f"  {keys}", "key")] if keys else spans
