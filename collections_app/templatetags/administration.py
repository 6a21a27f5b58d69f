"""What the administration's own log says, in the language of the moment."""

from django import template
from django.contrib.admin.models import LogEntry
from django.utils.translation import get_language

from collections_app.domain.admin_log import DONE

register = template.Library()


@register.filter
def log_words(entry: LogEntry) -> str:
    """Return what an entry of the log says was done."""
    if entry.change_message in DONE:
        return DONE[entry.change_message].text(get_language() or "zh-hans")
    return entry.get_change_message()
