"""The API: records and worklists to read, notes, holds and hand-offs to write. docs/api.md describes it."""
