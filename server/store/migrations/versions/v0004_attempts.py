"""What trainees have practised, and what came of it, is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds a table; nobody has practised until now."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("trainee_id", sa.String(length=32), nullable=False),
        sa.Column("room_id", sa.String(length=64), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("is_left_handed", sa.Boolean(), nullable=False),
        sa.Column("began_at_s", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at_s", sa.Double(), nullable=True),
        sa.Column("record_seal", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'scored', 'unconfirmed', 'lost')",
            name=op.f("ck_attempt_state"),
        ),
        sa.ForeignKeyConstraint(["trainee_id"], ["user.id"], name=op.f("fk_attempt_trainee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_of_trainee", "attempt", ["trainee_id", "procedure", "began_at_s"])
    op.create_index("ix_attempt_state", "attempt", ["state"])
