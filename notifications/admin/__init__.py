"""The administration's pages of messages."""

from notifications.admin import halts, letters, provider_codes, reminder_rules, senders, templates, text_terms

__all__ = ["halts", "letters", "provider_codes", "reminder_rules", "senders", "templates", "text_terms"]
