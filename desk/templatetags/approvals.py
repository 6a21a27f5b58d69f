"""Requests for approval as templates show them."""

from django import template
from django.utils.translation import get_language

from collections_app.models import Approval, Staff
from collections_app.services.approval_kinds.base import kinds

register = template.Library()


@register.filter
def kind_name(approval: Approval) -> str:
    """Return the name of what is asked for, in the language of the moment."""
    return kinds()[approval.kind].term.text(get_language() or "zh-hans")


@register.filter
def may_open(staff: Staff, approval: Approval) -> bool:
    """Return whether a person may open a request: who asked, and those whose role decides it."""
    return approval.asked_by_id == staff.id or staff.may(kinds()[approval.kind].decide_action)
