"""The administration's pages of messages."""

from notifications.admin import reminder_rules, senders, templates

__all__ = ["reminder_rules", "senders", "templates"]
