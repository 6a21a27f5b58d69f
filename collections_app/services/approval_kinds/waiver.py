"""A waiver beyond the authority of whoever asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.authority import LIMITS
from collections_app.domain.money import yuan_text
from collections_app.domain.terms import Term
from collections_app.models import Account, Approval, Customer, Staff
from collections_app.selectors import authority, codes
from collections_app.services import records, waivers
from collections_app.services.approval_kinds.base import ApprovalKind, Line, risk_line
from collections_app.services.errors import RefusedError


class WaiverKind(ApprovalKind):
    """``subject`` is ``account:<id>``; the payload is what is to be let off by component."""

    term = Term(waivers.KIND, "息费减免", "Waiver")
    ask_action = waivers.ACTION
    decide_action = "waiver.approve"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when so much is not owed any more."""
        _account(approval)

    def within_authority(self, *, approval: Approval, staff: Staff, now: datetime) -> bool:
        """Return whether every component is within the person's own authority."""
        if not super().within_authority(approval=approval, staff=staff, now=now):
            return False
        account = Account.objects.get(id=approval.account_id or 0)
        return not waivers.beyond(staff=staff, account=account, terms=_terms(approval), now=now)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Let it off, on the authority of whoever approves."""
        if customer is None or actor.staff is None:
            raise RefusedError("no_such_record")
        waivers.grant_within(
            customer=customer,
            account=_account(approval),
            terms=_terms(approval),
            staff=actor.staff,
            actor=actor,
            now=now,
            approval=approval,
        )

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return the components and fen, for the history."""
        return {"lines": approval.payload["lines"]}

    def describe(self, approval: Approval) -> list[Line]:
        """Show each component with what is owed of it, and which limits of who asks it goes beyond."""
        account = Account.objects.filter(id=approval.account_id or 0).first()
        if account is None:
            return []
        terms, owed = _terms(approval), authority.owed(account)
        language = get_language() or "zh-hans"
        lines = [Line(_("Account"), f"{account.get_product_display()} {account.tail}"), risk_line(account)]
        lines += [
            Line(
                codes.name_of("waiver_components", component),
                _("%(amount)s of %(owed)s owed")
                % {"amount": yuan_text(fen), "owed": yuan_text(owed.get(component, 0))},
            )
            for component, fen in terms.lines.items()
        ]
        lines.append(Line(_("Takes effect"), codes.name_of("waiver_timings", terms.timing)))
        if terms.settlement:
            lines.append(Line(_("Settlement"), _("the account is settled with it")))
        past = waivers.beyond(staff=approval.asked_by, account=account, terms=terms, now=approval.asked_at)
        lines += [
            Line(
                _("Beyond the authority of who asks"),
                f"{codes.name_of('waiver_components', component)} · "
                + " · ".join(LIMITS[limit].text(language) for limit in limits),
            )
            for component, limits in past.items()
        ]
        return lines


def _terms(approval: Approval) -> waivers.Terms:
    return waivers.Terms.of(approval.payload)


def _account(approval: Approval) -> Account:
    if approval.customer is None or approval.account_id is None:
        raise RefusedError("no_such_account")
    return waivers.check_within(customer=approval.customer, account_id=approval.account_id, terms=_terms(approval))
