"""The tables of the database; what the rest of the product sees are the records made from their rows."""

from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from .packing import pack_json, unpack_json


class Json(TypeDecorator[Any]):
    """A column that holds JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give the text to keep."""
        return None if value is None else pack_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Give the value that was kept."""
        return unpack_json(value)


class Row(SQLModel, registry=registry()):
    """The root of our tables, with a registry of its own."""


def _json(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(Json, nullable=nullable))


class ProjectTable(Row, table=True):
    """A project; ``name_key`` is the name without its case."""

    __tablename__ = "project"

    id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=Text)
    production: bool
    created_us: int


class ConnectorRevisionTable(Row, table=True):
    """One kept revision of a connector; ``content`` is its compiled form in ``codec``."""

    __tablename__ = "connector_revision"

    hash: str = Field(primary_key=True, sa_type=Text)
    handle: str = Field(sa_type=Text)
    revision: int
    name: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    created_us: int
    codec: int
    content: bytes = Field(sa_type=LargeBinary)


class AuthenticationTable(Row, table=True):
    """An authentication without its secrets."""

    __tablename__ = "authentication"

    id: str = Field(primary_key=True, sa_type=Text)
    project_id: str = Field(sa_type=Text, foreign_key="project.id")
    name: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=Text)
    connector: str = Field(sa_type=Text)
    method: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    values: dict[str, Any] = _json()
    secrets: dict[str, str] = _json()
    created_us: int
    updated_us: int
    expires_us: int | None = None
    last_used_us: int | None = None
    provider_app: str | None = Field(default=None, sa_type=Text)
    tokens: str | None = Field(default=None, sa_type=Text)
    refresh_expires_us: int | None = None
    scopes: list[str] | None = _json(nullable=True)
    captured: dict[str, Any] = _json()
    refreshed_us: int | None = None
    refresh_failed_us: int | None = None
    refresh_failures: int = 0
    refresh_error: str | None = Field(default=None, sa_type=Text)
    rotation_us: int | None = None
    origins: str | None = Field(default=None, sa_type=Text)
    idle_expires_us: int | None = None


class ProviderAppTable(Row, table=True):
    """A client that is registered at a provider, without its secrets."""

    __tablename__ = "provider_app"

    id: str = Field(primary_key=True, sa_type=Text)
    project_id: str = Field(sa_type=Text, foreign_key="project.id")
    name: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=Text)
    provider: str = Field(sa_type=Text)
    client_id: str = Field(sa_type=Text)
    values: dict[str, Any] = _json()
    secrets: dict[str, str] = _json()
    created_us: int
    updated_us: int


class CertificateTable(Row, table=True):
    """A client certificate: what it says, and where it and its key are."""

    __tablename__ = "certificate"

    id: str = Field(primary_key=True, sa_type=Text)
    project_id: str = Field(sa_type=Text, foreign_key="project.id")
    name: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    issuer: str = Field(sa_type=Text)
    serial: str = Field(sa_type=Text)
    secrets: dict[str, str] = _json()
    not_before_us: int
    not_after_us: int
    created_us: int
    updated_us: int


class LeaseTable(Row, table=True):
    """Something that one process at a time may do; ``holder`` is the name of its claim."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True, sa_type=Text)
    holder: str = Field(sa_type=Text)
    taken_us: int


class ConnectionTable(Row, table=True):
    """A connection; its name is unique among those that are not deleted."""

    __tablename__ = "connection"

    id: str = Field(primary_key=True, sa_type=Text)
    project_id: str = Field(sa_type=Text, foreign_key="project.id")
    name: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=Text)
    connector: str = Field(sa_type=Text)
    connector_revision: int
    connector_hash: str = Field(sa_type=Text)
    authentication: str | None = Field(default=None, sa_type=Text)
    state: str = Field(sa_type=Text)
    variables: dict[str, Any] = _json()
    secrets: dict[str, str] = _json()
    revision: int
    locked_reason: str | None = Field(default=None, sa_type=Text)
    certificate: str | None = Field(default=None, sa_type=Text)
    time_zone: str | None = Field(default=None, sa_type=Text)
    date_format: str | None = Field(default=None, sa_type=Text)
    rate_limit_calls: int | None = None
    rate_limit_unit: str | None = Field(default=None, sa_type=Text)
    rate_limit_duration: int | None = None
    pool: str | None = Field(default=None, sa_type=Text)
    log_level: str = Field(sa_type=Text)
    last_test_operation: str | None = Field(default=None, sa_type=Text)
    last_test_verdict: str | None = Field(default=None, sa_type=Text)
    last_test_us: int | None = None
    last_test_stages: list[Any] = _json()
    wizard_page: str | None = Field(default=None, sa_type=Text)
    created_us: int
    updated_us: int
    deleted_us: int | None = None


class OperationTable(Row, table=True):
    """An operation; ``seq`` is the order in which operations began, the rest as in the record."""

    __tablename__ = "operation"

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Text)
    project_id: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_column=Column(Text(collation="NOCASE"), nullable=False))
    state: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    process: str = Field(sa_type=Text)
    started_us: int
    ended_us: int | None = None
    took_us: int | None = None
    connection_id: str | None = Field(default=None, sa_type=Text)
    connection: str | None = Field(sa_column=Column(Text(collation="NOCASE")))
    connection_revision: int | None = None
    connector: str | None = Field(default=None, sa_type=Text)
    connector_revision: int | None = None
    connector_hash: str | None = Field(default=None, sa_type=Text)
    writes: bool
    records: int
    pages: int
    requests: int
    retries: int
    bytes: int
    method: str | None = Field(default=None, sa_type=Text)
    path: str | None = Field(default=None, sa_type=Text)
    status: int | None = None
    result: str | None = Field(default=None, sa_type=Text)
    error_class: str | None = Field(default=None, sa_type=Text)
    error_message: str | None = Field(default=None, sa_type=Text)
    error_remedy: str | None = Field(default=None, sa_type=Text)
    error_retryable: bool | None = None
    error_status: int | None = None
    error_rule: str | None = Field(default=None, sa_type=Text)
    input: dict[str, Any] | None = _json(nullable=True)


class ExchangeTable(Row, table=True):
    """One request and its response, without the bodies."""

    __tablename__ = "exchange"

    seq: int | None = Field(default=None, primary_key=True)
    operation_seq: int = Field(foreign_key="operation.seq", ondelete="CASCADE", index=True)
    attempt: int
    method: str = Field(sa_type=Text)
    url: str = Field(sa_type=Text)
    started_us: int
    took_us: int
    request_headers: list[Any] = _json()
    response_headers: list[Any] = _json()
    status: int | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    waited_ms: int
    http_version: str | None = Field(default=None, sa_type=Text)
    peer: str | None = Field(default=None, sa_type=Text)
    error_class: str | None = Field(default=None, sa_type=Text)
    error_message: str | None = Field(default=None, sa_type=Text)


class BodyTable(Row, table=True):
    """One body, kept apart because it is big; the content is last, so that its size is read without it."""

    __tablename__ = "body"

    seq: int | None = Field(default=None, primary_key=True)
    exchange_seq: int = Field(
        sa_column=Column(ForeignKey("exchange.seq", ondelete="CASCADE"), nullable=False)
    )
    direction: str = Field(sa_type=Text)
    size: int
    content_type: str = Field(sa_type=Text)
    truncated: bool
    codec: int
    content: bytes = Field(sa_type=LargeBinary)


class LogLineTable(Row, table=True):
    """One message inside an operation."""

    __tablename__ = "log_line"

    seq: int | None = Field(default=None, primary_key=True)
    operation_seq: int = Field(foreign_key="operation.seq", ondelete="CASCADE", index=True)
    at_us: int
    level: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    fields: dict[str, Any] = _json()


class TallyTable(Row, table=True):
    """How many operations of a connection began in one slot of two hours; kept by triggers on operation."""

    __tablename__ = "tally"

    slot: int = Field(primary_key=True)
    connection_id: str = Field(primary_key=True, sa_type=Text)
    calls: int
    errors: int
