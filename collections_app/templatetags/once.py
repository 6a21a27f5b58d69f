"""The one-time key of a form that is written in a template."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from collections_app.services import form_keys

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """Return a hidden field with a key of its own: the form writes once, however often it is sent."""
    return format_html('<input type="hidden" name="form_key" value="{}">', form_keys.new_key())
