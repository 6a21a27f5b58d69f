"""Background work of the shared record."""

from collections_app.tasks.intake import take_in_upload

__all__ = ["take_in_upload"]
