"""What the log stores, and the database's own refusal to change it."""

from ledger.models.checkpoint import Checkpoint
from ledger.models.entry import Entry

__all__ = ["Checkpoint", "Entry"]
