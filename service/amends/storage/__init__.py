"""The decision log and the pack store: SQLAlchemy Core over SQLite or PostgreSQL. The only home of SQL."""
