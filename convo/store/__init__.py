"""Where everything is kept: one SQLite file, or a PostgreSQL database that a team shares."""
