"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

# Whether the version before can go on working on the new schema, and why. Tests hold a migration to all three.
BESIDE_THE_OLD_VERSION = False
WHY = ""
# What `init --back-to` loses: tables whose rows go, and columns (table.column) whose values go.
LOST_ON_THE_WAY_BACK = ()


def upgrade() -> None:
    """Go up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go down."""
    ${downgrades if downgrades else "pass"}
