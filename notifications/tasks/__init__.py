"""Background work of messages."""

from notifications.tasks.planning import plan_reminders
from notifications.tasks.sending import send_due, send_priority
from notifications.tasks.sweeping import follow_events, sweep_messages

__all__ = ["follow_events", "plan_reminders", "send_due", "send_priority", "sweep_messages"]
