"""Ending an incident before its hour: collection begins again only when a second person agrees."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer, Incident
from collections_app.selectors import codes
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.emergencies import incidents
from collections_app.services.errors import RefusedError


class IncidentEndKind(ApprovalKind):
    """``subject`` is ``incident:<id>``."""

    term = Term("incident_end", "结束应急停催", "End of an incident")
    ask_action = incidents.START
    decide_action = incidents.END

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when it has ended already."""
        incident = _incident(approval)
        if incident is None:
            raise RefusedError("no_such_incident")
        if incident.ended_at or (incident.ends_at and incident.ends_at <= now):
            raise RefusedError("incident_over")

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """End it, with the reason that was given for asking."""
        incident = incidents.lock(_id(approval))
        incidents.end_within(incident=incident, actor=actor, now=now, reason=approval.reason)

    def describe(self, approval: Approval) -> list[Line]:
        """Say for whom collection begins again, and why it was stopped."""
        incident = _incident(approval)
        if incident is None:
            return []
        return [
            Line(_("Collection begins again for"), incident.covers),
            Line(_("Stopped because of"), codes.name_of("incident_reasons", incident.reason)),
            Line(_("Sentence"), incident.sentence.to_staff),
        ]


def _id(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])


def _incident(approval: Approval) -> Incident | None:
    return Incident.objects.select_related("branch", "sentence").filter(id=_id(approval)).first()
