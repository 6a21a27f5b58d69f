"""A promise to pay outside what may be promised without asking."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from collections_app.domain import promises as rules
from collections_app.domain.money import yuan_text
from collections_app.domain.promises import Part, PromiseState
from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer, Promise
from collections_app.services import promise_proposals, promise_verdicts, promises, records, refusal_texts
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError


class PromiseTermsKind(ApprovalKind):
    """``subject`` is ``account:<id>``; the payload names the proposed promise and the one it replaces."""

    term = Term(promise_proposals.KIND, "超限承诺还款", "Promise beyond the limits")
    ask_action = "promise.take"
    decide_action = "promise.approve"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the proposal has gone, or something stands against it that nobody may allow."""
        promise = _proposed(approval)
        customer = promise.customer
        wrong = promises.problems(
            customer=customer,
            account_id=promise.account_id,
            parts=_parts(promise),
            now=now,
            replaces=_replaced(approval, customer),
        )
        if wrong and wrong[0].code not in promise_proposals.ASKABLE:
            raise wrong[0]

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Let the promise begin, in place of the one it replaces."""
        promise = _proposed(approval)
        if customer is None:
            raise RefusedError("no_such_record")
        replaces = _replaced(approval, customer)
        if replaces is not None:
            end = PromiseState.REDATED
            promise_verdicts.end_within(customer=customer, promise=replaces, state=end, actor=actor, now=now)
        parts = _parts(promise)
        today = now.astimezone(ZoneInfo(customer.time_zone)).date()
        promise.state = rules.state_on(day=parts[0].due_on, today=today)
        promise.save(update_fields=["state"])
        promises.begin_within(customer=customer, promise=promise, parts=parts, actor=actor, now=now, replaces=replaces)

    def drop(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Withdraw the proposal; the request keeps what was proposed."""
        row = Promise.objects.filter(id=approval.payload["promise"], state=PromiseState.PROPOSED)
        row.update(state=PromiseState.WITHDRAWN)

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return the parts, for the history."""
        parts = _parts(Promise.objects.get(id=approval.payload["promise"]))
        return {"parts": [{"due_on": part.due_on.isoformat(), "amount_fen": part.amount_fen} for part in parts]}

    def describe(self, approval: Approval) -> list[Line]:
        """Show the account, each part, and which limits it goes beyond."""
        promise = Promise.objects.select_related("account").filter(id=approval.payload["promise"]).first()
        if promise is None:
            return []
        account = promise.account
        parts = [f"{refusal_texts.day_text(part.due_on)} · {yuan_text(part.amount_fen)}" for part in _parts(promise)]
        lines = [
            Line(_("Account"), f"{account.get_product_display()} {account.tail}"),
            Line(_("Overdue now"), yuan_text(account.overdue_fen)),
            *(Line(_("Promised") if place == 0 else "", part) for place, part in enumerate(parts)),
        ]
        if promise.state == PromiseState.PROPOSED:
            wrong = promises.problems(
                customer=promise.customer,
                account_id=account.id,
                parts=_parts(promise),
                now=approval.asked_at,
                replaces=Promise.objects.filter(id=approval.payload["replaces"] or 0).first(),
            )
            lines += [Line(_("Beyond the limits"), refusal_texts.refusal_text(error)) for error in wrong]
        return lines


def _proposed(approval: Approval) -> Promise:
    rows = Promise.objects.select_related("customer", "account").filter(state=PromiseState.PROPOSED)
    promise = rows.filter(id=approval.payload["promise"], customer=approval.customer).first()
    if promise is None:
        raise RefusedError("promise_not_proposed")
    return promise


def _replaced(approval: Approval, customer: Customer) -> Promise | None:
    wanted = approval.payload["replaces"]
    return promise_proposals.pending(promise_id=wanted, customer_id=customer.id) if wanted else None


def _parts(promise: Promise) -> list[Part]:
    return [Part(part.due_on, part.amount_fen) for part in promise.parts.order_by("due_on")]
