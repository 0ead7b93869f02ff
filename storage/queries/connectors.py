"""Connector revisions: every one that was ever used, kept by content hash."""

from sqlmodel import Session, col, select

from ..packing import pack_bytes, unpack_bytes
from ..records import ConnectorRevision
from ..tables import ConnectorRevisionTable


def keep_revision(session: Session, revision: ConnectorRevision) -> None:
    """Keep a revision; one with the same hash is kept already and stays as it is."""
    if session.get(ConnectorRevisionTable, revision.hash) is not None:
        return
    codec, content = pack_bytes(revision.compiled)
    session.add(
        ConnectorRevisionTable(
            hash=revision.hash,
            handle=revision.handle,
            revision=revision.revision,
            name=revision.name,
            type=revision.type,
            source=revision.source,
            created_us=revision.created_us,
            codec=codec,
            content=content,
        )
    )


def revisions_of(session: Session, handle: str) -> tuple[ConnectorRevision, ...]:
    """Give the kept revisions of one connector, the newest first."""
    table = ConnectorRevisionTable
    query = select(table).where(table.handle == handle)
    newest_first = query.order_by(col(table.revision).desc(), col(table.created_us).desc())
    return tuple(_record(row) for row in session.exec(newest_first))


def list_revisions(session: Session) -> tuple[ConnectorRevision, ...]:
    """Give all kept revisions by handle, the newest of each first."""
    table = ConnectorRevisionTable
    order = (col(table.handle), col(table.revision).desc(), col(table.created_us).desc())
    return tuple(_record(row) for row in session.exec(select(table).order_by(*order)))


def _record(row: ConnectorRevisionTable) -> ConnectorRevision:
    return ConnectorRevision(
        hash=row.hash,
        handle=row.handle,
        revision=row.revision,
        name=row.name,
        type=row.type,
        source=row.source,
        compiled=unpack_bytes(row.codec, row.content),
        created_us=row.created_us,
    )
