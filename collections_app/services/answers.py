"""Approved answers: one person writes, another approves, and what is read out of them is remembered as told."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain import answers as rules
from collections_app.domain.told.sayings import Saying
from collections_app.domain.typed import plain
from collections_app.models import Account, Approval, ApprovedAnswer, Customer
from collections_app.selectors import answers as stored
from collections_app.selectors import codes
from collections_app.selectors.promise_rules import limits_for
from collections_app.services import approvals, derivation, records
from collections_app.services.emergencies import red_button
from collections_app.services.errors import RefusedError
from collections_app.services.told import spoken

WRITE, APPROVE, READ = "answer.write", "answer.approve", "answer.read"
KIND = "answer"
_SEED = Path(__file__).resolve().parents[1] / "reference" / "answers.json"
_WORDS = ("question_zh", "question_en", "answer_zh", "answer_en")


def load(*, now: datetime) -> int:
    """Store the answers of this release whose code is not stored yet, in use; return how many were new."""
    known = set(ApprovedAnswer.objects.values_list("code", flat=True))
    rows = json.loads(_SEED.read_text(encoding="utf-8"))
    new = [
        ApprovedAnswer(
            **row, position=10 * place, valid_from=date(2026, 1, 1), active=True, created_at=now, approved_at=now
        )
        for place, row in enumerate(rows, start=1)
        if row["code"] not in known
    ]
    ApprovedAnswer.objects.bulk_create(new)
    return len(new)


@transaction.atomic(durable=True)
def propose(
    *,
    code: str,
    words: dict[str, str],
    statuses: list[str],
    valid_from: date,
    valid_to: date | None,
    reason: str,
    actor: records.Actor,
    now: datetime,
) -> Approval:
    """Write another version of an answer, or the first of a new one, and ask a second person to put it in use.

    Raise RefusedError when words are missing, name what the record does not have, differ between the languages, or
    the same is asked for already; NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=WRITE)
    last = ApprovedAnswer.objects.select_for_update().filter(code=code).order_by("-version").first()
    row = ApprovedAnswer(
        code=code,
        version=last.version + 1 if last else 1,
        position=last.position if last else 1000,
        statuses=sorted(set(statuses)),
        valid_from=valid_from,
        valid_to=valid_to,
        created_by=actor.staff,
        created_at=now,
        **{name: words.get(name, "").strip() for name in _WORDS},
    )
    check_words(row)
    row.save()
    return approvals.ask_within(
        customer=None, kind=KIND, subject=f"answer:{code}", reason=reason, actor=actor, now=now,
        payload={"answer": row.id},
    )  # fmt: skip


def check_words(row: ApprovedAnswer) -> None:
    """Raise RefusedError when an answer cannot be given as it is written."""
    if not row.code or not all(plain(getattr(row, name)) for name in _WORDS):
        raise RefusedError("answer_incomplete")
    problem, word = rules.problem(zh=row.answer_zh, en=row.answer_en)
    if problem:
        raise RefusedError(problem, word=word)
    if not set(row.statuses) <= set(codes.seen().terms("statuses")):
        raise RefusedError("answer_incomplete")
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise RefusedError("answer_dates_upside_down")


def put_in_use_within(*, row: ApprovedAnswer, actor: records.Actor, now: datetime) -> None:
    """Put a version in use in place of the one before, in the transaction of its approval."""
    ApprovedAnswer.objects.filter(code=row.code, active=True).update(active=False)
    row.active, row.approved_by, row.approved_at = True, actor.staff, now
    row.save(update_fields=["active", "approved_by", "approved_at"])


@transaction.atomic(durable=True)
def read_out(
    *,
    answer_id: int,
    customer_id: int,
    account_id: int | None,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> ApprovedAnswer:
    """Record that an answer was read out to a customer: every amount in it is remembered as told by mouth.

    Raise RefusedError when it is not in use today, the record lacks what it names, or it speaks of the debt and
    nobody has proven who they are; StaleWriteError when the amounts have moved since the screen showed them.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=READ)
    records.check_may(actor=actor, action=READ)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    answer = next((row for row in stored.in_use(today=today) if row.id == answer_id), None)
    if answer is None:
        raise RefusedError("no_such_answer")
    words = rules.words_in(answer.answer_zh)
    account = _account(customer, account_id) if words & rules.OF_THE_DEBT else None
    limits = limits_for(account=account, today=today) if account and account.overdue_fen > 0 else None
    values = stored.values_of(customer=customer, account=account, limits=limits, language="en")
    if rules.fill(answer.answer_en, values) is None:
        raise RefusedError("answer_lacks_facts")
    if words & rules.OF_THE_DEBT:
        _check_may_hear(customer, actor, now)
    if account is not None:
        _remember(customer, account, words, actor, now)
    records.append(
        customer=customer,
        kind="answer.read",
        actor=actor,
        now=now,
        account_id=account.pk if account else None,
        payload={"answer": answer.id, "code": answer.code, "answer_version": answer.version},
    )
    derivation.derive(customer=customer, now=now)
    return answer


def _remember(customer: Customer, account: Account, words: set[str], actor: records.Actor, now: datetime) -> None:
    said = [
        Saying(
            account.pk,
            name,
            getattr(account, f"{name}_fen"),
            valid_until=account.payoff_valid_until if name == "payoff" else None,
        )
        for name in rules.AMOUNTS
        if name in words
    ]
    spoken.remember_within(customer=customer, sayings=said, medium="spoken", staff=actor.staff, contact=None, now=now)


def _check_may_hear(customer: Customer, actor: records.Actor, now: datetime) -> None:
    """Refuse to speak of the debt to nobody in particular, and while somebody's life is at risk."""
    proven = actor.staff is not None and stored.has_proven_person(customer=customer, staff=actor.staff, now=now)
    if not proven or red_button.in_force(customer_id=customer.pk, now=now) is not None:
        raise RefusedError("answer_needs_verified")


def _account(customer: Customer, account_id: int | None) -> Account:
    account = Account.objects.filter(id=account_id or customer.stage_account_id or 0, customer=customer).first()
    if account is None:
        raise RefusedError("no_such_account")
    return account
