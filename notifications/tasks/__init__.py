"""Background work of messages."""

from notifications.tasks.planning import plan_reminders
from notifications.tasks.sending import send_codes, send_due, send_priority
from notifications.tasks.sweeping import follow_events, read_returned_mails, sweep_messages, watch_texts
from notifications.tasks.targeting import compute_features, learn_choices

__all__ = [
    "compute_features",
    "follow_events",
    "learn_choices",
    "plan_reminders",
    "read_returned_mails",
    "send_codes",
    "send_due",
    "send_priority",
    "sweep_messages",
    "watch_texts",
]
