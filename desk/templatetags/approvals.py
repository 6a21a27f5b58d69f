"""Requests for approval, and what may be asked for, as templates show them."""

from django import template
from django.utils.translation import get_language

from collections_app.domain.holds import kept_by
from collections_app.models import Approval, Hold, Staff
from collections_app.services.approval_kinds.base import kinds
from collections_app.services.errors import RefusedError
from collections_app.services.refusal_texts import refusal_text

register = template.Library()


@register.filter
def may_be_released(hold: Hold) -> bool:
    """Return whether a person may release a hold in force, or ask that it be released."""
    return not kept_by(kind=hold.kind, source=hold.source)


@register.filter
def refusal(code: str) -> str:
    """Return the sentence of a refusal that would be given, by its code."""
    return refusal_text(RefusedError(code))


@register.filter
def kind_name(approval: Approval) -> str:
    """Return the name of what is asked for, in the language of the moment."""
    return kinds()[approval.kind].term.text(get_language() or "zh-hans")


@register.filter
def may_open(staff: Staff, approval: Approval) -> bool:
    """Return whether a person may open a request: who asked, and those whose role decides it."""
    return approval.asked_by_id == staff.id or staff.may(kinds()[approval.kind].decide_action)
