"""A plan beyond the authority of whoever asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.authority import LIMITS
from collections_app.domain.instalments.early import KEEPINGS
from collections_app.domain.instalments.schedules import METHODS
from collections_app.domain.money import yuan_text
from collections_app.domain.terms import Term
from collections_app.models import Account, Approval, Customer, Staff
from collections_app.selectors import codes
from collections_app.services import plan_proposals, records, refusal_texts
from collections_app.services.approval_kinds.base import ApprovalKind, Line, risk_line
from collections_app.services.errors import RefusedError


class PlanTermsKind(ApprovalKind):
    """``subject`` is ``account:<id>``; the payload is the plan, and the recording if it was agreed by word of mouth."""

    term = Term(plan_proposals.KIND, "超权限分期", "Plan beyond authority")
    ask_action = plan_proposals.ACTION
    decide_action = "plan.approve"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the plan cannot be kept as written any more."""
        _account(approval, now)

    def within_authority(self, *, approval: Approval, staff: Staff, now: datetime) -> bool:
        """Return whether the plan is within the person's own authority."""
        account = Account.objects.get(id=approval.account_id or 0)
        return not plan_proposals.beyond(staff=staff, account=account, terms=_terms(approval), now=now)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Put the plan in force, on the authority of whoever approves."""
        if customer is None or actor.staff is None:
            raise RefusedError("no_such_record")
        plan_proposals.agree_within(
            customer=customer,
            account=_account(approval, now),
            terms=_terms(approval),
            staff=actor.staff,
            actor=actor,
            now=now,
            approval=approval,
        )

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return the instalments as parts, for the history."""
        return {"parts": approval.payload["instalments"][:3]}

    def describe(self, approval: Approval) -> list[Line]:
        """Show the account, the instalments, the recording, and which limits of who asks it goes beyond."""
        account = Account.objects.filter(id=approval.account_id or 0).first()
        if account is None:
            return []
        terms = _terms(approval)
        language = get_language() or "zh-hans"
        number, (first, fen) = len(terms.instalments), terms.instalments[0]
        lines = [
            Line(_("Account"), f"{account.get_product_display()} {account.tail}"),
            risk_line(account),
            Line(_("Payoff"), yuan_text(account.payoff_fen)),
            Line(_("Plan"), f"{number} × {yuan_text(fen)} · {refusal_texts.day_text(first)}"),
            Line(_("In all"), yuan_text(terms.total_fen)),
        ]
        lines += _cost_lines(terms, language)
        if approval.customer and (recording := plan_proposals.recording_of(customer=approval.customer, terms=terms)):
            lines.append(Line(_("Recording"), f"{recording.call_id} · {recording.sha256[:12]}…"))
        past = plan_proposals.beyond(staff=approval.asked_by, account=account, terms=terms, now=approval.asked_at)
        if past:
            words = " · ".join(LIMITS[limit].text(language) for limit in past)
            lines.append(Line(_("Beyond the authority of who asks"), words))
        return lines


def _cost_lines(terms: plan_proposals.Terms, language: str) -> list[Line]:
    """Show the kind, the interest and its annual cost, what is let off, and whether a plan in force ends."""
    cost, lines = terms.cost, []
    if cost.kind:
        lines.append(Line(_("Kind of arrangement"), codes.name_of("arrangement_kinds", cost.kind)))
    if cost.method:
        lines.append(Line(_("Way of repayment"), METHODS[cost.method].text(language)))
    if cost.interest_fen:
        lines.append(Line(_("Interest"), f"{yuan_text(cost.interest_fen)} · {cost.annual_percent.normalize():f} %"))
    if cost.cost_percent is not None:
        lines.append(Line(_("Annual cost (IRR)"), f"{cost.cost_percent} %"))
    if cost.recalculates:
        lines.append(Line(_("When more is paid than is due"), KEEPINGS[cost.recalculates].text(language)))
    lines += [
        Line(_("Waiver"), f"{codes.name_of('waiver_components', component)} · {yuan_text(fen)}")
        for component, fen in terms.waived.items()
    ]
    if terms.replaces_id:
        lines.append(Line(_("Takes the place of"), _("the plan in force")))
    return lines


def _terms(approval: Approval) -> plan_proposals.Terms:
    return plan_proposals.Terms.of(approval.payload)


def _account(approval: Approval, now: datetime) -> Account:
    if approval.customer is None or approval.account_id is None:
        raise RefusedError("no_such_account")
    return plan_proposals.check_within(
        customer=approval.customer, account_id=approval.account_id, terms=_terms(approval), now=now
    )
