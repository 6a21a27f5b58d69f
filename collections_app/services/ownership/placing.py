"""Plans to place many accounts with an agency, or to call them back: first what stops each is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from collections_app.domain.ownership.moving import MOST, Goal, Skip
from collections_app.domain.ownership.placements import NOTICE_LASTS
from collections_app.domain.ownership.pools import OWN, Pool
from collections_app.domain.typed import plain
from collections_app.models import Account, Customer, MachineClient, Placement, Reassignment, Staff
from collections_app.models.tokens import account_token
from collections_app.selectors import placing as selector
from collections_app.selectors import records as visible_records
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.machines import placements
from collections_app.services.ownership.previewing import Decided, Selection, chosen, keep, narrowed, once

ACTION = placements.ACTION
# What each plan writes on the records: by it a later change is told from one that does not matter.
WRITES: dict[str, str] = {Goal.AGENCY: "account.place", Goal.RECALL: "account.recall"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which accounts: those of the pasted numbers, or without numbers those the filter finds.

    ``told_only`` leaves out of a filter whose debtor was not told; ``client_id`` and ``batch`` narrow a recall.
    """

    numbers: Sequence[str] = ()
    filter: Selection = field(default_factory=Selection)
    told_only: bool = False
    client_id: int | None = None
    batch: str = ""


def preview_placing(
    *,
    choice: Choice,
    client_id: int,
    until_on: date | None,
    batch: str,
    reason: str,
    actor: records.Actor,
    now: datetime,
    form_key: str = "",
) -> Reassignment:
    """Decide for each chosen account whether it can be placed with the agency, keep that, and place nothing.

    A form that is sent again gives the plan of its first sending. Raise NotAllowedError when the role may not;
    RefusedError without a reason or an agency, for a day that is over, for too many numbers, and when nothing was
    chosen.
    """

    @transaction.atomic(durable=True)
    def make(key: str) -> Reassignment:
        staff = _check(choice, reason, actor)
        client = MachineClient.objects.filter(pk=client_id).first()
        if client is None:
            raise RefusedError("no_such_agency")
        placements.check_agency(client)
        if until_on is not None and until_on <= now.astimezone(ZoneInfo(settings.TIME_ZONE)).date():
            raise RefusedError("placement_day_over")
        accounts, missing = _accounts(choice, staff, now, recall=False)
        stopped = selector.stops(accounts=accounts, client=client, until_on=until_on, now=now)
        decided = [
            Decided(account.owner_id, account.placement, *_why(stopped[account.pk]))
            if account.pk in stopped
            else Decided(account.owner_id, Pool.PLACED)
            for account in accounts
        ]
        plan = _plan(Goal.AGENCY, choice, missing, reason, staff, now, key)
        plan.agency, plan.until_on, plan.batch = client, until_on, batch.strip()[:32]
        return keep(plan=plan, accounts=accounts, decided=decided)

    return once(actor, form_key, make)


def _why(stop: tuple[Skip, str]) -> tuple[str, None, str]:
    return stop[0], None, stop[1]


def preview_recall(
    *, choice: Choice, reason: str, actor: records.Actor, now: datetime, form_key: str = ""
) -> Reassignment:
    """Show what would be called back from the agency, or from all of them, and call nothing back.

    Raise as ``preview_placing`` does.
    """

    @transaction.atomic(durable=True)
    def make(key: str) -> Reassignment:
        staff = _check(choice, reason, actor)
        accounts, missing = _accounts(choice, staff, now, recall=True)
        with_agency = _with_agency(choice, [account.pk for account in accounts])
        decided = [
            Decided(account.owner_id, with_agency[account.pk].from_pool)
            if account.pk in with_agency
            else Decided(account.owner_id, account.placement, Skip.NOT_PLACED)
            for account in accounts
        ]
        plan = _plan(Goal.RECALL, choice, missing, reason, staff, now, key)
        plan.agency_id, plan.batch = choice.client_id, choice.batch.strip()[:32]
        return keep(plan=plan, accounts=accounts, decided=decided)

    return once(actor, form_key, make)


def _check(choice: Choice, reason: str, actor: records.Actor) -> Staff:
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    if not plain(reason):
        raise RefusedError("reason_missing")
    if len(choice.numbers) > MOST:
        raise RefusedError("too_many_numbers", most=MOST)
    return actor.staff


def _accounts(choice: Choice, staff: Staff, now: datetime, *, recall: bool) -> tuple[list[Account], list[int]]:
    """Return the chosen accounts of a person's reach, and the places in the list of numbers that found none."""
    if choice.numbers:
        tokens = [account_token(number) for number in choice.numbers]
        rows = Account.objects.filter(
            account_token__in=tokens, customer__in=visible_records.scoped(staff, now=now).order_by().values("id")
        )
        found = list(rows.select_related("customer").order_by("-overdue_fen", "id"))
        known = {account.account_token for account in found}
        missing = [place for place, token in enumerate(tokens, start=1) if token not in known]
    else:
        found, missing = list(_filtered(choice, staff, now, recall=recall)[: choice.filter.most]), []
    if not found:
        raise RefusedError("nothing_chosen")
    return found, missing


def _filtered(choice: Choice, staff: Staff, now: datetime, *, recall: bool) -> QuerySet[Account]:
    if recall:
        reach = visible_records.scoped(staff, now=now).order_by().values("id")
        rows = Account.objects.filter(customer__in=reach, placements__in=_of(choice)).select_related("customer")
        return narrowed(rows, choice.filter)
    rows = chosen(staff=staff, selection=choice.filter, now=now).filter(placement__in=OWN)
    return rows.filter(outsource_notice_at__gt=now - NOTICE_LASTS) if choice.told_only else rows


def _of(choice: Choice) -> QuerySet[Placement]:
    rows = Placement.objects.filter(recalled_at__isnull=True)
    if choice.client_id is not None:
        rows = rows.filter(client=choice.client_id)
    return rows.filter(batch=choice.batch.strip()) if choice.batch.strip() else rows


def _with_agency(choice: Choice, account_ids: Sequence[int]) -> dict[int, Placement]:
    rows = _of(choice).filter(account__in=account_ids).select_related("account")
    return {placement.account_id: placement for placement in rows.order_by("id")}


def _plan(
    goal: Goal, choice: Choice, missing: list[int], reason: str, staff: Staff, now: datetime, form_key: str
) -> Reassignment:
    selection = {
        "branch_id": choice.filter.branch_id,
        "product": choice.filter.product,
        "stage": choice.filter.stage,
        "from_fen": choice.filter.from_fen,
        "below_fen": choice.filter.below_fen,
        "told_only": choice.told_only,
        "numbers": len(choice.numbers),
        "missing": missing,
    }
    return Reassignment(
        goal=goal, reason=reason.strip()[:500], selection=selection, created_by=staff, created_at=now, form_key=form_key
    )


def apply_within(
    *,
    plan: Reassignment,
    customers: Mapping[int, Customer],
    accounts: Sequence[Account],
    actor: records.Actor,
    now: datetime,
) -> set[int]:
    """Place or call back accounts of records the caller has locked, and return which; what is stopped now stays."""
    if plan.goal == Goal.AGENCY:
        return _place(plan, customers, accounts, actor, now)
    choice = Choice(client_id=plan.agency_id, batch=plan.batch)
    found = _with_agency(choice, [account.pk for account in accounts])
    back = sorted(found.values(), key=lambda placement: placement.pk)
    placements.recall_within(customers=customers, found=back, reason="by_hand", actor=actor, now=now, text=plan.reason)
    derivation.derive_many(customer_ids=sorted({placement.customer_id for placement in back}), now=now)
    return set(found)


def _place(
    plan: Reassignment,
    customers: Mapping[int, Customer],
    accounts: Sequence[Account],
    actor: records.Actor,
    now: datetime,
) -> set[int]:
    client = plan.agency
    if client is None or client.revoked_at is not None:
        return set()
    stopped = selector.stops(accounts=accounts, client=client, until_on=plan.until_on, now=now)
    free = [account for account in accounts if account.pk not in stopped]
    if free:
        placements.place_within(
            customers=customers,
            accounts=free,
            client=client,
            until_on=plan.until_on,
            batch=plan.batch,
            actor=actor,
            now=now,
            text=plan.reason,
        )
    return {account.pk for account in free}
