"""Moving accounts from one owner and pool to another: the one place that writes either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collections_app.domain.worklists.claims import ClaimEnd
from collections_app.models import Account, CaseClaim, Customer
from collections_app.services import derivation, records

MOVED = "account.owner_changed"


@dataclass(frozen=True, slots=True)
class Move:
    """One account with the owner and the pool it goes to, and what the event says of why (codes and ids)."""

    account: Account
    owner_id: int | None
    pool: str
    why: Mapping[str, str | int]


def move_within(
    *, customers: Mapping[int, Customer], moves: Sequence[Move], actor: records.Actor, now: datetime, text: str = ""
) -> None:
    """Move accounts of records the caller has locked, derive them, and write an event for each account.

    Claims of those who do not own the record any more end with it. The number of queries does not grow with the
    number of accounts.
    """
    if not moves:
        return
    said = [
        records.Said(
            move.account.customer_id,
            move.account.id,
            {
                "from": move.account.owner_id,
                "to": move.owner_id,
                "from_pool": move.account.placement,
                "pool": move.pool,
                **move.why,
            },
        )
        for move in moves
    ]
    derivation.update_rows(
        table=Account._meta.db_table,
        columns=("owner_id", "placement"),
        types=("bigint", "varchar"),
        rows=[(move.account.id, move.owner_id, move.pool) for move in moves],
    )
    touched = sorted({move.account.customer_id for move in moves})
    derivation.derive_many(customer_ids=touched, now=now)
    _end_claims({(move.account.customer_id, move.account.owner_id) for move in moves}, actor, now)
    records.append_many(customers=customers, kind=MOVED, said=said, actor=actor, now=now, text=text)


def _end_claims(before: set[tuple[int, int | None]], actor: records.Actor, now: datetime) -> None:
    """End the claims that former owners hold on what is not theirs any more."""
    claims = CaseClaim.objects.filter(
        customer__in={customer_id for customer_id, _staff in before}, ended_at__isnull=True
    )
    ended = [pk for pk, *pair in claims.values_list("id", "customer_id", "staff_id") if tuple(pair) in before]
    if ended:
        claims.filter(id__in=ended).update(ended_at=now, end=ClaimEnd.RELEASED, ended_by=actor.staff)
