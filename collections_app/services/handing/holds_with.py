"""The hold that a hand-off brings, for as long as the work is open."""

from datetime import datetime

from django.db.models import Q

from collections_app.domain.handoffs import COMPLAINTS, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.outcomes import Outcome, OutcomeEffect
from collections_app.models import Customer, HandOff, Hold
from collections_app.selectors import codes
from collections_app.services import holds, records
from collections_app.services.errors import RefusedError

# What stays whatever becomes of the work: nobody comes back to life because a paper was checked.
_STAYS = frozenset({HoldKind.DECEASED})


def comes_with_work(outcome: Outcome) -> bool:
    """Return whether the hold of an outcome is the one that its hand-off brings, and so ends with the work."""
    if OutcomeEffect.HANDOFF not in outcome.effects:
        return False
    rule = codes.seen().handoffs.get(outcome.handoff)
    return rule is not None and rule.hold == outcome.hold


def source_of(handoff: HandOff) -> str:
    """Return the source that a hand-off's holds carry."""
    return f"handoff:{handoff.pk}"


def place_within(
    *, customer: Customer, handoff: HandOff, actor: records.Actor, now: datetime, kind: str | None = None
) -> Hold | None:
    """Place the hold of a hand-off's kind, or of the kind given, unless the same stands there by itself.

    Each hand-off has a hold of its own, so that the end of one does not end what another still needs. On a record the
    caller has locked; the caller derives. Raise RefusedError when the hold is of one account and none is known.
    """
    kind = codes.seen().handoffs[handoff.kind].hold if kind is None else kind
    if not kind:
        return None
    account_id = None
    if codes.seen().holds[kind].scope == "account":
        account_id = handoff.account_id or customer.stage_account_id
        if account_id is None:
            raise RefusedError("account_missing")
    same = Hold.objects.filter(
        Q(account_id=account_id) | Q(account__isnull=True), customer=customer, kind=kind, released_at__isnull=True
    ).exclude(ends_at__lte=now)
    # Work that is contested may have left its own behind.
    if same.filter(Q(source=source_of(handoff)) | ~Q(source__startswith="handoff:")).exists():
        return None
    return holds.place_within(
        customer=customer, kind=kind, actor=actor, now=now, account_id=account_id, source=source_of(handoff)
    )


def release_within(*, customer: Customer, handoff: HandOff, actor: records.Actor, now: datetime) -> None:
    """Release what a hand-off brought, now that it has ended, where whoever ended it may end that too.

    Otherwise it stays, to be released by hand. The caller has locked the record and derives.
    """
    if not _may_release(handoff, actor):
        return
    rows = Hold.objects.filter(customer=customer, source=source_of(handoff), released_at__isnull=True)
    for hold in rows.exclude(kind__in=_STAYS):
        holds.release_within(customer=customer, hold=hold, reason=f"handoff_{handoff.state}", actor=actor, now=now)


def _may_release(handoff: HandOff, actor: records.Actor) -> bool:
    """Whether the end of a hand-off ends its hold: the work was done by whom it was given to, not by who gave it.

    A complaint ends by rules of its own. Who may release a hold ends it however they end the work.
    """
    if handoff.kind in COMPLAINTS:
        return True
    if actor.staff is not None and actor.staff.may("hold.release"):
        return True
    opener = handoff.opened_by_id
    is_own = actor.staff is not None and opener == actor.staff.pk
    return handoff.state == HandOffState.DONE and actor.department == handoff.to_department and not is_own
