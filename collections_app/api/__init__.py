"""The API: records and worklists to read, notes and holds to write. docs/api.md describes it."""
