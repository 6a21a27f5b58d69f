"""Statements of account and certificates of settlement: what they say, when they can be had, and that they stay."""

from datetime import date, timedelta
from hashlib import sha256
from random import Random
from zoneinfo import ZoneInfo

import pytest
import zeal
from django.db import transaction
from django.db.utils import InternalError
from django.urls import reverse
from django.utils import translation

from collections_app.domain.issued import SIGNS, IssuedKind, Settled, in_groups, new_reference, reference_of
from collections_app.domain.issued import why_not_settled as why_not
from collections_app.models import Account, Customer, Entry, Event, HandOff, Hold, Instalment, IssuedDocument
from collections_app.models import Transaction as CoreTransaction
from collections_app.selectors import last_payments
from collections_app.services import derivation, journal
from collections_app.services.issued import contents
from repayment.selectors.schedule import Tally, tally
from tests import factories
from tests.repayment.conftest import make_debtor, notice_body, notify

CHINA = ZoneInfo("Asia/Shanghai")


def settle(visitor, now):
    """Let the core's books contain that nothing is owed."""
    Account.objects.filter(pk=visitor.account.pk).update(
        core_overdue_fen=0, core_minimum_due_fen=0, core_billed_fen=0, core_payoff_fen=0, overdue_since=None
    )
    with transaction.atomic():
        derivation.derive(customer=Customer.objects.get(pk=visitor.customer.pk), now=now)


def issue(visitor, kind):
    return visitor.client.post(f"/r/account/{visitor.account.pk}/document/{kind}/")


def test_a_reference_betrays_any_sign_mistyped_or_swapped():
    """However it is typed it is found; one wrong sign, or two neighbours swapped, are no reference."""
    chance = Random(7)
    reference = new_reference(IssuedKind.SETTLEMENT, choose=chance.choice)
    assert reference_of(f" {in_groups(reference).lower()} ") == reference
    for place, sign in enumerate(reference):
        wrong = [other for other in SIGNS if other != sign]
        assert not any(reference_of(reference[:place] + other + reference[place + 1 :]) for other in wrong)
    for place in range(len(reference) - 1):
        left, right = reference[place], reference[place + 1]
        if left != right:
            assert not reference_of(reference[:place] + right + left + reference[place + 2 :])
    assert not reference_of("BJ-26-000123")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (Settled(0, 0, 0, beside_core=False, closed_to_us=False), ""),
        (Settled(0, 0, 0, beside_core=True, closed_to_us=False), "not_booked_yet"),
        (Settled(5, 0, 0, beside_core=False, closed_to_us=False), "not_booked_yet"),
        (Settled(0, 5, 0, beside_core=False, closed_to_us=False), "not_settled"),
        (Settled(0, 0, 5, beside_core=False, closed_to_us=False), "not_settled"),
        (Settled(0, 0, 0, beside_core=False, closed_to_us=True), "not_certified_here"),
        (Settled(0, 0, 0, beside_core=False, closed_to_us=False, closed_in_core=True), "closed_in_core"),
    ],
)
def test_only_the_cores_books_settle_an_account(facts, reason):
    """Money not booked may bounce; what left the file may have been sold."""
    assert why_not(facts) == reason


def test_a_statement_is_a_pdf_that_stays_as_it_was(visitor, now):
    """Issued by a click, read by a link, the same for the same state, sealed, and nobody changes it."""
    answer = issue(visitor, "statement")
    document = IssuedDocument.objects.get()
    assert answer["Location"] == f"/r/documents/{document.reference}/"
    body = visitor.client.get(answer["Location"])
    assert body["Content-Type"] == "application/pdf"
    assert body.content.startswith(b"%PDF-")
    assert sha256(body.content).hexdigest() == document.sha256
    assert issue(visitor, "statement")["Location"] == answer["Location"]
    visitor.customer.refresh_from_db()
    assert document.record_version == visitor.customer.version
    assert Event.objects.get(kind="issued.made").payload["reference"] == document.reference
    with pytest.raises(InternalError), transaction.atomic():
        IssuedDocument.objects.update(sha256="0" * 64)


def test_a_statement_names_each_amount_its_schedule_and_what_was_paid(visitor, now):
    """Exact names, fen for fen, in the language of the reader."""
    Account.objects.filter(pk=visitor.account.pk).update(product="loan", interest_fen=1234, core_payoff_fen=1234567890)
    settle_line = {"account": visitor.account, "customer": visitor.customer, "principal_fen": 100_000}
    with zeal.zeal_ignore():
        for number, (days, paid) in enumerate([(-40, 100_500), (-10, 500), (20, 0)], start=1):
            Instalment.objects.create(
                number=number, due_on=now.date() + timedelta(days=days), interest_fen=500, paid_fen=paid, **settle_line
            )
        derivation.derive(customer=Customer.objects.get(pk=visitor.customer.pk), now=now)
        account = Account.objects.get(pk=visitor.account.pk)
        wanted = contents.Issue(visitor.customer, account, "D2345", "zh-hans", now)
        with translation.override("zh-hans"):
            said = contents.statement(wanted)
        with translation.override("en"):
            english = contents.statement(contents.Issue(visitor.customer, account, "D2345", "en", now))
    tables = {table["title"]: table["rows"] for table in said["tables"]}
    assert ["逾期金额", "3,913.00"] in tables["欠款情况"]
    assert any(row[1] == "12,345,678.90" for row in tables["欠款情况"])
    assert ["利息", "12.34"] in tables["账面构成"]
    assert [row[-1] for row in tables["账面期供"]] == ["已还", "逾期", "未到期"]
    assert "Overdue amount" in [row[0] for row in english["tables"][0]["rows"]]
    assert tally(list(Instalment.objects.all()), today=now.date()) == Tally(1, 1, 1)
    assert (
        "已还 1 期，逾期 1 期，未到期 1 期" in visitor.client.get(f"/r/account/{visitor.account.pk}/").content.decode()
    )


def test_a_certificate_can_be_had_once_the_books_say_so_and_staff_find_it_by_its_reference(visitor, now, client):
    """Not while something is owed; then as PDF, and whoever is shown it can have it checked."""
    assert "结清证明（PDF）" not in visitor.client.get("/r/documents/").content.decode()
    assert issue(visitor, "settlement").status_code == 409
    settle(visitor, now)
    assert "结清证明（PDF）" in visitor.client.get("/r/documents/").content.decode()
    assert issue(visitor, "settlement").status_code == 302
    document = IssuedDocument.objects.get()
    assert in_groups(document.reference) in visitor.client.get("/r/documents/").content.decode()
    staff = factories.make_staff("collector", branch=visitor.customer.branch)
    client.force_login(staff)
    found = client.get(reverse("desk:find"), {"q": in_groups(document.reference)}, follow=True).content.decode()
    assert visitor.customer.name in found
    record = client.get(reverse("desk:record", args=[visitor.customer.customer_no])).content.decode()
    assert in_groups(document.reference) in record
    opened = client.get(reverse("desk:issued_file", args=[visitor.customer.customer_no, document.pk]))
    assert sha256(opened.content).hexdigest() == document.sha256
    assert Event.objects.get(kind="issued.read").actor == staff


def test_money_that_is_not_booked_yet_is_not_certified(visitor, now):
    """Paid off here a minute ago: the page says from when the certificate can be had."""
    Account.objects.filter(pk=visitor.account.pk).update(core_payoff_fen=391_300)
    settle_now = Customer.objects.get(pk=visitor.customer.pk)
    with transaction.atomic():
        derivation.derive(customer=settle_now, now=now)
    payment, _ = visitor.pay()
    assert notify(notice_body(payment, now=now)).content == b"success"
    assert Account.objects.get(pk=visitor.account.pk).payoff_fen == 0
    assert "下一工作日入账后" in visitor.client.get("/r/documents/").content.decode()
    refused = issue(visitor, "settlement")
    assert (refused.status_code, IssuedDocument.objects.count()) == (409, 0)
    assert "尚未入账" in refused.content.decode()


def test_an_account_that_left_the_books_is_looked_up_by_a_person(visitor, now):
    """The page asks for the certificate; a department answers; asked twice it is one."""
    Account.objects.filter(pk=visitor.account.pk).update(closed_in_core=True, core_payoff_fen=0, payoff_fen=0)
    page = visitor.client.get("/r/documents/").content.decode()
    assert "申请结清证明" in page
    path = f"/r/account/{visitor.account.pk}/ask-certificate/"
    assert visitor.client.post(path)["Location"] == "/r/sent/document/"
    assert HandOff.objects.get().kind == "document"
    assert visitor.client.post(path).status_code == 409


def test_no_document_is_issued_of_another_customer_or_a_debt_that_was_sold(visitor, now):
    """Numbers and references in addresses are tried out; what was assigned is another's."""
    _stranger, account = make_debtor()
    assert visitor.client.post(f"/r/account/{account.pk}/document/statement/").status_code == 404
    assert visitor.client.post(f"/r/account/{visitor.account.pk}/document/other/").status_code == 404
    issue(visitor, "statement")
    Hold.objects.create(customer=visitor.customer, kind="assigned", account=visitor.account, placed_at=now)
    assert issue(visitor, "statement").status_code == 409
    assert visitor.client.get("/r/documents/D23456789ABCD/").status_code == 404


def test_last_payments_count_each_fen_once(visitor, now):
    """The core's transactions until the account was first seen, from then on its own ledger, bounces against them."""
    first = Account.objects.get(pk=visitor.account.pk).created_at.astimezone(CHINA).date()
    common = {"account": visitor.account, "customer": visitor.customer}
    with zeal.zeal_ignore():
        for days in (-30, 0):
            CoreTransaction.objects.create(
                on=first + timedelta(days=days), kind="payment", channel="app", amount_fen=700, **common
            )
        factories.make_received(visitor.account, 900, reference="P1", at=now, state="posted")
        bounce = Entry.objects.create(
            kind="reversal", state="received", amount_fen=900, channel="app", reference="P1", occurred_at=now,
            recorded_at=now, **common,
        )  # fmt: skip
        journal.book_taken_back_within(entry=bounce, now=now)
        Entry.objects.create(
            kind="payment", state="failed", amount_fen=5, channel="gateway", reference="P2", occurred_at=now,
            recorded_at=now, **common,
        )  # fmt: skip
        Entry.objects.create(
            kind="adjustment", state="posted", amount_fen=-400, money_fen=400, channel="core", reference="A1",
            occurred_at=now, recorded_at=now, earliest_on=now.date(), latest_on=now.date(), **common,
        )  # fmt: skip
    rows = last_payments.of_accounts(accounts=[visitor.account], since=date(2026, 1, 1), zone=CHINA)
    assert sorted(line.fen for line in rows[visitor.account.pk]) == [-900, 400, 700, 900]
    page = visitor.client.get(f"/r/account/{visitor.account.pk}/").content.decode()
    assert "-9.00" in page
    assert "冲正" in page or "已到账" in page
