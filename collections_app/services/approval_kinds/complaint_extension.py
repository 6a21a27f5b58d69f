"""More time to answer a complaint: asked for by who works on it, decided by somebody else, told to the complainant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.domain.complaints import due_at
from collections_app.domain.terms import Term
from collections_app.models import Approval, Complaint, Customer
from collections_app.selectors import codes
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.complaints import steps
from collections_app.services.errors import RefusedError


class ComplaintExtensionKind(ApprovalKind):
    """``subject`` is ``complaint:<id>:<which extension>``."""

    term = Term("complaint_extension", "投诉处理延期", "More time to answer a complaint")
    ask_action = "complaint.handle"
    decide_action = "complaint.extend"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the complaint has been answered, or has been given that time already."""
        complaint, extension = _of(approval)
        steps.check_extendable(complaint=complaint, extension=extension)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Give the time, and write the notice in the customer's language."""
        complaint, extension = _of(approval)
        assert customer is not None
        steps.extend_within(
            customer=customer,
            complaint=complaint,
            extension=extension,
            notice=_notice(customer, complaint, extension),
            actor=actor,
            now=now,
        )

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return which complaint, for the history."""
        complaint, extension = _of(approval)
        return {"complaint": complaint.pk, "extension": extension}

    def describe(self, approval: Approval) -> list[Line]:
        """Say which complaint, of what cause, due when now and then."""
        complaint, extension = _of(approval)
        zone = ZoneInfo("Asia/Shanghai" if approval.customer is None else approval.customer.time_zone)
        then = due_at(received_at=complaint.received_at, extensions=extension)
        return [
            Line(_("Complaint"), f"{complaint.pk} · {codes.name_of('complaint_causes', complaint.cause)}"),
            Line(pgettext("complaint", "Received"), date_format(complaint.received_at.astimezone(zone), "DATE_FORMAT")),
            Line(_("To be answered by"), date_format(complaint.due_at.astimezone(zone), "DATE_FORMAT")),
            Line(_("With more time by"), date_format(then.astimezone(zone), "DATE_FORMAT")),
        ]


def _of(approval: Approval) -> tuple[Complaint, int]:
    _what, number, extension = approval.subject.split(":")
    rows = Complaint.objects.select_related("handoff").filter(id=int(number), customer=approval.customer)
    complaint = rows.first()
    if complaint is None:
        raise RefusedError("no_such_complaint")
    return complaint, int(extension)


def _notice(customer: Customer, complaint: Complaint, extension: int) -> str:
    zone = ZoneInfo(customer.time_zone)
    then = due_at(received_at=complaint.received_at, extensions=extension).astimezone(zone)
    with translation.override(customer.language):
        return _(
            "Your complaint is being looked into and needs more time than usual. We will answer you in writing by "
            "%(day)s at the latest. You need not do anything."
        ) % {"day": date_format(then, "DATE_FORMAT")}
