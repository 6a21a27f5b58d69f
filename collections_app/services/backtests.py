"""Testing a draft of contact rules on the contacts of the last month: what it would have refused or allowed.

The test goes through the customers in order, some at a time, each time in a transaction of its own that remembers how
far it has come: a worker that dies is followed by another, and nothing is tested twice.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from collections_app.domain.backtests import Replayed, replay
from collections_app.models import Backtest, BacktestDifference, Contact, Rule, RulePack
from collections_app.selectors import backtests as past
from collections_app.selectors.rules import read_pack
from collections_app.services import records, rules, sweeps, wake
from collections_app.services.errors import RefusedError

DAYS = 30
AT_A_TIME = 200


@transaction.atomic(durable=True)
def start(*, pack_id: int, actor: records.Actor, now: datetime) -> Backtest:
    """Begin a test of a draft on the last 30 days, wake a worker and return it; ``run`` does the work.

    Raise RefusedError when it is no draft or cannot be read, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=rules.ACTION)
    pack = rules.check_draft(pack_id=pack_id)
    since = now - timedelta(days=DAYS)
    test = Backtest.objects.create(
        pack=pack,
        digest=rules.digest(pack_id=pack.pk),
        since=since,
        until=now,
        asked_by=actor.staff,
        asked_at=now,
        total=past.count(pack_code=pack.code, since=since, until=now),
    )
    wake.soon("rules.backtest", backtest_id=test.pk)
    return test


def run(*, backtest_id: int, now: datetime) -> None:
    """Test all customers that have not been tested yet."""
    while _step(backtest_id, now):
        pass


def run_waiting(*, now: datetime) -> int:
    """Go on with the tests that nobody finished, and return how many there were."""
    waiting = list(Backtest.objects.filter(finished_at__isnull=True).order_by("id").values_list("id", flat=True))
    sweeps.each(waiting, lambda backtest_id: run(backtest_id=backtest_id, now=now))
    return len(waiting)


def finished(*, pack: RulePack) -> Backtest | None:
    """Return the newest finished test of a draft as it is now."""
    tests = Backtest.objects.filter(pack=pack, digest=rules.digest(pack_id=pack.pk), finished_at__isnull=False)
    return tests.order_by("-id").first()


@transaction.atomic(durable=True)
def _step(backtest_id: int, now: datetime) -> bool:
    """Test the next customers; return whether there may be more."""
    test = Backtest.objects.select_for_update(of=("self",)).select_related("pack").filter(id=backtest_id).first()
    if test is None or test.finished_at is not None:
        return False
    if test.digest != rules.digest(pack_id=test.pack_id):
        # The draft was changed meanwhile: what was tested is no draft any more.
        test.delete()
        return False
    pack = read_pack(test.pack, Rule.objects.filter(pack=test.pack_id).order_by("kind", "id"))
    customers = past.next_customers(
        pack_code=pack.code, since=test.since, until=test.until, after=test.reached, limit=AT_A_TIME
    )
    if not customers:
        test.finished_at, test.done = now, test.total
        test.save(update_fields=["finished_at", "done"])
        return False
    tested = past.of_customers(customers=customers, pack=pack, since=test.since, until=test.until)
    answers = [(each, replay(each.past, pack=pack, history=each.history, around=each.around)) for each in tested]
    _keep(test, answers)
    test.done = min(test.total, test.done + len(tested))
    test.reached = customers[-1].id
    test.save(update_fields=["done", "reached", "counts"])
    return True


def _keep(test: Backtest, answers: Sequence[tuple[past.Tested, Replayed]]) -> None:
    """Write the differences down and add them up by rule."""
    counts = {kind: Counter(test.counts.get(kind, {})) for kind in ("refused", "allowed")}
    differences = []
    for each, answer in answers:
        if not answer.differs:
            continue
        counts["refused" if answer.after else "allowed"][answer.rule] += 1
        row = each.row
        differences.append(
            BacktestDifference(
                backtest=test,
                customer_id=row.customer_id,
                contact=row if isinstance(row, Contact) else None,
                refusal=None if isinstance(row, Contact) else row,
                at=row.at,
                channel=row.channel,
                purpose=row.purpose,
                before=answer.before,
                after=answer.after,
                rule=answer.rule,
                considered=[finding.as_json() for finding in answer.findings],
            )
        )
    BacktestDifference.objects.bulk_create(differences, batch_size=1000)
    unknown = test.counts.get("unknown", 0) + sum(not answer.known for _, answer in answers)
    test.counts = {**counts, "unknown": unknown}


def check_tested(*, pack: RulePack) -> Backtest:
    """Return the test of a draft as it is now. Raise RefusedError when there is none yet."""
    test = finished(pack=pack)
    if test is None:
        raise RefusedError("rules_not_tested")
    return test
