"""Let authentications hold tokens that one process at a time refreshes; keep apps and certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("provider_app", "tokens", "scopes", "refresh_error"):
        op.add_column("authentication", sa.Column(name, sa.Text))
    for name in ("refresh_expires_us", "refreshed_us", "refresh_failed_us", "rotation_us"):
        op.add_column("authentication", sa.Column(name, sa.Integer))
    op.add_column("authentication", sa.Column("captured", sa.Text, nullable=False, server_default="{}"))
    op.add_column(
        "authentication", sa.Column("refresh_failures", sa.Integer, nullable=False, server_default="0")
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("taken_us", sa.Integer, nullable=False),
    )
    _make_named("provider_app", "provider", "client_id", "values")
    _make_named("certificate", "subject", "issuer", "serial", numbers=("not_before_us", "not_after_us"))


def _make_named(table: str, *texts: str, numbers: tuple[str, ...] = ()) -> None:
    """Make the table of things that have a name in their project, and secrets."""
    op.create_table(
        table,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, sa.ForeignKey("project.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "name_key", *texts, "secrets")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in (*numbers, "created_us", "updated_us")),
    )
    op.create_index(f"{table}_name", table, ["project_id", "name_key"], unique=True)
