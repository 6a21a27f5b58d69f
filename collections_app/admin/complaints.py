"""Complaints, whom they keep away, and the evidence packs that were made: read only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.columns import customer_link, word
from collections_app.admin.filters import WordFilter
from collections_app.admin.records import RecordRowsAdmin
from collections_app.domain.evidence import PACK_STATES
from collections_app.models import Complaint, EvidencePack, Recusal


class CauseFilter(WordFilter):
    title, parameter_name, terms = _("cause"), "cause", "complaint_causes"


class StateFilter(WordFilter):
    title, parameter_name, terms = _("state"), "state", "complaint_states"


class PackStateFilter(WordFilter):
    title, parameter_name, terms = _("state"), "state", PACK_STATES


cause = word("cause", "complaint_causes", _("cause"))
level = word("level", "complaint_levels", _("level"))
state = word("state", "complaint_states", _("state"))
pack_state = word("state", PACK_STATES, _("state"))


@admin.register(Complaint)
class ComplaintAdmin(RecordRowsAdmin[Complaint]):
    """Every complaint with its calendar clock."""

    action = "rules.write"
    help = _("Every complaint, with its cause, its state and by when it must be answered. It is worked on at the desk.")
    list_display = ("id", customer_link, cause, level, state, "received_at", "due_at", "answered_at")
    fields: ClassVar[Any] = (
        customer_link,
        cause,
        level,
        state,
        "received_at",
        "due_at",
        "extensions",
        "answered_at",
        "taken_at",
        "closed_at",
    )
    readonly_fields: ClassVar[Any] = fields
    list_filter = (StateFilter, CauseFilter)
    list_select_related = ("customer",)
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-id")


@admin.register(Recusal)
class RecusalAdmin(RecordRowsAdmin[Recusal]):
    """Who is kept away from which customer."""

    action = "rules.write"
    help = _("Colleagues and agencies kept away from a customer, because a complaint is about them.")
    list_display = ("since", "staff", "agency", customer_link, "ended_at")
    fields: ClassVar[Any] = ("since", "staff", "agency", customer_link, "ended_at")
    readonly_fields: ClassVar[Any] = fields
    list_select_related = ("customer", "staff", "agency")
    date_hierarchy = "since"
    ordering = ("-since", "-id")


@admin.register(EvidencePack)
class EvidencePackAdmin(RecordRowsAdmin[EvidencePack]):
    """Who asked for the evidence of whom."""

    action = "rules.write"
    help = _("Who asked for all that the bank did with a customer. Each opening is on the record.")
    list_display = ("asked_at", "asked_by", customer_link, pack_state)
    fields: ClassVar[Any] = ("asked_at", "asked_by", customer_link, pack_state)
    readonly_fields: ClassVar[Any] = fields
    list_filter = (PackStateFilter,)
    list_select_related = ("customer", "asked_by")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-id")
