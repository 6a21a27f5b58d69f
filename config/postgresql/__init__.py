"""The database backend: Django's for PostgreSQL, which may keep connections open between requests."""
