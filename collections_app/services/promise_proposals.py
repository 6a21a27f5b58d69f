"""Promises outside what may be promised: written down as proposed, and asked for.

Until it is approved a proposal holds nothing, is told to nobody, and is no part of what is derived.
"""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from collections_app.domain import promises as rules
from collections_app.domain.promises import PENDING, Part, PromiseState
from collections_app.models import Account, Approval, Promise
from collections_app.services import approvals, derivation, promises, records
from collections_app.services.errors import RefusedError

KIND = "promise_terms"
ASKABLE = frozenset(f"promise_{code}" for code in rules.ASKABLE)


@transaction.atomic(durable=True)
def take_or_ask(
    *,
    customer_id: int,
    account_id: int,
    parts: Sequence[Part],
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    replaces_id: int | None = None,
    documents: Sequence[File[bytes]] = (),
) -> Approval | None:
    """Ask for a promise beyond the limits and return the request; take one within them at once and return None.

    ``replaces_id`` is the pending promise that gets other dates. Raise RefusedError for what nobody may allow.
    """
    write = "promise.take" if replaces_id is None else "promise.redate"
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=write)
    records.check_may(actor=actor, action=write)
    replaces = pending(promise_id=replaces_id, customer_id=customer.id) if replaces_id else None
    if replaces is not None:
        account_id = replaces.account_id
    wrong = promises.problems(customer=customer, account_id=account_id, parts=parts, now=now, replaces=replaces)
    if wrong and wrong[0].code not in ASKABLE:
        raise wrong[0]
    if not wrong:
        promises.take_within(
            customer=customer, account_id=account_id, parts=parts, actor=actor, now=now, replaces=replaces
        )
        derivation.derive(customer=customer, now=now)
        return None
    promise = promises.write_within(
        customer=customer,
        account_id=account_id,
        parts=parts,
        state=PromiseState.PROPOSED,
        actor=actor,
        now=now,
        redates=replaces.redates + 1 if replaces else 0,
    )
    return approvals.ask_within(
        customer=customer,
        kind=KIND,
        # One proposal an account: two would be answered by whoever comes first.
        subject=f"account:{account_id}",
        reason=reason,
        actor=actor,
        now=now,
        account_id=account_id,
        # What is not collected meanwhile.
        amount_fen=Account.objects.get(id=account_id).overdue_fen,
        payload={"promise": promise.id, "replaces": replaces.id if replaces else None},
        documents=documents,
    )


def pending(*, promise_id: int, customer_id: int) -> Promise:
    """Return a pending promise of a record. Raise RefusedError when there is none, or not any more."""
    promise = Promise.objects.filter(id=promise_id, customer_id=customer_id).first()
    if promise is None:
        raise RefusedError("no_such_promise")
    if promise.state not in PENDING:
        raise RefusedError("promise_not_pending", state=promise.state)
    return promise
