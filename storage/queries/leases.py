"""Leases: what one process at a time may do, held in the database."""

from collections.abc import Callable

from sqlmodel import Session

from ..tables import LeaseTable


def take_lease(
    session: Session, name: str, holder: str, taken_us: int, is_alive: Callable[[str], bool]
) -> LeaseTable | None:
    """Take a lease that is free or whose holder died; give who has it when somebody else does."""
    row = session.get(LeaseTable, name)
    if row is not None and row.holder != holder and is_alive(row.holder):
        return row
    session.merge(LeaseTable(name=name, holder=holder, taken_us=taken_us))
    return None


def lease_holder(session: Session, name: str) -> str | None:
    """Give who has a lease."""
    row = session.get(LeaseTable, name)
    return row.holder if row is not None else None


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give a lease back, if it is still this holder's."""
    row = session.get(LeaseTable, name)
    if row is not None and row.holder == holder:
        session.delete(row)
