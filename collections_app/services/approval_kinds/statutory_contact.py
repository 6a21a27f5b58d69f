"""One contact that a hold lets go on only with an approval, such as a statutory notice while on hold."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain import masking
from collections_app.domain.holds import HoldKind
from collections_app.domain.permits.decision import Decision
from collections_app.domain.permits.facts import Finding
from collections_app.domain.purposes import CHANNELS, Channel, Purpose
from collections_app.domain.reasons import Reason
from collections_app.domain.staff import Role
from collections_app.domain.terms import Term
from collections_app.models import Account, Approval, ContactPoint, Customer, Staff
from collections_app.selectors import codes
from collections_app.services import contacts, records, refusal_texts
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError

# What passes by itself: it does not speak against asking, and the permit asks for it again.
_PASSING = frozenset(
    {
        Reason.APPROVAL_NEEDED,
        Reason.QUIET_HOURS,
        Reason.DAY_OFF,
        Reason.CALENDAR_UNKNOWN,
        Reason.CAP_REACHED,
        Reason.INTERVAL,
        Reason.ON_THE_LINE,
        Reason.PENDING,
        Reason.DATA_STALE,
    }
)


class StatutoryContactKind(ApprovalKind):
    """``subject`` is ``contact:<customer>:<purpose>:<channel>:<contact point>``.

    The payload names purpose, channel and contact point, and the holds whose approval it is. An approved request is
    used by the first permit for that very contact before it lapses (``PermitFacts.approval``).
    """

    term = Term("statutory_contact", "停催期间法定联系", "Statutory contact during a hold")
    ask_action = "contact.ask"
    decide_action = "contact.approve"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when no approval is needed, none would help, or the holds are others than when it was asked for."""
        decision = preview(approval, now)
        for finding in decision.refusals:
            if finding.reason not in _PASSING:
                raise RefusedError("contact_not_approvable", obstacle=refusal_texts.refusal_text(_refused(finding)))
        holds = holds_needing_approval(decision)
        if not holds:
            raise RefusedError("approval_not_needed")
        if HoldKind.DETAINED in holds and approval.payload["channel"] != Channel.LETTER:
            raise RefusedError("detained_by_post")
        if holds != approval.payload.setdefault("holds", holds):
            raise RefusedError("approval_changed_since")

    def within_authority(self, *, approval: Approval, staff: Staff, now: datetime) -> bool:
        """Return whether a person may decide it: a demand that preserves limitation, and whatever reaches an estate,
        is for legal to decide.
        """
        legal = approval.payload["purpose"] == Purpose.LIMITATION or HoldKind.DECEASED in approval.payload["holds"]
        return staff.role == Role.LEGAL if legal else super().within_authority(approval=approval, staff=staff, now=now)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Nothing yet: the next permit for this contact takes the approval in."""

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return purpose and channel, for the history."""
        return {"purpose": approval.payload["purpose"], "channel": approval.payload["channel"]}

    def describe(self, approval: Approval) -> list[Line]:
        """Say by what way and why, and which holds it goes past."""
        language = get_language() or "zh-hans"
        payload = approval.payload
        point = ContactPoint.objects.filter(id=payload["contact_point"] or 0).first()
        account = Account.objects.filter(id=approval.account_id or 0).first()
        separator = "、" if language.startswith("zh") else ", "
        lines = [
            Line(_("Purpose"), codes.name_of("purposes", payload["purpose"])),
            Line(_("Way of contact"), CHANNELS[payload["channel"]].text(language)),
        ]
        if point is not None:
            whose = codes.name_of("relations", point.relation)
            lines.append(Line(_("Number"), f"{whose} {masking.phone(point.value)}"))
        if account is not None:
            lines.append(Line(_("Account"), f"{account.get_product_display()} {account.tail}"))
        names = separator.join(codes.name_of("holds", kind) for kind in payload["holds"])
        return [*lines, Line(_("Holds"), names)]


def preview(approval: Approval, now: datetime) -> Decision:
    """Return what the permit would say now without the approval."""
    if approval.customer is None or approval.asked_by is None:
        raise RefusedError("no_such_record")
    point = ContactPoint.objects.filter(id=approval.payload["contact_point"] or 0, customer=approval.customer).first()
    account = Account.objects.filter(id=approval.account_id or 0, closed_in_core=False).first()
    if approval.account_id and account is None:
        raise RefusedError("no_such_account")
    return contacts.preview(
        customer=approval.customer,
        channel=approval.payload["channel"],
        purpose=approval.payload["purpose"],
        contact_point=point,
        actor=records.Actor.of(approval.asked_by),
        now=now,
        account_ids=[account.id] if account else [],
    )


def _refused(finding: Finding) -> RefusedError:
    params = {**finding.inputs, "rule": finding.rule.code, "basis": finding.rule.basis.value}
    return RefusedError(str(finding.reason), until=finding.until, **params)


def holds_needing_approval(decision: Decision) -> list[str]:
    """Return the kinds of hold that let the contact go on only with an approval, in the order of their names."""
    kinds = {
        str(kind)
        for finding in decision.considered
        if finding.reason is Reason.APPROVAL_NEEDED
        for kind in finding.inputs.get("approvable", [])
    }
    return sorted(kinds)
