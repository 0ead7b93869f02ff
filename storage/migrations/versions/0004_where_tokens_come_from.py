"""Let authentications know where their credentials go, and when a refresh token ends that nobody uses."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("authentication", sa.Column("origins", sa.Text))
    op.add_column("authentication", sa.Column("idle_expires_us", sa.Integer))
