"""Keep what is compared beside the order in the indexes of slow and refused operations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Without the value each row that is passed over would be read, from wherever in the file it is.
    for name, column, condition in (
        ("operation_slow", "took_us", "took_us > 1000000"),
        ("operation_refused", "status", "status >= 400"),
    ):
        op.drop_index(name, "operation")
        op.create_index(name, "operation", ["seq", column], sqlite_where=sa.text(condition))
