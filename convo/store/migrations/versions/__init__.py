"""Migrations, each a numbered step from one version of the store to the next."""
