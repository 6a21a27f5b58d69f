"""Messages and what became of them."""

from notifications.models.dial import Dial, DialReport
from notifications.models.message import Message
from notifications.models.receipt import Receipt
from notifications.models.reminder_rule import ReminderRule
from notifications.models.sandbox_inbox import SandboxInbox
from notifications.models.sender import SenderState
from notifications.models.template import Template

__all__ = ["Dial", "DialReport", "Message", "Receipt", "ReminderRule", "SandboxInbox", "SenderState", "Template"]
