"""Put secrets where they are kept, and take them back when what they are for fails."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from storage.ids import new_id
from storage.records import Authentication

from .keeper import Keeper


@contextmanager
def placed(keeper: Keeper, owner: str, secrets: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Keep plain secrets in the vault and give where each is; references are only noted.

    Each gets a name of its own, so that nothing is replaced before what uses it is saved.
    """
    found: dict[str, str] = {}
    try:
        for key, value in secrets.items():
            found[key] = keeper.place(f"{owner}/{key}/{new_id('')}", value)
        yield found
    except BaseException:
        forget_all(keeper, found)
        raise


def places_of(row: Authentication) -> dict[str, str]:
    """Give where the secrets of an authentication are, and the tokens that were obtained with them."""
    return {**row.secrets, **({" tokens": row.tokens} if row.tokens else {})}


def left_by(row: Authentication) -> dict[str, str]:
    """Give where an authentication may have left secrets, also tokens that its row does not name.

    Whoever died between the vault and the row could not note them.
    """
    return {" tokens": f"vault:{row.id}/tokens", **places_of(row)}


def forget_all(keeper: Keeper, places: Mapping[str, str]) -> None:
    """Forget the secrets at these places."""
    for where in places.values():
        keeper.forget(where)


def replaced(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Give the places that are used no more."""
    return {key: where for key, where in before.items() if now.get(key) != where}
