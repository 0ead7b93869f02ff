"""The frozen records that storage hands out and takes in; times are whole microseconds since 1970 in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ConnectionState = Literal["draft", "active", "authorization_required", "error", "inactive", "deleting"]
OperationState = Literal["queued", "running", "success", "partial", "failed", "cancelled", "interrupted"]
OperationKind = Literal[
    "read", "write", "proxy", "action", "test", "auth", "event", "webhook", "timer", "reaction", "deploy"
]
LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Project:
    """A workspace; the production flag arms the guards."""

    id: str
    name: str
    production: bool
    created_us: int


@dataclass(frozen=True, slots=True)
class ConnectorRevision:
    """One revision of a connector, kept in its compiled form by content hash (``sha256:…``)."""

    hash: str
    handle: str
    revision: int
    name: str
    type: str
    source: str
    compiled: bytes
    created_us: int


@dataclass(frozen=True, slots=True)
class Authentication:
    """Stored credentials made with one method; ``secrets`` maps an input to where its value is.

    A value of ``secrets`` is ``vault:NAME`` or a reference (``ref:env:NAME``); it is never the secret itself.
    ``tokens`` is where the tokens are that were obtained with them; ``expires_us`` is the end of the access
    token, ``refresh_expires_us`` that of the refresh token. ``scopes`` and ``captured`` are what was granted
    and told with them. ``rotation_us`` says that a refresh token was sent then, and that it is not known
    whether the provider took it. ``refresh_error`` is why the last refresh failed, of ``refresh_failures`` in
    a row. ``origins`` are where its credentials go, with spaces between, as far as the connection chose it.
    ``idle_expires_us`` is when the refresh token ends unless it is used before.
    """

    id: str
    project_id: str
    name: str
    connector: str
    method: str
    kind: str
    state: str
    values: Mapping[str, Any]
    secrets: Mapping[str, str]
    created_us: int
    updated_us: int
    expires_us: int | None = None
    last_used_us: int | None = None
    provider_app: str | None = None
    tokens: str | None = None
    refresh_expires_us: int | None = None
    scopes: tuple[str, ...] | None = None
    captured: Mapping[str, Any] = field(default_factory=dict)
    refreshed_us: int | None = None
    refresh_failed_us: int | None = None
    refresh_failures: int = 0
    refresh_error: str | None = None
    rotation_us: int | None = None
    origins: str | None = None
    idle_expires_us: int | None = None


@dataclass(frozen=True, slots=True)
class ProviderApp:
    """A client that is registered at a provider: its id, and where its secrets are, as in `Authentication`.

    ``provider`` is the handle of a connector, or the host at which people sign in. It belongs to one project.
    """

    id: str
    project_id: str
    name: str
    provider: str
    client_id: str
    values: Mapping[str, Any]
    secrets: Mapping[str, str]
    created_us: int
    updated_us: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate: whom it names, when it is good, and where it and its key are.

    ``secrets`` maps ``certificate``, ``private_key`` and ``key_password`` to where each is.
    """

    id: str
    project_id: str
    name: str
    subject: str
    issuer: str
    serial: str
    secrets: Mapping[str, str]
    not_before_us: int
    not_after_us: int
    created_us: int
    updated_us: int


@dataclass(frozen=True, slots=True)
class Connection:
    """A configured instance of one connector revision; ``secrets`` as in `Authentication`."""

    id: str
    project_id: str
    name: str
    connector: str
    connector_revision: int
    connector_hash: str
    authentication: str | None
    state: ConnectionState
    variables: Mapping[str, Any]
    created_us: int
    updated_us: int
    secrets: Mapping[str, str] = field(default_factory=dict)
    revision: int = 1
    locked_reason: str | None = None
    certificate: str | None = None
    time_zone: str | None = None
    date_format: str | None = None
    rate_limit_calls: int | None = None
    rate_limit_unit: str | None = None
    rate_limit_duration: int | None = None
    pool: str | None = None
    log_level: str = "info"
    last_test_operation: str | None = None
    last_test_verdict: str | None = None
    last_test_us: int | None = None
    last_test_stages: tuple[Mapping[str, Any], ...] = ()
    wizard_page: str | None = None
    deleted_us: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much one operation did."""

    records: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that was done; the fields of the error are empty unless it failed.

    ``process`` names the process that runs it, so that a killed one can be told from a slow one.
    ``input`` is the redacted input; ``writes`` says that a vendor is about to be changed (the row is synced
    first). ``seq`` and ``method``, ``path`` and ``status`` of the last exchange are filled in by the log.
    """

    id: str
    project_id: str
    kind: OperationKind
    name: str
    state: OperationState
    actor: str
    started_us: int
    process: str
    connection_id: str | None = None
    connection: str | None = None
    connection_revision: int | None = None
    connector: str | None = None
    connector_revision: int | None = None
    connector_hash: str | None = None
    input: Mapping[str, Any] | None = None
    writes: bool = False
    ended_us: int | None = None
    counts: Counts = Counts()
    result: str | None = None
    error_class: str | None = None
    error_message: str | None = None
    error_remedy: str | None = None
    error_retryable: bool | None = None
    error_status: int | None = None
    error_rule: str | None = None
    seq: int = 0
    method: str | None = None
    path: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A redacted body as it is kept: at most the cap, with the size it had on the wire."""

    content: bytes
    size: int
    content_type: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response inside an operation; everything in it is redacted already."""

    operation_id: str
    attempt: int
    method: str
    url: str
    started_us: int
    took_us: int
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    status: int | None = None
    reason: str | None = None
    waited_ms: int = 0
    http_version: str | None = None
    peer: str | None = None
    error_class: str | None = None
    error_message: str | None = None
    request_body: Body | None = None
    response_body: Body | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message inside an operation."""

    operation_id: str
    at_us: int
    level: LogLevel
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
