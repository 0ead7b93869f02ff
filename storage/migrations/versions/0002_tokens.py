"""Let authentications hold tokens, and let one process at a time refresh them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


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
