"""A complaint is taken in once, answered by its calendar clock in writing, and keeps whom it is about away."""

# Long because one cast plays a complaint from its receipt to its end.
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from collections_app.domain.complaint_intake import Intake, Representative
from collections_app.models import (
    Account,
    CaseClaim,
    Complaint,
    ComplaintDocument,
    Contact,
    Conversation,
    Customer,
    Event,
    HandOff,
    Hold,
    MachineClient,
    Placement,
    PowerOfAttorney,
    Recusal,
    RelatedPerson,
    Staff,
)
from collections_app.selectors import records as scope
from collections_app.services import approvals, calls, handoffs, notes
from collections_app.services.complaints import documents, intake, powers, recusals, steps
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import CUSTOMER, Actor
from tests import factories, seeds
from tests.collections_app.conftest import Debtor
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def no_n_plus_one() -> None:
    """A complaint touches a few rows of each kind."""


@pytest.fixture
@remembered
def protector(db: None, now: datetime) -> Staff:
    seeds.calendars(now=now)
    seeds.rule_packs(now=now)
    return factories.make_staff("consumer_protection", scope="institution")


def given(now: datetime, **values: Any) -> Intake:
    plain: dict[str, Any] = {
        "source": "hotline", "cause": "collection", "sub_kind": "too_often", "level": "ordinary",
        "text": "一天来电五次", "demand": "书面道歉", "received_at": now,
    }  # fmt: skip
    return Intake(**(plain | values))


def take(debtor: Debtor, by: Staff, now: datetime, seen: int | None = None, **values: Any) -> Complaint:
    papers = {name: values.pop(name) for name in ("papers", "power_paper") if name in values}
    return intake.take(
        customer_id=debtor.customer.id, given=given(now, **values), actor=Actor.of(by), seen_version=seen, now=now,
        **papers,
    )  # fmt: skip


def move(complaint: Complaint, step: str, by: Staff, now: datetime, **values: Any) -> Complaint:
    plain: dict[str, Any] = {
        "complaint_id": complaint.id, "step": step, "actor": Actor.of(by), "seen_version": None, "now": now,
        "text": "经查属实，已处理。", "finding": "upheld" if step in {"answer", "answer_review"} else "",
    }  # fmt: skip
    return steps.move(**(plain | values))


def code_of(act: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    return refused.value.code


def test_taking_one_in_opens_the_work_its_clock_and_its_hold(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    """Fifteen calendar days from the receipt, not from the typing; collection waits for the first answer."""
    received = now - 2 * DAY
    complaint = take(debtor, collector, now, received_at=received, markers=("vulnerable",))
    assert complaint.due_at == complaint.handoff.due_at == received + 15 * DAY
    assert (complaint.handoff.kind, complaint.handoff.to_department) == ("complaint", "compliance")
    hold = Hold.objects.get()
    assert (hold.kind, hold.source) == ("complaint_conduct", f"handoff:{complaint.handoff_id}")
    assert "一天来电五次" in Event.objects.get(kind="complaint.taken").text_row.text
    assert take(debtor, collector, now, cause="pricing", sub_kind="").handoff.id != complaint.handoff_id
    assert set(Hold.objects.values_list("kind", flat=True)) == {"complaint_conduct", "complaint_other"}


def test_what_is_on_no_list_or_lacks_is_refused(debtor: Debtor, collector: Staff, now: datetime) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"source": "rumour"}, "no_such_code"),
        ({"sub_kind": ""}, "complaint_kind_missing"),
        ({"cause": "pricing"}, "complaint_kind_missing"),
        ({"demand": " "}, "complaint_words_missing"),
        ({"received_at": now + DAY}, "complaint_day_impossible"),
        ({"account_id": 0}, "no_such_account"),
        ({"representative": Representative(" ")}, "representative_missing"),
        ({"staff_id": 0}, "no_such_colleague"),
        ({"agency_id": 0}, "no_such_agency"),
        ({"handoff_id": 0}, "no_such_handoff"),
    ]
    for values, code in cases:
        assert code_of(lambda values=values: take(debtor, collector, now, **values)) == code
    assert not Complaint.objects.exists()
    assert not HandOff.objects.exists()


def test_a_duplicate_joins_the_open_one_and_its_clock_stays(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    """The regulator passes on what the hotline has already: one complaint, two receipts, the higher level."""
    first = take(debtor, collector, now)
    again = take(debtor, protector, now + DAY, source="regulator_12378", reference="12378-77", level="major_2",
                 markers=("regulator",), received_at=now + DAY)  # fmt: skip
    assert again.id == first.id
    again.refresh_from_db()
    assert (again.due_at, again.level, again.markers) == (first.due_at, "major_2", ["regulator"])
    assert again.receipts.count() == 2
    assert HandOff.objects.count() == 1
    move(again, "answer", protector, now + DAY)
    assert take(debtor, collector, now + 2 * DAY).id != first.id


def test_what_the_customer_or_a_call_has_passed_on_is_taken_in_where_it_lies(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The hand-off becomes the complaint's, and the clock runs from its opening."""
    with transaction.atomic():
        passed = handoffs.open_within(
            customer=Customer.objects.select_for_update().get(id=debtor.customer.id), kind="complaint",
            actor=CUSTOMER, now=now - DAY, text="态度差",
        )  # fmt: skip
    complaint = take(debtor, collector, now, handoff_id=passed.id)
    assert (complaint.handoff_id, complaint.due_at) == (passed.id, now + 14 * DAY)
    assert HandOff.objects.count() == 1
    assert code_of(lambda: take(debtor, collector, now, cause="pricing", sub_kind="", handoff_id=passed.id)) == (
        "no_such_handoff"
    )
    assert code_of(
        lambda: handoffs.move(handoff_id=passed.id, state="done", actor=CUSTOMER, seen_version=None, now=now)
    ) == "handoff_ends_with_complaint"  # fmt: skip


def test_whom_it_is_about_is_recused_at_once(debtor: Debtor, collector: Staff, protector: Staff, now: datetime) -> None:
    """Their call, claim and accounts end; they neither see nor write the record, nor get it back by any way."""
    customer = debtor.customer
    Account.objects.filter(id=debtor.account.id).update(owner=collector)
    call = calls.start(
        customer_id=customer.id, contact_point_id=None, actor=Actor.of(collector), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    CaseClaim.objects.create(
        customer=customer, staff=collector, queue="x", taken_at=now, expires_at=now + timedelta(hours=1)
    )
    take(debtor, protector, now, staff_id=collector.id)
    call.refresh_from_db()
    assert call.interrupted_at == now
    assert CaseClaim.objects.get().ended_at == now
    assert Account.objects.get(id=debtor.account.id).owner is None
    assert not scope.scoped(collector, now=now).filter(id=customer.id).exists()
    assert scope.scoped(factories.make_staff("collector"), now=now).filter(id=customer.id).exists()
    actor = Actor.of(collector)
    with pytest.raises(NotAllowedError) as refused:
        notes.add(customer_id=customer.id, text="x", actor=actor, seen_version=None, now=now)
    assert refused.value.code == "recused_from_record"
    with pytest.raises(NotAllowedError):
        take(debtor, collector, now, cause="pricing", sub_kind="")
    with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
        Account.objects.filter(id=debtor.account.id).update(owner=collector)


def test_who_writes_down_a_complaint_about_themselves_is_recused_by_it(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    complaint = take(debtor, collector, now, staff_id=collector.id)
    assert Recusal.objects.get().complaint == complaint
    assert Customer.objects.get(id=debtor.customer.id).recused_staff == [collector.id]


def test_an_agency_complained_of_gives_the_accounts_back(debtor: Debtor, collector: Staff, now: datetime) -> None:
    agency = MachineClient.objects.create(client_id="a", name="甲公司", kind="agency", created_at=now)
    placement = Placement.objects.create(client=agency, account=debtor.account, customer=debtor.customer, placed_at=now)
    Account.objects.filter(id=debtor.account.id).update(placement="placed")
    take(debtor, collector, now, agency_id=agency.id)
    placement.refresh_from_db()
    assert placement.recalled_at == now
    assert Account.objects.get(id=debtor.account.id).placement == "in_house"


def test_a_recusal_ends_by_a_person_with_a_reason_once_the_complaint_is_answered(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    complaint = take(debtor, protector, now, staff_id=collector.id)
    recusal = Recusal.objects.get()

    def end(reason: str = "经查不属实") -> Recusal:
        return recusals.end(recusal_id=recusal.id, reason=reason, actor=Actor.of(protector), seen_version=None, now=now)

    assert code_of(end) == "recusal_until_answered"
    move(complaint, "answer", protector, now, finding="not_upheld")
    assert code_of(lambda: end(" ")) == "reason_missing"
    end()
    assert scope.scoped(collector, now=now).filter(id=debtor.customer.id).exists()
    assert code_of(end) == "no_such_recusal"


def test_the_written_answer_is_a_document_and_ends_the_hold(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    """Word for word, sealed, with its fingerprint; each look at it stands on the record."""
    complaint = take(debtor, collector, now)
    move(complaint, "investigate", protector, now)
    complaint = move(complaint, "answer", protector, now)
    assert (complaint.state, complaint.finding, complaint.answered_at) == ("answered", "upheld", now)
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    letter = ComplaintDocument.objects.get()
    assert (letter.kind, letter.text, letter.way) == ("answer", "经查属实，已处理。", "")
    _document, content = documents.open_document(document_id=letter.id, actor=Actor.of(collector), now=now)
    assert content.read().startswith(b"%PDF-")
    assert Event.objects.filter(kind="document.read", actor=collector).count() == 1
    with pytest.raises(Exception, match="pgtrigger"), transaction.atomic():
        letter.delete()


def test_a_letter_leaves_the_bank_under_a_permit_or_is_handed_over(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    """Without an address there is no letter by post; with one it is a contact like any other."""
    complaint = take(debtor, collector, now)
    assert code_of(lambda: move(complaint, "answer", protector, now, way="letter")) == "no_contact_point"
    complaint.refresh_from_db()
    assert complaint.state == "accepted"
    factories.make_mobile(debtor.customer, "北京市西城区某街 1 号", kind="address_home")
    move(complaint, "answer", protector, now, way="letter")
    contact = Contact.objects.get(channel="letter")
    assert (contact.state, contact.purpose) == ("made", "statutory")
    letter = ComplaintDocument.objects.get()
    assert letter.contact == contact
    for way, code in [("pigeon", "no_such_way"), ("hand", "document_delivered_already")]:
        assert code_of(
            lambda way=way: documents.deliver(
                document_id=letter.id, way=way, actor=Actor.of(protector), seen_version=None, now=now
            )
        ) == code  # fmt: skip


def test_more_time_is_somebody_elses_to_give_and_is_written_to_the_complainant(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    """15, 30, 60 days from the receipt; once each; not after the answer."""
    complaint = take(debtor, collector, now)
    judge = factories.make_staff("compliance", scope="institution")

    def ask(extension: int) -> Any:
        return approvals.ask(
            kind="complaint_extension", subject=f"complaint:{complaint.id}:{extension}", reason="需外部核实",
            customer_id=debtor.customer.id, actor=Actor.of(protector), now=now,
        )  # fmt: skip

    assert code_of(lambda: ask(2)) == "complaint_extended_already"
    for extension, days in [(1, 30), (2, 60)]:
        request = ask(extension)
        with pytest.raises(RefusedError):
            approvals.decide(approval_id=request.id, verdict="approved", answer="", actor=Actor.of(protector), now=now)
        approvals.decide(approval_id=request.id, verdict="approved", answer="", actor=Actor.of(judge), now=now)
        complaint.refresh_from_db()
        assert (complaint.state, complaint.due_at) == (f"extended_{extension}", now + days * DAY)
        assert complaint.handoff.due_at == complaint.due_at or HandOff.objects.get().due_at == complaint.due_at
    notice = ComplaintDocument.objects.filter(kind="extension").latest("id")
    assert "2027年1月19日" in notice.text
    assert code_of(lambda: ask(3)) == "complaint_extended_already"


def test_a_review_is_asked_for_in_time_and_answered_in_writing(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    complaint = move(take(debtor, collector, now), "answer", protector, now)
    assert code_of(lambda: move(complaint, "ask_review", protector, now + 31 * DAY)) == "review_asked_late"
    complaint = move(complaint, "ask_review", protector, now + DAY)
    assert complaint.review_handoff is not None
    assert complaint.due_at == complaint.review_handoff.due_at == now + 31 * DAY
    complaint = move(complaint, "answer_review", protector, now + 2 * DAY, finding="partly")
    assert (complaint.state, complaint.finding) == ("review_answered", "partly")
    complaint = move(complaint, "close", protector, now + 3 * DAY)
    assert complaint.closed_at == now + 3 * DAY
    assert code_of(lambda: move(complaint, "answer", protector, now)) == "complaint_cannot_move"


def test_a_step_needs_its_words_its_finding_the_role_and_the_record_as_it_is(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    complaint = take(debtor, collector, now)
    assert code_of(lambda: move(complaint, "answer", protector, now, text=" ")) == "reason_missing"
    assert code_of(lambda: move(complaint, "answer", protector, now, finding="")) == "finding_missing"
    assert code_of(lambda: move(complaint, "dance", protector, now)) == "no_such_step"
    with pytest.raises(NotAllowedError):
        move(complaint, "answer", collector, now)
    with pytest.raises(StaleWriteError):
        move(complaint, "answer", protector, now, seen_version=1)
    move(complaint, "refuse", protector, now)
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert HandOff.objects.get().state == "withdrawn"


def test_a_representative_is_proven_by_document_scope_and_day(
    debtor: Debtor, collector: Staff, protector: Staff, now: datetime
) -> None:
    """The complaint is taken in at once; collection goes through them only once legal has said so."""
    lawyer = factories.make_staff("legal", department="legal", scope="institution")
    paper = SimpleUploadedFile("poa.pdf", b"%PDF-1.7 poa", content_type="application/pdf")
    take(debtor, collector, now, representative=Representative("李四"))
    bare = PowerOfAttorney.objects.get()
    assert (bare.handoff.kind, bare.handoff.to_department) == ("representative", "legal")

    def check(power: PowerOfAttorney, result: str = "proven") -> PowerOfAttorney:
        return powers.check(
            power_id=power.id, result=result, reason="已核对原件", actor=Actor.of(lawyer), seen_version=None, now=now
        )

    assert code_of(lambda: check(bare)) == "power_not_whole"
    assert check(bare, "refused").state == "refused"
    over = Representative("李四", "投诉及协商", date(2026, 11, 1))
    take(debtor, collector, now, cause="pricing", sub_kind="", representative=over, power_paper=paper)
    assert code_of(lambda: check(PowerOfAttorney.objects.latest("id"))) == "power_has_ended"
    paper.seek(0)
    whole = Representative("李四", "投诉及协商", date(2027, 1, 1))
    take(debtor, collector, now, cause="returns", sub_kind="", representative=whole, power_paper=paper)
    power = check(PowerOfAttorney.objects.latest("id"))
    person = RelatedPerson.objects.get(customer=debtor.customer)
    assert (person.role, person.name, person.until) == ("representative", power.name, power.valid_until)
    assert power.handoff.state == "done" or HandOff.objects.get(id=power.handoff_id).state == "done"
    hold = Hold.objects.get(kind="represented")
    assert hold.ends_at is not None
    assert hold.ends_at.date() == date(2027, 1, 1)
    assert code_of(lambda: check(power)) == "power_checked_already"


def test_an_open_complaint_keeps_its_case_open(debtor: Debtor, collector: Staff, now: datetime) -> None:
    from collections_app.services import cases

    complaint = take(debtor, collector, now)
    HandOff.objects.update(state="done", closed_at=now)
    Hold.objects.update(released_at=now, release_reason="x")
    customer = Customer.objects.get(id=debtor.customer.id)
    customer.overdue_fen = 0
    with transaction.atomic():
        assert not cases.close_if_done_within(customer=customer, now=now)
        Complaint.objects.filter(id=complaint.id).update(state="closed", closed_at=now)
        assert cases.close_if_done_within(customer=customer, now=now)
    assert not Conversation.objects.exists()
