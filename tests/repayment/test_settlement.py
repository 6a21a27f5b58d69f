"""Settlement files: taken in once, reconciled line by line, and every difference open until it is explained."""

from datetime import timedelta

import pytest
import zeal
from django.core.management import CommandError, call_command

from collections_app.models import Alert, JournalLine
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError
from repayment.gateways.sandbox import book, statement
from repayment.models import SandboxOrder, SettlementDifference, SettlementFile, SettlementLine
from repayment.services import settlement
from tests import factories
from tests.repayment.conftest import notice_body, notify

DAY = timedelta(days=1)


def paid(visitor, now):
    """Let the customer pay, and the cashier tell of it."""
    payment, cashier = visitor.pay()
    visitor.client.post(cashier, {"button": "pay"})
    return payment


def under_way() -> int:
    return sum(JournalLine.objects.filter(book="clearing").values_list("amount_fen", flat=True))


def differences():
    return list(SettlementDifference.objects.filter(ended_at=None).values_list("kind", "ours_fen", "theirs_fen"))


@zeal.zeal_ignore()
def test_a_file_settles_what_was_paid_and_sent_back_and_coming_again_changes_nothing(visitor, sent, now, tmp_path):
    """The gateway owes nothing any more, its fee is booked, and the same file or line twice is once."""
    payment = paid(visitor, now)
    notify(sent[0]["body"])
    book.refund(reference=payment.reference, fen=5_000, now=now)
    content = statement.write(since=now - DAY, until=now + DAY)
    done = settlement.take_in(gateway="sandbox", name="a.csv", content=content, now=now)
    assert (done.lines, done.new, differences()) == (2, 2, [("not_refunded", 0, 5_000)])
    notify(notice_body(payment, now=now, outcome="refunded", amount_fen="5000", gateway_reference=_own(payment)))
    assert settlement.reconcile(now=now) == 0
    assert under_way() == 0
    fee_fen = payment.amount_fen * 6 // 1000
    assert JournalLine.objects.get(book="gateway_fees").amount_fen == fee_fen
    path = tmp_path / "again.csv"
    path.write_bytes(content)
    call_command("import_settlement", "sandbox", str(path))
    settlement.take_in(gateway="sandbox", name="b.csv", content=content + b"\n", now=now)
    assert (SettlementFile.objects.count(), SettlementLine.objects.count(), under_way()) == (2, 2, 0)


def _own(payment):
    return SandboxOrder.objects.get(reference=payment.reference).gateway_reference


@zeal.zeal_ignore()
def test_money_the_gateway_settled_and_nobody_told_of_ends_when_it_is_told(visitor, sent, now):
    """Until the notification comes it is a difference with an alert; then both end by themselves."""
    payment = paid(visitor, now)
    content = statement.write(since=now - DAY, until=now + DAY)
    settlement.take_in(gateway="sandbox", name="a.csv", content=content, now=now)
    assert differences() == [("not_received", 0, payment.amount_fen)]
    assert Alert.objects.get(resolved_at=None).kind == "settlement_differs"
    notify(sent[0]["body"])
    assert settlement.reconcile(now=now) == 0
    assert not Alert.objects.filter(resolved_at=None).exists()


@zeal.zeal_ignore()
def test_money_no_file_contains_an_unknown_line_and_another_amount_wait_for_an_explanation(visitor, sent, now):
    """Each is work until somebody with the right says in words what it was."""
    payment = paid(visitor, now)
    notify(sent[0]["body"])
    lines = [
        ",".join(statement.COLUMNS),
        f"X1,payment,PNOBODY,700,0,CNY,{(now - DAY).isoformat()}",
        f"X2,payment,PNOBODY2,700,0,CNY,{(now + 5 * DAY).isoformat()}",
    ]
    settlement.take_in(gateway="sandbox", name="a.csv", content="\n".join(lines).encode(), now=now)
    assert sorted(differences()) == [
        ("not_settled", payment.amount_fen, 0), ("unknown", 0, 700), ("unknown", 0, 700),
    ]  # fmt: skip
    late = f"{lines[0]}\nX3,payment,{payment.reference},{payment.amount_fen - 1},0,CNY,{now.isoformat()}"
    settlement.take_in(gateway="sandbox", name="b.csv", content=late.encode(), now=now)
    assert ("amount", payment.amount_fen, payment.amount_fen - 1) in differences()
    assert "not_settled" not in {kind for kind, _, _ in differences()}
    row = SettlementDifference.objects.filter(kind="unknown").first()
    operations = records.Actor.of(factories.make_staff("operations"))
    with pytest.raises(RefusedError):
        settlement.explain(difference_id=row.pk, explanation=" ", actor=operations, now=now)
    collector = records.Actor.of(factories.make_staff("collector"))
    with pytest.raises(NotAllowedError):
        settlement.explain(difference_id=row.pk, explanation="x", actor=collector, now=now)
    settlement.explain(difference_id=row.pk, explanation="paid in error, sent back", actor=operations, now=now)
    with pytest.raises(RefusedError):
        settlement.explain(difference_id=row.pk, explanation="again", actor=operations, now=now)
    assert len(differences()) == 2


@zeal.zeal_ignore()
def test_a_chargeback_the_bank_has_won_leaves_no_difference(visitor, sent, now):
    """What went and came again is even, in the difference and in what the gateway owes."""
    payment = paid(visitor, now)
    notify(sent[0]["body"])
    head = ",".join(statement.COLUMNS)
    whole = f"{payment.reference},{payment.amount_fen},0,CNY,{now.isoformat()}"
    lost = f"{head}\nX1,payment,{whole}\nX2,chargeback,{whole}"
    settlement.take_in(gateway="sandbox", name="a.csv", content=lost.encode(), now=now)
    assert differences() == [("not_refunded", 0, payment.amount_fen)]
    settlement.take_in(gateway="sandbox", name="b.csv", content=f"{head}\nX3,returned,{whole}".encode(), now=now)
    assert differences() == []
    assert under_way() == 0


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path):
    """A bad line refuses the whole file with its number; a file that is not there is said to be none."""
    path = tmp_path / "bad.csv"
    path.write_text(f"{','.join(statement.COLUMNS)}\nX1,payment,P1,abc,0,CNY,2026-11-22T10:00:00+00:00\n")
    with pytest.raises(CommandError, match="line 2"):
        call_command("import_settlement", "sandbox", str(path))
    with pytest.raises(CommandError, match="no file"):
        call_command("import_settlement", "sandbox", str(tmp_path / "none.csv"))
    assert not SettlementFile.objects.exists()
