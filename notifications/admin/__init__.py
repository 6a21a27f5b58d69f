"""The administration's pages of messages."""

from notifications.admin import reminder_rules, templates

__all__ = ["reminder_rules", "templates"]
