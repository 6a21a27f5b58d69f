"""What the administration's own log says, in the language of the moment."""

from django import template
from django.contrib.admin.models import LogEntry
from django.utils.translation import get_language

from collections_app.domain.admin_log import words

register = template.Library()


@register.filter
def log_words(entry: LogEntry) -> str:
    """Return what an entry of the log says was done."""
    return words(entry.change_message, get_language() or "zh-hans") or entry.get_change_message()
