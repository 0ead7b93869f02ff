"""Make the first tables: the workspace, kept connector revisions, and the operation log."""

import time

import sqlalchemy as sa
from alembic import op

from storage.ids import new_id

revision = "0001"
down_revision = None

_TALLY = """
BEGIN
  INSERT INTO tally (slot, connection_id, calls, errors)
  VALUES (new.started_us / 7200000000, new.connection_id, 1,
          new.state IN ('failed', 'partial', 'interrupted'))
  ON CONFLICT (slot, connection_id) DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors;
END
"""


def upgrade() -> None:
    _make_workspace()
    _make_operations()
    _make_exchanges()
    _make_tally()
    op.execute(
        sa.text(
            "INSERT INTO project (id, name, name_key, production, created_us)"
            " VALUES (:id, 'default', 'default', 0, :now)"
        ).bindparams(id=new_id("prj_"), now=time.time_ns() // 1000)
    )


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False)


def _maybe_text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=False)


def _maybe_number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer)


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean, nullable=False)


def _id() -> "sa.Column[str]":
    return sa.Column("id", sa.Text, primary_key=True)


def _seq() -> "sa.Column[int]":
    return sa.Column("seq", sa.Integer, primary_key=True)


def _make_workspace() -> None:
    op.create_table(
        "project", _id(), _text("name"), _text("name_key"), _flag("production"), _number("created_us")
    )
    op.create_index("project_name", "project", ["name_key"], unique=True)
    op.create_table(
        "connector_revision",
        sa.Column("hash", sa.Text, primary_key=True),
        _text("handle"),
        _number("revision"),
        _text("name"),
        _text("type"),
        _text("source"),
        _number("created_us"),
        _number("codec"),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("connector_revision_handle", "connector_revision", ["handle", "revision"])
    op.create_table(
        "authentication",
        _id(),
        sa.Column("project_id", sa.Text, sa.ForeignKey("project.id"), nullable=False),
        _text("name"),
        _text("name_key"),
        _text("connector"),
        _text("method"),
        _text("kind"),
        _text("state"),
        _text("values"),
        _text("secrets"),
        _number("created_us"),
        _number("updated_us"),
        _maybe_number("expires_us"),
        _maybe_number("last_used_us"),
    )
    op.create_index("authentication_name", "authentication", ["project_id", "name_key"], unique=True)
    op.create_table(
        "connection",
        _id(),
        sa.Column("project_id", sa.Text, sa.ForeignKey("project.id"), nullable=False),
        _text("name"),
        _text("name_key"),
        _text("connector"),
        _number("connector_revision"),
        _text("connector_hash"),
        _maybe_text("authentication"),
        _text("state"),
        _text("variables"),
        _text("secrets"),
        _number("revision"),
        _maybe_text("locked_reason"),
        _maybe_text("certificate"),
        _maybe_text("time_zone"),
        _maybe_text("date_format"),
        _maybe_number("rate_limit_calls"),
        _maybe_text("rate_limit_unit"),
        _maybe_number("rate_limit_duration"),
        _maybe_text("pool"),
        _text("log_level"),
        _maybe_text("last_test_operation"),
        _maybe_text("last_test_verdict"),
        _maybe_number("last_test_us"),
        _text("last_test_stages"),
        _maybe_text("wizard_page"),
        _number("created_us"),
        _number("updated_us"),
        _maybe_number("deleted_us"),
    )
    op.create_index(
        "connection_name",
        "connection",
        ["project_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_us IS NULL"),
    )


def _make_operations() -> None:
    op.create_table(
        "operation",
        _seq(),
        _text("id"),
        _text("project_id"),
        _text("kind"),
        sa.Column("name", sa.Text(collation="NOCASE"), nullable=False),
        _text("state"),
        _text("actor"),
        _text("process"),
        _number("started_us"),
        _maybe_number("ended_us"),
        _maybe_number("took_us"),
        _maybe_text("connection_id"),
        sa.Column("connection", sa.Text(collation="NOCASE")),
        _maybe_number("connection_revision"),
        _maybe_text("connector"),
        _maybe_number("connector_revision"),
        _maybe_text("connector_hash"),
        _flag("writes"),
        _number("records"),
        _number("pages"),
        _number("requests"),
        _number("retries"),
        _number("bytes"),
        _maybe_text("method"),
        _maybe_text("path"),
        _maybe_number("status"),
        _maybe_text("result"),
        _maybe_text("error_class"),
        _maybe_text("error_message"),
        _maybe_text("error_remedy"),
        sa.Column("error_retryable", sa.Boolean),
        _maybe_number("error_status"),
        _maybe_text("error_rule"),
        _maybe_text("input"),
    )
    # The rowid, which is seq, ends every index: what is found in one comes in the order of the list.
    op.create_index("operation_id", "operation", ["id"], unique=True)
    op.create_index("operation_connection_id", "operation", ["connection_id"])
    op.create_index("operation_connection", "operation", ["connection"])
    op.create_index("operation_connection_state", "operation", ["connection", "state"])
    op.create_index("operation_connection_name", "operation", ["connection", "name"])
    op.create_index("operation_name", "operation", ["name"])
    op.create_index("operation_started", "operation", ["started_us", "state"])
    for name, columns, condition in (
        ("operation_unsuccessful", ["seq", "state"], "state <> 'success'"),
        ("operation_unfinished", ["seq"], "state IN ('queued', 'running')"),
        ("operation_error_class", ["error_class"], "error_class IS NOT NULL"),
        ("operation_slow", ["seq"], "took_us > 1000000"),
        ("operation_refused", ["seq"], "status >= 400"),
    ):
        op.create_index(name, "operation", columns, sqlite_where=sa.text(condition))


def _make_exchanges() -> None:
    op.create_table(
        "exchange",
        _seq(),
        sa.Column(
            "operation_seq", sa.Integer, sa.ForeignKey("operation.seq", ondelete="CASCADE"), nullable=False
        ),
        _number("attempt"),
        _text("method"),
        _text("url"),
        _number("started_us"),
        _number("took_us"),
        _text("request_headers"),
        _text("response_headers"),
        _maybe_number("status"),
        _maybe_text("reason"),
        _number("waited_ms"),
        _maybe_text("http_version"),
        _maybe_text("peer"),
        _maybe_text("error_class"),
        _maybe_text("error_message"),
    )
    op.create_index("ix_exchange_operation_seq", "exchange", ["operation_seq"])
    op.create_table(
        "body",
        _seq(),
        sa.Column(
            "exchange_seq", sa.Integer, sa.ForeignKey("exchange.seq", ondelete="CASCADE"), nullable=False
        ),
        _text("direction"),
        _number("size"),
        _text("content_type"),
        _flag("truncated"),
        _number("codec"),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("body_exchange", "body", ["exchange_seq", "direction"], unique=True)
    op.create_table(
        "log_line",
        _seq(),
        sa.Column(
            "operation_seq", sa.Integer, sa.ForeignKey("operation.seq", ondelete="CASCADE"), nullable=False
        ),
        _number("at_us"),
        _text("level"),
        _text("text"),
        _text("fields"),
    )
    op.create_index("ix_log_line_operation_seq", "log_line", ["operation_seq"])


def _make_tally() -> None:
    op.create_table(
        "tally",
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("connection_id", sa.Text, primary_key=True),
        _number("calls"),
        _number("errors"),
    )
    # A later migration that remakes the table operation must make these again: SQLite drops them with it.
    op.execute(
        "CREATE TRIGGER operation_ended AFTER UPDATE OF ended_us ON operation"
        " WHEN old.ended_us IS NULL AND new.ended_us IS NOT NULL AND new.connection_id IS NOT NULL" + _TALLY
    )
    op.execute(
        "CREATE TRIGGER operation_added AFTER INSERT ON operation"
        " WHEN new.ended_us IS NOT NULL AND new.connection_id IS NOT NULL" + _TALLY
    )
