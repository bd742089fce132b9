"""The tables, declared once. Migrations lead an older database here; a test holds them equal.

Rules:
* Ids are uuid4 hex, made before the row is written: sealed fields are bound to them.
* Times are seconds since the epoch, UTC, in double precision.
* What a person wrote or is called lies in `SealedBytes` columns only.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from server.store.sealing import Sealed

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def as_bytes(value: bytes | str) -> bytes:
    """Returns a binary column's value, also where somebody has put a text into SQLite's file."""
    return value.encode() if isinstance(value, str) else bytes(value)


class SealedBytes(TypeDecorator[Sealed]):
    """A column that binds `Sealed` only, so that no plaintext is written by mistake."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> bytes | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Returns the bytes to write; refuses anything that is not sealed."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"a sealed column got {type(value).__name__}, expected Sealed")
        return value.blob

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Returns the field, still sealed."""
        return None if value is None else Sealed(as_bytes(value))


def _id(name: str, *constraints: ForeignKey, nullable: bool = False) -> Column[str]:
    return Column(name, String(32), *constraints, nullable=nullable)


def _time(name: str, *, nullable: bool = True) -> Column[float]:
    return Column(name, Double, nullable=nullable)


def _user(name: str, *, nullable: bool = False) -> Column[str]:
    return _id(name, ForeignKey("user.id"), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> Column[Sealed]:
    return Column(name, SealedBytes, nullable=nullable)


def _primary(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


CLINIC = Table(
    "clinic",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    Column("is_demo", Boolean, nullable=False),
    _time("opened_at_s", nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

DATA_KEY = Table(
    "data_key",
    METADATA,
    Column("subject", String(96), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key_encryption_id", String(16), nullable=False),
    # Null: erased. The row stays, so that its version is never given to another key.
    Column("wrapped", LargeBinary, nullable=True),
    _primary("subject", "version"),
)

USER = Table(
    "user",
    METADATA,
    _id("id"),
    Column("login_index", LargeBinary, nullable=False),
    _sealed("login"),
    _sealed("display_name"),
    _sealed("alias"),
    Column("role", String(16), nullable=False),
    Column("appearance", Integer, nullable=False),
    Column("password_hash", String(255), nullable=True),
    Column("is_demo", Boolean, nullable=False),
    _time("created_at_s", nullable=False),
    _time("disabled_at_s"),
    _primary("id"),
    UniqueConstraint("login_index"),
    CheckConstraint(
        "role IN ('patient', 'carer', 'interpreter', 'nurse', 'doctor', 'trainee',"
        " 'instructor', 'admin')",
        name="role",
    ),
)

VISIT = Table(
    "visit",
    METADATA,
    _id("id"),
    _user("patient_id"),
    _user("doctor_id", nullable=True),
    Column("room_id", String(64), nullable=True),
    Column("state", String(16), nullable=False),
    Column("is_walk_in", Boolean, nullable=False),
    _time("created_at_s", nullable=False),
    _time("booked_for_s"),
    _time("checked_in_at_s"),
    _time("called_at_s"),
    _time("consult_began_at_s"),
    _time("closed_at_s"),
    Column("missed_calls_n", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    _primary("id"),
    CheckConstraint(
        "state IN ('booked', 'checked_in', 'called', 'in_consult', 'ended', 'cancelled',"
        " 'no_show', 'left')",
        name="state",
    ),
    Index("ix_visit_patient_id", "patient_id"),
)

VISIT_PARTICIPANT = Table(
    "visit_participant",
    METADATA,
    _id("visit_id", ForeignKey("visit.id")),
    _user("user_id"),
    Column("role", String(16), nullable=False),
    Column("sees_vitals", Boolean, nullable=False),
    _time("invited_at_s", nullable=False),
    # Null: asked, and not agreed yet.
    _time("agreed_at_s"),
    Column("invited_by", String(32), nullable=True),
    _primary("visit_id", "user_id"),
    Index("ix_visit_participant_user_id", "user_id"),
)

INVITATION = Table(
    "invitation",
    METADATA,
    _id("id"),
    Column("token_hash", LargeBinary, nullable=False),
    Column("role", String(16), nullable=False),
    _id("visit_id", ForeignKey("visit.id"), nullable=True),
    _user("invited_by", nullable=True),
    _time("created_at_s", nullable=False),
    _time("expires_at_s", nullable=False),
    _time("used_at_s"),
    _user("used_by", nullable=True),
    _primary("id"),
    UniqueConstraint("token_hash"),
)

SESSION = Table(
    "session",
    METADATA,
    _id("id"),
    _user("user_id"),
    Column("secret_hash", LargeBinary, nullable=False),
    _time("created_at_s", nullable=False),
    _time("last_seen_at_s", nullable=False),
    _time("expires_at_s", nullable=False),
    _time("ended_at_s"),
    _primary("id"),
    Index("ix_session_user_id", "user_id"),
)

TICKET = Table(
    "ticket",
    METADATA,
    Column("secret_hash", LargeBinary, nullable=False),
    _id("session_id", ForeignKey("session.id")),
    _time("expires_at_s", nullable=False),
    _primary("secret_hash"),
    Index("ix_ticket_expires_at_s", "expires_at_s"),
)

SIGN_IN_FAILURE = Table(
    "sign_in_failure",
    METADATA,
    Column("kind", String(8), nullable=False),
    # A blind index of login, address or both: neither is readable here.
    Column("key", LargeBinary, nullable=False),
    Column("failures", Double, nullable=False),
    _time("at_s", nullable=False),
    _time("forgotten_at_s", nullable=False),
    _primary("kind", "key"),
    CheckConstraint("kind IN ('pair', 'account', 'address')", name="kind"),
)

PRESENCE = Table(
    "presence",
    METADATA,
    _user("user_id"),
    Column("room_id", String(64), nullable=False),
    Column("seat", String(64), nullable=True),
    Column("x_m", Double, nullable=False),
    Column("y_m", Double, nullable=False),
    Column("z_m", Double, nullable=False),
    Column("yaw_rad", Double, nullable=False),
    Column("stream", String(96), nullable=False),
    Column("since_number", BigInteger, nullable=False),
    _time("updated_at_s", nullable=False),
    _time("left_at_s"),
    _primary("user_id"),
)

ANSWERS = Table(
    "answers",
    METADATA,
    _user("user_id"),
    Column("last_request", BigInteger, nullable=False),
    _sealed("refused"),
    _primary("user_id"),
)

BLOCK = Table(
    "block",
    METADATA,
    _user("blocker_id"),
    _user("blocked_id"),
    _time("at_s", nullable=False),
    _primary("blocker_id", "blocked_id"),
)

VOICE_AGREEMENT = Table(
    "voice_agreement",
    METADATA,
    _user("user_id"),
    _user("other_id"),
    _time("agreed_at_s", nullable=False),
    _primary("user_id", "other_id"),
)

REPORT = Table(
    "report",
    METADATA,
    _id("id"),
    _user("reporter_id"),
    _user("reported_id"),
    Column("room_id", String(64), nullable=False),
    _time("at_s", nullable=False),
    _sealed("text"),
    _primary("id"),
)

STREAM = Table(
    "stream",
    METADATA,
    Column("name", String(96), nullable=False),
    Column("last_number", BigInteger, nullable=False),
    _primary("name"),
)

EVENT = Table(
    "event",
    METADATA,
    Column("stream", String(96), ForeignKey("stream.name"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("sender", String(64), nullable=False),
    _time("at_s", nullable=False),
    Column("audience", Text, nullable=False),
    _sealed("payload"),
    _primary("stream", "number"),
    UniqueConstraint("event_id", "sender"),
    Index("ix_event_at_s", "at_s"),
)

VITAL_OBSERVATION = Table(
    "vital_observation",
    METADATA,
    _id("id"),
    _user("patient_id"),
    Column("code", String(32), nullable=False),
    _sealed("value"),
    Column("unit", String(32), nullable=False),
    Column("device_id", String(64), nullable=False),
    _time("measured_at_s", nullable=False),
    _time("received_at_s", nullable=False),
    _primary("id"),
    Index("ix_vital_observation_of_patient", "patient_id", "code", "measured_at_s"),
)

ATTEMPT = Table(
    "attempt",
    METADATA,
    _id("id"),
    _user("trainee_id"),
    Column("room_id", String(64), nullable=False),
    Column("procedure", String(40), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("is_left_handed", Boolean, nullable=False),
    _time("began_at_s", nullable=False),
    Column("state", String(16), nullable=False),
    _time("ended_at_s"),
    Column("record_seal", LargeBinary, nullable=True),
    _sealed("result", nullable=True),
    _primary("id"),
    CheckConstraint("state IN ('running', 'scored', 'unconfirmed', 'lost')", name="state"),
    Index("ix_attempt_of_trainee", "trainee_id", "procedure", "began_at_s"),
    Index("ix_attempt_state", "state"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

AUDIT_ANCHOR = Table(
    "audit_anchor",
    METADATA,
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
