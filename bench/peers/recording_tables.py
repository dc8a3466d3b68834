"""The tables of the recording peer: columns and indexes as Fairline has them, by SQLAlchemy Core,
on SQLite or PostgreSQL.

    recording_tables.py URL        makes them"""

import sys

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()
ID = Uuid(as_uuid=False)


def column(name, kind=Text, *rest, **options):
    return Column(name, kind, *rest, nullable=False, **options)


APPLICANTS = Table(
    "applicants",
    METADATA,
    Column("id", ID, primary_key=True),
    column("product"),
    column("reference", unique=True),
    column("wrapped_key", LargeBinary),
    column("created_at"),
)
APPLICATIONS = Table(
    "applications",
    METADATA,
    Column("id", ID, primary_key=True),
    column("applicant_id", ID, ForeignKey("applicants.id"), index=True),
    column("product"),
    Column("loan_amount", Numeric(10, 2, asdecimal=False)),
    Column("amount_minor", BigInteger),
    column("currency"),
    column("features", JSON().with_variant(JSONB, "postgresql")),
    column("notes", JSON),
    column("payload", LargeBinary),
    column("created_at"),
)
PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("id", ID, primary_key=True),
    column("application_id", ID, ForeignKey("applications.id"), index=True),
    column("model_name"),
    column("model_version", BigInteger),
    column("bundle_digest"),
    column("raw_score", Double),
    column("model_score", Double),
    column("pd", Double),
    column("probability_kind"),
    column("probability", Double),
    column("threshold", Double),
    column("risk_score"),
    column("confidence", Numeric(5, 4, asdecimal=False)),
    column("feature_importance", JSON),
    column("reasons", JSON),
    column("explanation"),
    column("payload", LargeBinary),
    column("created_at"),
)
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", ID, primary_key=True),
    column("prediction_id", ID, ForeignKey("predictions.id"), index=True),
    column("decision"),
    column("decided_by"),
    column("override", BigInteger),
    column("policy", JSON),
    column("created_at"),
)
AUDIT_EVENTS = Table(
    "audit_events",
    METADATA,
    Column("id", ID, primary_key=True),
    column("timestamp"),
    column("user_id"),
    column("action"),
    column("entity_type"),
    column("entity_id", Text, index=True),
    column("metadata", JSON),
    column("hashes", LargeBinary),
)


def open_engine(url, **options):
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        # Who writes says so first: a read lock that becomes a write lock fails under contention.
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
    return engine


def _set_up_sqlite(connection, _):
    connection.isolation_level = None  # the transaction is ours to begin
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "busy_timeout = 30000",
        "foreign_keys = ON",
        "wal_autocheckpoint = 8000",  # 32 MB: fewer pauses than by the default of 4 MB
    ):
        connection.execute(f"PRAGMA {setting}")


if __name__ == "__main__":
    METADATA.create_all(open_engine(sys.argv[1]))
