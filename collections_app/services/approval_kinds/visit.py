"""A field visit, before two colleagues go."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.domain.visits import PLAN, VisitState
from collections_app.models import Approval, Customer, Visit
from collections_app.selectors import codes
from collections_app.services import records, refusal_texts, visits
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError


class VisitKind(ApprovalKind):
    """``subject`` is ``visit:<id>``."""

    term = Term(visits.KIND, "外访", "Visit")
    ask_action = PLAN
    decide_action = "visit.approve"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the visit cannot be made as it is planned, or not any more."""
        visit = _visit(approval)
        if visit is None or visit.customer_id != approval.customer_id:
            raise RefusedError("no_such_visit")
        if visit.state != VisitState.ASKED:
            raise RefusedError("visit_not_open")
        visits.check(visit=visit, now=now)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Let it be made. Who goes does not approve it."""
        visit = _visit(approval)
        if visit is None or customer is None:
            raise RefusedError("no_such_visit")
        if actor.staff is not None and actor.staff.pk in {visit.first_id, visit.second_id}:
            raise RefusedError("own_work")
        visits.approve_within(customer=customer, visit_id=visit.pk, now=now)

    def drop(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """End the visit with its request."""
        if customer is not None:
            visits.drop_within(customer=customer, visit_id=_id(approval), now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Say who goes where and when."""
        visit = _visit(approval)
        if visit is None:
            return []
        point = visit.contact_point
        whose = codes.name_of("relations", point.relation)
        hours = f"{refusal_texts.end_text(visit.starts_at)} – {refusal_texts.end_text(visit.ends_at)}"
        return [
            Line(_("Who goes"), f"{visit.first.name} · {visit.second.name}"),
            Line(_("When"), hours),
            Line(codes.name_of("contact_kinds", point.kind), whose),
        ]


def _id(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])


def _visit(approval: Approval) -> Visit | None:
    rows = Visit.objects.select_related("first", "second", "contact_point", "customer", "planned_by")
    return rows.filter(pk=_id(approval)).first()
