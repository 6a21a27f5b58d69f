"""What either side owes beside the instalments: met with its evidence, or found overdue and handed on."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.models import Branch
from collections_app.services import alerts, derivation, handoffs, note_words, records, sweeps
from collections_app.services.errors import RefusedError
from mediation.models import Obligation

_log = logging.getLogger(__name__)

WRITE = "obligation.record"
ALERT, REFUSED = "obligation_overdue", "obligation_refused"
LONGEST = 500
# To whom an overdue obligation goes: what the credit record says is for operations, papers for service.
_TO = {"credit_correction": "credit_objection", "proof_of_settlement": "document"}
_OF_BANK, _OF_CUSTOMER = "other", "legal_review"


@transaction.atomic(durable=True)
def record_done(
    *, obligation_id: int, evidence: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> Obligation:
    """Record that an obligation of an agreement in force was met, and what proves it."""
    customer_id = Obligation.objects.filter(id=obligation_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_obligation")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    records.check_may(actor=actor, action=WRITE)
    row = Obligation.objects.select_related("draft").get(id=obligation_id)
    if row.draft.state != "in_force":
        raise RefusedError("not_in_force")
    if row.done_at is not None:
        raise RefusedError("obligation_done_already")
    if not plain(evidence):
        raise RefusedError("evidence_missing")
    note_words.check(text=evidence, kind="hardship")
    row.done_at, row.done_by, row.evidence = now, actor.staff, harmless(evidence).strip()[:LONGEST]
    row.save(update_fields=["done_at", "done_by", "evidence"])
    records.append(
        customer=customer,
        kind="obligation.done",
        actor=actor,
        now=now,
        account_id=row.draft.account_id,
        payload={"obligation": row.id, "kind": row.kind, "party": row.party},
    )
    derivation.derive(customer=customer, now=now)
    return row


def watch(*, now: datetime, limit: int = 200) -> int:
    """Hand on what has become overdue, each in its own transaction, and raise the alert of its branch. Return how many.

    One that is refused or fails keeps no other from being handed on: it is tried again next time, and an alert of the
    branch says how many there are. Each alert closes when its branch has none any more.
    """
    waiting = Obligation.objects.filter(
        draft__state="in_force", done_at__isnull=True, overdue_at__isnull=True, due_on__lte=now.date()
    )
    refused = Counter[int]()
    rows = waiting.order_by("due_on", "id").values_list("id", "customer_id", "customer__branch_id")

    def hand_on(row: tuple[int, int, int]) -> bool:
        obligation_id, customer_id, branch_id = row
        try:
            return _overdue(obligation_id=obligation_id, customer_id=customer_id, now=now)
        except RefusedError as error:
            _log.warning("obligation %s cannot be handed on: %s", obligation_id, error.code)
            refused[branch_id] += 1
            return False
        except Exception:
            refused[branch_id] += 1
            raise

    try:
        return sweeps.each(list(rows), hand_on, limit=limit)
    finally:
        open_rows = Obligation.objects.filter(overdue_at__isnull=False, done_at__isnull=True, draft__state="in_force")
        _alert(ALERT, Counter(open_rows.values_list("customer__branch_id", flat=True)), now)
        _alert(REFUSED, refused, now)


@transaction.atomic(durable=True)
def _overdue(*, obligation_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    row = Obligation.objects.select_related("draft").get(id=obligation_id)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    if row.done_at is not None or row.overdue_at is not None or today < row.due_on + timedelta(days=1):
        return False
    row.overdue_at = now
    row.save(update_fields=["overdue_at"])
    records.append(
        customer=customer,
        kind="obligation.overdue",
        actor=records.SYSTEM,
        now=now,
        account_id=row.draft.account_id,
        payload={"obligation": row.id, "kind": row.kind, "party": row.party, "due_on": row.due_on.isoformat()},
    )
    kind = _TO.get(row.kind, _OF_BANK) if row.party == "bank" else _OF_CUSTOMER
    handoffs.open_within(
        customer=customer,
        kind=kind,
        actor=records.SYSTEM,
        now=now,
        account_id=row.draft.account_id,
        text=f"{row.get_kind_display()} · {row.due_on.isoformat()}",
    )
    derivation.derive(customer=customer, now=now)
    return True


def _alert(kind: str, counts: Counter[int], now: datetime) -> None:
    for branch in Branch.objects.all():
        if counts[branch.id]:
            alerts.raise_alert(kind=kind, detail={"count": counts[branch.id]}, now=now, branch=branch)
        else:
            alerts.clear(kind=kind, now=now, branch=branch)
