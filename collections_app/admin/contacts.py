"""The one budget of contacts, and what was refused: which limit stops how much."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.columns import customer_link, word
from collections_app.admin.filters import WordFilter
from collections_app.admin.records import RecordRowsAdmin
from collections_app.domain.contacts import CONTACT_STATES
from collections_app.domain.purposes import CHANNELS
from collections_app.domain.reasons import REASONS
from collections_app.domain.staff import DEPARTMENTS
from collections_app.models import Contact, PermitRefusal
from collections_app.services import refusal_texts
from collections_app.services.errors import RefusedError


class ReasonFilter(WordFilter):
    title, parameter_name, terms = _("reason"), "reason", REASONS


class ChannelFilter(WordFilter):
    title, parameter_name, terms = _("channel"), "channel", CHANNELS


class PurposeFilter(WordFilter):
    title, parameter_name, terms = _("purpose"), "purpose", "purposes"


class StateFilter(WordFilter):
    title, parameter_name, terms = _("state"), "state", CONTACT_STATES


channel = word("channel", CHANNELS, _("channel"))
purpose = word("purpose", "purposes", _("purpose"))
state = word("state", CONTACT_STATES, _("state"))
department = word("department", DEPARTMENTS, _("department"))
reason = word("reason", REASONS, _("reason"))


@admin.register(Contact)
class ContactAdmin(RecordRowsAdmin[Contact]):
    """Every attempt to reach a customer, by whatever department and channel."""

    action = "rules.write"
    help = _("Every attempt to reach a customer, on any channel, by any department: all draw on one budget.")
    list_display = (
        "at",
        customer_link,
        channel,
        purpose,
        state,
        "effective",
        department,
        "staff",
    )
    fields: ClassVar[Any] = (
        "at",
        customer_link,
        channel,
        purpose,
        state,
        "effective",
        "inbound",
        department,
        "staff",
    )
    readonly_fields: ClassVar[Any] = fields
    list_filter = (StateFilter, ChannelFilter, PurposeFilter, "effective", "inbound")
    list_select_related = ("customer", "staff")
    date_hierarchy = "at"
    ordering = ("-at", "-id")


@admin.display(description=_("in words"))
def sentence(row: PermitRefusal) -> str:
    """Return the refusal as the colleague read it."""
    params = row.decision.get("params", {}) if isinstance(row.decision, dict) else {}
    return refusal_texts.refusal_text(RefusedError(row.reason, until=row.until, **params))


@admin.display(description=_("rule"))
def rule(row: PermitRefusal) -> str:
    """Return which rule decided, in which version."""
    rule = row.decision.get("rule") if isinstance(row.decision, dict) else None
    if not isinstance(rule, dict):
        return "—"
    return " ".join(str(rule[name]) for name in ("pack", "version", "code") if name in rule) or "—"


@admin.register(PermitRefusal)
class PermitRefusalAdmin(RecordRowsAdmin[PermitRefusal]):
    """Contacts that were asked for and refused, with the reason and the rule."""

    action = "rules.write"
    help = _("Contacts that somebody or something asked for and did not get, and which rule refused them.")
    list_display = (
        "at",
        customer_link,
        reason,
        rule,
        channel,
        purpose,
        "staff",
        "until",
    )
    fields: ClassVar[Any] = (
        "at",
        customer_link,
        reason,
        sentence,
        rule,
        channel,
        purpose,
        "staff",
        "until",
    )
    readonly_fields: ClassVar[Any] = fields
    list_filter = (ReasonFilter, ChannelFilter, PurposeFilter)
    list_select_related = ("customer", "staff")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
