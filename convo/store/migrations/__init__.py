"""How Alembic finds and runs the store's migrations."""
