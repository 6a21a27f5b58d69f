"""What the clock owes many rows is done for each, whatever is wrong with one of them; and nobody overlooks that one."""

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import connection, connections

from collections_app.domain.promises import Part
from collections_app.models import Alert, Customer, Promise, Staff
from collections_app.services import approvals, derivation, holds, late_records, promises, sweeps
from collections_app.services.records import Actor
from tests import factories

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Loops around transactions that are no sweeps, or that look after their rows themselves, and why.
NO_SWEEPS = {
    "collections_app/services/intake/runs.py:_give_up_on_dead": "at most one file was being taken in",
    "collections_app/services/intake/runs.py:_take": "one file: all of it or nothing",
    "collections_app/services/lines/lease.py:free_lapsed_of": "a person has one line at most",
    "notifications/services/planning.py:plan_of": "a chunk is one statement; the row of the run says how far it came",
}


def _spoil(customer: Customer) -> None:
    """Leave a name that no key opens: a restored backup, a key that was lost."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE collections_app_customer SET name = 'k9:AAAA' WHERE id = %s", [customer.pk])


def _late(now: datetime, number: int = 3) -> list[Customer]:
    made = [factories.make_debtor()[0] for _ in range(number)]
    Customer.objects.filter(id__in=[each.id for each in made]).update(derive_due_at=now)
    return made


def test_each_row_has_its_turn_and_what_failed_is_raised_at_the_end(db: None) -> None:
    seen: list[int] = []

    def do(row: int) -> bool:
        seen.append(row)
        if row == 2:
            raise ValueError(row)
        return row != 3

    with pytest.raises(ExceptionGroup) as caught:
        sweeps.each([1, 2, 3, 4], do)
    assert (seen, [str(error) for error in caught.value.exceptions]) == ([1, 2, 3, 4], ["2"])
    assert sweeps.each([1, 3, 4, 5], do, limit=2) == 2, "what had nothing to do takes nobody's place"
    assert seen[-1] == 4

    def over(row: int) -> bool:
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        sweeps.each([1, 2], over)


def test_each_step_has_its_turn(db: None, now: datetime) -> None:
    taken: list[str] = []

    def broken(*, now: datetime) -> int:
        taken.append("broken")
        raise ValueError

    def sound(*, now: datetime) -> int:
        taken.append("sound")
        return 3

    with pytest.raises(ExceptionGroup):
        sweeps.in_turn(broken, sound, now=now)
    assert taken == ["broken", "sound"]
    assert sweeps.in_turn(sound, sound, now=now) == [3, 3]


def test_a_name_that_does_not_open_keeps_nobody_from_being_derived(db: None, now: datetime) -> None:
    """What is sealed is not needed to derive, so it is left closed."""
    late = _late(now)
    _spoil(late[0])
    assert derivation.sweep_due(now=now).done == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT derived_at FROM collections_app_customer WHERE id = %s", [late[0].pk])
        assert cursor.fetchone()[0] == now


def test_a_record_that_cannot_be_derived_is_set_aside_and_told_of(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others of its batch go on, it is tried again a quarter of an hour later, and then the alert is over."""
    late, facts_of = _late(now), derivation.facts_of

    def unreadable(customers: list[Customer]) -> Any:
        if late[1].pk in {each.pk for each in customers}:
            raise ValueError
        return facts_of(customers)

    monkeypatch.setattr(derivation, "facts_of", unreadable)
    assert late_records.catch_up(now=now, seconds=5) == 2
    assert Alert.objects.get(kind="derive_failed").detail == {"records": 1}
    assert late_records.catch_up(now=now + timedelta(seconds=30), seconds=5) == 0, "it is not tried at every turn"
    monkeypatch.setattr(derivation, "facts_of", facts_of)
    assert late_records.catch_up(now=now + timedelta(minutes=16), seconds=5) == 1
    assert not Alert.objects.filter(kind="derive_failed", resolved_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_late_records_are_caught_up_with_by_one_run_batch_after_batch(now: datetime) -> None:
    """At midnight everybody overdue is late at once; one batch a turn would take the night."""
    _late(now, 5)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [derivation._ALONE])
        assert late_records.catch_up(now=now, seconds=5, limit=2) == 0
    finally:
        other.close()
    assert late_records.catch_up(now=now, seconds=5, limit=2) == 5


def test_one_record_that_does_not_open_keeps_no_promise_from_being_judged(
    db: None, collector: Staff, now: datetime
) -> None:
    made = []
    for _ in range(2):
        customer, account = factories.make_debtor()
        promise = promises.take(
            customer_id=customer.id, account_id=account.id, parts=[Part(now.date(), account.overdue_fen)],
            actor=Actor.of(collector), seen_version=None, now=now,
        )  # fmt: skip
        made.append((customer, account, promise))
        account.data_as_of = now.date() + timedelta(days=2)
        account.save(update_fields=["data_as_of"])
    _spoil(made[0][0])
    with pytest.raises(ExceptionGroup):
        promises.judge_due(now=now + timedelta(days=2), limit=1)
    assert Promise.objects.get(id=made[1][2].id).state == "broken"


def test_however_many_requests_wait_each_is_looked_at_in_its_turn(
    db: None, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """The matter of the one that lapses last has gone; those before it wait on."""
    asked = []
    for _ in range(5):
        customer, _account = factories.make_debtor()
        held = holds.place(
            customer_id=customer.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now
        )
        asked.append(held)
        approvals.ask(
            kind="hold_release", subject=f"hold:{held.id}", reason="已核", customer_id=customer.id,
            actor=Actor.of(collector), now=now, seen_version=None,
        )  # fmt: skip
    holds.release(hold_id=asked[-1].id, reason="resolved", actor=Actor.of(supervisor), seen_version=None, now=now)
    ended = [approvals.sweep(now=now + timedelta(minutes=turn), limit=2) for turn in range(3)]
    assert sum(ended) == 1


def test_no_sweep_loops_over_transactions_without_isolation() -> None:
    """A loop around transactions ends with the first that fails, and the same rows starve at every run."""
    found = {
        f"{path.relative_to(BASE_DIR)}:{name}"
        for app in ("collections_app", "mediation", "notifications", "repayment")
        for path in sorted((BASE_DIR / app / "services").rglob("*.py"))
        for name in _bare_loops(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found - set(NO_SWEEPS) == set()


def _bare_loops(tree: ast.Module) -> Iterator[str]:
    durable = {each.name for each in tree.body if isinstance(each, ast.FunctionDef) and _is_durable(each)}
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for loop in ast.walk(function):
            if isinstance(loop, ast.For) and not any(isinstance(each, ast.Try) for each in loop.body):
                bodies: list[ast.AST] = list(loop.body)
            elif isinstance(loop, ast.GeneratorExp | ast.ListComp):
                bodies = [loop.elt]
            else:
                continue
            inner = [each for body in bodies for each in ast.walk(body)]
            calls = {each.func.id for each in inner if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}
            opens = any("durable=True" in ast.unparse(each) for each in inner if isinstance(each, ast.With))
            if opens or calls & durable:
                yield function.name


def _is_durable(function: ast.FunctionDef) -> bool:
    return any("durable=True" in ast.unparse(each) for each in function.decorator_list)
