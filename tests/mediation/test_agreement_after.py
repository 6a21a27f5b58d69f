"""What becomes of an agreement: how it is kept, its obligations, the courts, and the papers for them."""

# Long because what becomes of an agreement is one story.

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from collections_app.models import Account, Alert, ClockRule, Event, HandOff, Hold, LegalStep, LimitationEvent, Staff
from collections_app.services import contacts, legal_steps, plan_endings, plans, records
from collections_app.services.clocks import law
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.domain import after as after_rules
from mediation.domain import eligibility
from mediation.models import (
    Agreement,
    AgreementDraft,
    CourtPack,
    CourtStage,
    Mediation,
    MediationOrganisation,
    Obligation,
    ProvinceWage,
    Session,
)
from mediation.selectors import after
from mediation.selectors.mediations import eligibility_facts
from mediation.services import court_gaps, court_packs, court_papers, court_rules, courts, notes, obligations, outcomes
from mediation.services.drafts import content as draft_content
from mediation.services.sessions import conductor_of
from mediation.tasks import watch_agreements
from tests import factories
from tests.mediation.conftest import Parties
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import version


@pytest.fixture
def agreed(parties: Parties, now: datetime) -> Agreement:
    draft = parties.draft(now)
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    return Agreement.objects.get()


def at(now: datetime, month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=now.tzinfo)


def standing(now: datetime) -> tuple[str, str]:
    found = after.standing(agreement=Agreement.objects.get(), now=now)
    return found.keeping, found.court


def judged(now: datetime) -> None:
    """Bring plans up to a day, with the core's data of that day."""
    Account.objects.update(data_as_of=now.date())
    plans.judge_due(now=now)


def pay(agreed: Agreement, fen: int, now: datetime) -> None:
    factories.make_received(agreed.account, fen, reference=f"P{now:%m%d}", at=now)
    with transaction.atomic():
        customer = records.lock(customer_id=agreed.customer_id, now=now)
        plans.recount_within(customer=customer, account_id=agreed.account_id, now=now)


def test_kept_late_cured_and_performed(agreed: Agreement, now: datetime) -> None:
    """Each word of the trade follows from the plan and the money, by the day it is."""
    assert standing(now) == ("performing", "")
    judged(at(now, 12, 12))
    assert standing(at(now, 12, 12)) == ("late", "")
    pay(agreed, 130_000, at(now, 12, 12))
    assert standing(at(now, 12, 12)) == ("cured", "")
    pay(agreed, 260_000, at(now, 12, 20))
    assert standing(at(now, 12, 20)) == ("performed", "")


def test_breached_and_its_obligations_go_on(parties: Parties, agreed: Agreement, now: datetime) -> None:
    """The customer's page says what became of it too, not that it was signed."""
    judged(at(now, 12, 12))
    judged(at(now, 12, 14))
    assert standing(at(now, 12, 14)) == ("breached", "")
    page = parties.let_in(parties.debtor).get(f"/r/talks/{agreed.mediation_id}/agreement/").content.decode()
    assert '<span class="state">违约</span>' in page
    assert Obligation.objects.filter(done_at__isnull=True).exists()


def test_annulled_and_varied(agreed: Agreement, now: datetime) -> None:
    plan_endings.annul(
        plan_id=agreed.arrangement_id, reason="登记有误", actor=Actor.of(factories.make_staff("supervisor")),
        seen_version=None, now=now,
    )  # fmt: skip
    assert standing(now) == ("annulled", "")
    assert after_rules.keeping(plan_state="varied", was_cured=True) == "varied"


def test_an_obligation_is_met_with_evidence_or_handed_on(
    agreed: Agreement, representative: Staff, mediator: object, now: datetime
) -> None:
    """Overdue the day after its day: an alert of the branch, a hand-off, once; met, the alert closes."""
    item = Obligation.objects.get()
    assert obligations.watch(now=at(now, 12, 1)) == 0
    assert obligations.watch(now=at(now, 12, 2)) == 1
    assert obligations.watch(now=at(now, 12, 3)) == 0
    assert HandOff.objects.get().kind == "credit_objection"
    assert Alert.objects.get(kind="obligation_overdue", resolved_at__isnull=True).branch == agreed.customer.branch
    actor = Actor.of(representative)
    with pytest.raises(RefusedError, match="evidence_missing"):
        obligations.record_done(obligation_id=item.id, evidence=" ", actor=actor, seen_version=None, now=at(now, 12, 3))
    obligations.record_done(
        obligation_id=item.id, evidence="更正回执 88", actor=actor, seen_version=None, now=at(now, 12, 3)
    )
    with pytest.raises(RefusedError, match="obligation_done_already"):
        obligations.record_done(obligation_id=item.id, evidence="x", actor=actor, seen_version=None, now=at(now, 12, 3))
    obligations.watch(now=at(now, 12, 4))
    assert not Alert.objects.filter(kind="obligation_overdue", resolved_at__isnull=True).exists()
    assert "更正回执" not in str(list(Event.objects.values_list("payload", flat=True)))


def test_an_obligation_that_is_refused_keeps_no_other_waiting(
    agreed: Agreement, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """It is counted in an alert of its branch, tried again, and the terms of the courts are watched all the same."""
    first = Obligation.objects.get()
    second = Obligation.objects.create(
        draft=first.draft, customer=agreed.customer, party="bank", kind="proof_of_settlement", due_on=first.due_on
    )
    real = obligations.handoffs.open_within
    monkeypatch.setattr(obligations.handoffs, "open_within", refuse_first(real))
    assert obligations.watch(now=at(now, 12, 2)) == 1
    assert list(Obligation.objects.filter(overdue_at__isnull=True)) == [first]
    assert HandOff.objects.get().kind == "document"
    told = Alert.objects.get(kind="obligation_refused", resolved_at__isnull=True)
    assert (told.branch, told.detail) == (agreed.customer.branch, {"count": 1})
    assert obligations.watch(now=at(now, 12, 3)) == 1
    assert not Alert.objects.filter(kind="obligation_refused", resolved_at__isnull=True).exists()
    second.refresh_from_db()
    assert second.overdue_at == at(now, 12, 2)
    watched = []
    monkeypatch.setattr(obligations, "watch", lambda **given: 1 / 0)
    monkeypatch.setattr(courts, "watch", lambda **given: watched.append(given))
    with pytest.raises(ExceptionGroup):
        watch_agreements()
    assert watched


def refuse_first(real: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse the first hand-off that is asked for, and open all others."""
    asked = iter([True])

    def open_within(**given: Any) -> Any:
        if next(asked, False):
            raise RefusedError("handoff_lacks")
        return real(**given)

    return open_within


def test_a_document_that_is_gone_is_refused_and_an_alert_and_no_papers_are_made(
    agreed: Agreement, now: datetime
) -> None:
    """Neither a page of errors nor papers without what was signed; as soon as it is back, they are made."""
    draft = agreed.draft
    storage = storages["sealed"]
    body = draft_content(draft)
    storage.delete(draft.stored_as)
    negotiator = agreed.session.representative
    made: dict[str, Any] = {
        "mediation_id": agreed.mediation_id, "kind": "confirmation", "reason": "申请司法确认",
        "actor": Actor.of(negotiator), "seen_version": None, "now": now,
    }  # fmt: skip
    with pytest.raises(RefusedError, match="file_lost"):
        court_packs.make(**made)
    assert Alert.objects.get(kind="mediation_file_lost", resolved_at__isnull=True).branch == agreed.customer.branch
    assert not CourtPack.objects.exists()
    assert not Event.objects.filter(kind="court.pack_made").exists()
    storage.save(draft.stored_as, ContentFile(body))
    pack = court_packs.make(**made)
    storage.delete(pack.stored_as)
    client = signed_in(negotiator)
    address = reverse("mediation:court_papers", args=[agreed.customer.customer_no, agreed.mediation_id, pack.id])
    page = client.get(address)
    assert page.status_code == 409
    assert "The stored document is missing" in page.content.decode()
    assert not Event.objects.filter(kind="court.pack_read").exists()


def test_an_obligation_of_a_draft_is_nobodys_yet(parties: Parties, representative: Staff, now: datetime) -> None:
    parties.draft(now)
    assert obligations.watch(now=at(now, 12, 5)) == 0
    with pytest.raises(RefusedError, match="not_in_force"):
        obligations.record_done(
            obligation_id=Obligation.objects.get().id, evidence="x", actor=Actor.of(representative), seen_version=None,
            now=now,
        )  # fmt: skip


def step(agreed: Agreement, stage: str, now: datetime, **changes: object) -> CourtStage:
    values = {
        "stage": stage,
        "on": now.date(),
        "court": "北京金融法院",
        "case_number": "1 号",
        "text": "通知书",
    } | changes
    return courts.record(
        mediation_id=agreed.mediation_id, step=courts.Step(**values),  # type: ignore[arg-type]
        actor=Actor.of(factories.make_staff("legal", scope="institution")), seen_version=None, now=now,
    )  # fmt: skip


def test_the_term_for_confirmation_runs_warns_and_ends_with_the_application(agreed: Agreement, now: datetime) -> None:
    """Thirty days from the effect: an alert from ten days before, gone with the application; confirmed is a fact."""
    last = agreed.agreed_at.date() + timedelta(days=30)
    clock = after.clocks_of(mediation=agreed.mediation, agreement=agreed, now=now)[0]
    assert (clock.code, clock.last_day, clock.left) == ("confirm", last, 30)
    assert courts.watch(now=now + timedelta(days=19)) == 0
    assert courts.watch(now=now + timedelta(days=27)) == 1
    alert = Alert.objects.get(kind="confirmation_ending", resolved_at__isnull=True)
    assert alert.detail == {"count": 1, "days": 3}
    with pytest.raises(RefusedError, match="court_stage_too_early"):
        step(agreed, "confirmed", now + timedelta(days=27))
    step(agreed, "confirmation_applied", now + timedelta(days=27))
    assert standing(now + timedelta(days=27)) == ("performing", "filed")
    courts.watch(now=now + timedelta(days=27))
    assert not Alert.objects.filter(kind="confirmation_ending", resolved_at__isnull=True).exists()
    step(agreed, "confirmed", now + timedelta(days=28))
    assert standing(now + timedelta(days=28))[1] == "confirmed"
    with pytest.raises(RefusedError, match="court_stage_already"):
        step(agreed, "confirmation_applied", now + timedelta(days=28))
    step(agreed, "enforcement_applied", now + timedelta(days=40))
    assert standing(now + timedelta(days=40))[1] == "enforcement"


def test_rejected_is_a_fact_and_no_step_is_written_over(agreed: Agreement, now: datetime) -> None:
    step(agreed, "confirmation_applied", now)
    row = step(agreed, "rejected", now)
    assert standing(now)[1] == "rejected"
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        CourtStage.objects.filter(id=row.id).update(stage="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        CourtStage.objects.create(
            mediation=agreed.mediation, customer=agreed.customer, account=agreed.account, stage="filed",
            on=now.date(), court="x", recorded_by=row.recorded_by, recorded_at=now,
        )  # fmt: skip


def test_only_what_a_lawful_organisation_brought_about_is_confirmed(agreed: Agreement, now: datetime) -> None:
    """What it was on the day of the session counts: what becomes of it later takes nothing from anybody."""
    MediationOrganisation.objects.update(lawfully_established=False)
    fresh = Agreement.objects.select_related("session", "mediation").get()
    assert [clock.code for clock in after.clocks_of(mediation=fresh.mediation, agreement=fresh, now=now)] == ["confirm"]
    assert pack(agreed.mediation, "confirmation", now)
    MediationOrganisation.objects.update(lawfully_established=True)
    Session.objects.update(held_lawfully=False)
    with pytest.raises(RefusedError, match="no_confirmation_of_this"):
        step(agreed, "confirmation_applied", now)
    with pytest.raises(RefusedError, match="no_confirmation_of_this"):
        pack(agreed.mediation, "confirmation", now)
    assert not after.clocks_of(mediation=agreed.mediation, agreement=Agreement.objects.get(), now=now)


def pack(mediation: Mediation, kind: str, now: datetime, role: str = "legal") -> object:
    return court_packs.make(
        mediation_id=mediation.id, kind=kind, reason="共同申请", seen_version=None, now=now,
        actor=Actor.of(factories.make_staff(role, scope="institution")),
    )  # fmt: skip


def files(made: object) -> dict[str, bytes]:
    staff = factories.make_staff("legal", scope="institution")
    _pack, body = court_packs.open_pack(pack_id=made.pk, actor=Actor.of(staff), now=made.made_at)  # type: ignore[attr-defined]
    with ZipFile(BytesIO(body)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_papers_for_confirmation_hold_the_very_document(agreed: Agreement, now: datetime) -> None:
    """Application, the agreement as signed, proof of mediation, signatures; made and opened stand on the record."""
    found = files(pack(agreed.mediation, "confirmation", now))
    assert sorted(found) == [
        "1-application.pdf", "2-agreement.pdf", "3-proof-of-mediation.pdf", "4-signatures.json", "4-signatures.pdf",
    ]  # fmt: skip
    from mediation.services import drafts

    assert found["2-agreement.pdf"] == drafts.content(AgreementDraft.objects.get(state="in_force"))
    assert list(Event.objects.filter(kind__startswith="court.pack").values_list("kind", flat=True)) == [
        "court.pack_made", "court.pack_read",
    ]  # fmt: skip
    with pytest.raises(NotAllowedError):
        pack(agreed.mediation, "confirmation", now, role="collector")
    with pytest.raises(RefusedError, match="pack_needs_breach"):
        pack(agreed.mediation, "filing", now)


PLANTED = ("墙内备注甲", "底线提议乙", "未签条款丙")


def test_nothing_from_behind_the_wall_is_in_the_papers_for_filing(
    parties: Parties, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note, a position and an unsigned draft are planted; of what is set into the papers none holds them."""
    from collections_app.services import typesetting
    from mediation.models import Position

    notes.add(session_id=parties.session.id, text=PLANTED[0], actor=Actor.of(parties.mediator), now=now)
    Position.objects.create(
        mediation=parties.session.mediation,
        customer=parties.debtor.customer,
        side="customer",
        text=PLANTED[1],
        filed_at=now,
    )
    parties.draft(now, text=PLANTED[2])
    outcomes.record(
        session_id=parties.session.id, ending="gap", terms=None, actor=Actor.of(parties.mediator),
        seen_version=version(parties.debtor), now=now,
    )  # fmt: skip
    said: list[str] = []
    whole = typesetting.pdf
    monkeypatch.setattr(typesetting, "pdf", lambda **given: said.append(str(given["data"])) or whole(**given))
    found = files(pack(parties.session.mediation, "filing", now))
    assert list(found) == ["1-claim.pdf"]
    text = "".join(said)
    assert parties.debtor.customer.name in text
    # A court is named on it, and the plaintiff has a line to sign on.
    for word in ("此致", "签字、日期"):
        assert word in text
    for word in PLANTED:
        assert word not in text


def test_the_ways_open_follow_from_wage_and_disputes(parties: Parties, now: datetime) -> None:
    """Without a wage nothing is claimed about small claims; an unverified one says so."""
    matter = court_papers.Matter(
        parties.debtor.customer,
        Account.objects.get(id=parties.debtor.account.id),
        parties.session.mediation,
        None,
        now,
    )
    assert "规则尚未录入" in court_papers.ways(matter)[0]
    assert court_rules.load() == 3
    assert court_rules.load() == 0
    assert "平均工资尚未录入" in court_papers.ways(matter)[0]
    ProvinceWage.objects.create(
        region=parties.debtor.customer.branch.region, year=2025, yearly_fen=12_000_000, source="x", verified=False
    )
    said = court_papers.ways(matter)
    assert "wage_of_earlier_year" not in court_gaps.missing(matter, "filing")
    ProvinceWage.objects.update(year=2023, verified=True)
    assert "wage_of_earlier_year" in court_gaps.missing(matter, "filing")
    assert any("2023" in line for line in court_papers.ways(matter)), "the year is always named"
    assert "小额诉讼" in said[0]
    assert any("2025" in line for line in said)
    assert sum("第一百六十五条" in line for line in said) == 2
    assert any("第二百二十五条" in line for line in said)


def test_preservation_is_lost_without_a_suit(agreed: Agreement, now: datetime) -> None:
    """Its thirty days warn; the suit stops the clock, what a court confirmed starts two years."""
    law.load()
    step(agreed, "preservation", now)
    courts.watch(now=now + timedelta(days=25))
    assert Alert.objects.filter(kind="preservation_ending", resolved_at__isnull=True).exists()
    with pytest.raises(RefusedError, match="case_number_missing"):
        step(agreed, "filed", now, case_number="")
    with pytest.raises(RefusedError, match="court_date_wrong"):
        step(agreed, "filed", now, on=now.date() + timedelta(days=1))
    step(agreed, "filed", now)
    step(agreed, "confirmation_applied", now)
    step(agreed, "confirmed", now)
    codes = [clock.code for clock in after.clocks_of(mediation=Mediation.objects.get(), agreement=None, now=now)]
    assert codes == ["enforce"]
    courts.watch(now=now + timedelta(days=25))
    assert not Alert.objects.filter(kind="preservation_ending", resolved_at__isnull=True).exists()
    ending = Alert.objects.filter(kind="agreement_enforcement_ending", resolved_at__isnull=True)
    courts.watch(now=now + timedelta(days=550))
    assert not ending.exists()
    courts.watch(now=now + timedelta(days=551))
    assert ending.get().detail == {"count": 1, "days": 180}
    courts.watch(now=now + timedelta(days=740))
    assert ending.get().detail == {"count": 1, "days": -9}, "over, and nobody has applied"
    row = ClockRule.objects.filter(kind="enforcement_years")
    row.update(number=3)
    courts.watch(now=now + timedelta(days=740))
    assert not ending.exists(), "the row of the law says how long"
    row.update(country="HK")
    courts.watch(now=now + timedelta(days=740))
    unknown = Alert.objects.filter(kind="agreement_law_missing", resolved_at__isnull=True)
    assert unknown.get().detail == {"count": 1}, "without a row nothing is counted, and the branch is told"
    client = signed_in(factories.make_staff("legal", scope="institution"))
    client.post(f"/find/{agreed.mediation.customer.customer_no}/", {"purpose": "review", "next": ""})
    page = client.get(reverse("mediation:after", args=[agreed.mediation.customer.customer_no, agreed.mediation_id]))
    assert "No law on file" in page.content.decode()
    step(agreed, "enforcement_applied", now)
    courts.watch(now=now + timedelta(days=740))
    assert not unknown.exists()


@pytest.fixture
def failed(parties: Parties, now: datetime) -> Mediation:
    outcomes.record(
        session_id=parties.session.id, ending="gap", terms=None, actor=Actor.of(parties.mediator),
        seen_version=version(parties.debtor), now=now,
    )  # fmt: skip
    return Mediation.objects.select_related("account", "customer").get(id=parties.session.mediation_id)


def stage(talks: Mediation, code: str, now: datetime, **changes: object) -> CourtStage:
    values = {"stage": code, "on": now.date(), "court": "示范法院", "case_number": "1 号", "text": "通知书"} | changes
    return courts.record(
        mediation_id=talks.pk, step=courts.Step(**values),  # type: ignore[arg-type]
        actor=Actor.of(factories.make_staff("negotiator")), seen_version=None, now=now,
    )  # fmt: skip


def test_a_suit_after_talks_stops_collection_and_interrupts_limitation_on_the_shared_record(
    parties: Parties, failed: Mediation, now: datetime
) -> None:
    """One fact on both pages: the hold, legal's pool, the status, the interruption; without its proof none of them."""
    law.load()
    with pytest.raises(RefusedError, match="evidence_missing"):
        stage(failed, "filed", now, text=" ")
    assert not CourtStage.objects.exists()
    stage(failed, "filed", now)
    account = Account.objects.get(id=failed.account_id)
    customer = account.customer
    assert LegalStep.objects.get().state == "filed"
    assert Hold.objects.get(kind="litigation", released_at=None).account == account
    assert (account.placement, customer.status) == ("legal", "court")
    assert LimitationEvent.objects.get(kind="suit").on == now.date()
    mobile = factories.make_mobile(customer, "13900004444")
    decision = contacts.preview(
        customer=customer, channel="voice", purpose="collection", contact_point=mobile,
        actor=Actor.of(factories.make_staff("collector")), account_ids=[account.id], now=now,
    )  # fmt: skip
    assert not decision.allowed
    with pytest.raises(RefusedError, match="court_stage_already"):
        stage(failed, "filed", now)
    stage(failed, "judgment", now)
    stage(failed, "enforcement_applied", now)
    stage(failed, "enforced", now)
    assert not Hold.objects.filter(kind="litigation", released_at=None).exists()


def test_what_legal_preserved_runs_its_thirty_days_and_talks_do_not_keep_anybody_from_preserving(
    parties: Parties, now: datetime
) -> None:
    """Whoever recorded it, and while the talks are open, which go on; the suit that legal records ends the clock."""
    talks = Mediation.objects.get(id=parties.session.mediation_id)
    with pytest.raises(RefusedError, match="talks_still_open"):
        stage(talks, "filed", now)
    client = signed_in(factories.make_staff("negotiator"))
    page = client.get(reverse("mediation:after", args=[talks.customer.customer_no, talks.pk])).content.decode()
    assert ('value="preservation"' in page, 'value="filed"' in page) == (True, False)
    stage(talks, "preservation", now)
    account = Account.objects.get(id=talks.account_id)
    assert not eligibility.problems(eligibility_facts(account=account, now=now, own=talks), now=now)
    assert "in_court" in eligibility.problems(eligibility_facts(account=account, now=now), now=now)
    rings = Alert.objects.filter(kind="preservation_ending", resolved_at__isnull=True)
    assert [clock.code for clock in after.clocks_of(mediation=talks, agreement=None, now=now)] == ["sue"]
    account_of_other = factories.make_debtor()[1]
    lawyer = Actor.of(factories.make_staff("legal", scope="institution"))

    def by_legal(owner: Account, state: str) -> None:
        legal_steps.record(
            customer_id=owner.customer_id, account_id=owner.pk,
            step=legal_steps.Step(state, now.date(), "示范法院", "2 号", "裁定书"), actor=lawyer, seen_version=None,
            now=now,
        )  # fmt: skip

    by_legal(account_of_other, "preserved")
    courts.watch(now=now + timedelta(days=25))
    assert sum(alert.detail["count"] for alert in rings.all()) == 2
    by_legal(account_of_other, "filed")
    by_legal(account, "filed")
    courts.watch(now=now + timedelta(days=25))
    assert not rings.exists()
    assert "in_court" in eligibility.problems(eligibility_facts(account=account, now=now, own=talks), now=now)


def test_a_payment_order_in_force_starts_the_years_to_enforce(failed: Mediation, now: datetime) -> None:
    """Not one that was only applied for, none the debtor can still object to, none that was objected to."""
    law.load()
    clocks = partial(after.clocks_of, mediation=failed, agreement=None)
    stage(failed, "payment_order", now)
    with pytest.raises(RefusedError, match="court_stage_too_early"):
        stage(failed, "enforcement_applied", now)
    late = now + timedelta(days=20)
    with pytest.raises(RefusedError, match="payment_order_not_yet"):
        stage(failed, "payment_order_effective", late, on=now.date() + timedelta(days=14))
    assert not clocks(now=late)
    stage(failed, "payment_order_effective", late)
    with pytest.raises(RefusedError, match="court_stage_contradicts"):
        stage(failed, "payment_order_ended", late)
    failed = Mediation.objects.get(id=failed.pk)
    [clock] = after.clocks_of(mediation=failed, agreement=None, now=late)
    assert (clock.code, clock.last_day) == ("enforce", late.date().replace(year=2028))
    courts.watch(now=late + timedelta(days=600))
    assert Alert.objects.filter(kind="agreement_enforcement_ending", resolved_at__isnull=True).exists()
    stage(failed, "enforcement_applied", late)
    assert not after.clocks_of(mediation=Mediation.objects.get(id=failed.pk), agreement=None, now=late)


def test_a_confirmation_of_the_address_is_kept_of_talks_by_telephone_too(agreed: Agreement, now: datetime) -> None:
    """Also after the end, by whoever held them; it is no gap any more, and goes with the papers."""
    assert agreed.session.mode != "meeting"
    mediation, session = agreed.mediation, agreed.session
    matter = court_papers.Matter(agreed.customer, agreed.account, mediation, agreed, now)
    assert "address_not_confirmed" in court_gaps.missing(matter, "confirmation")
    client = signed_in(conductor_of(session))
    assert "Signed by hand" in client.get(reverse("mediation:session", args=[session.pk])).content.decode()
    page = client.get(reverse("mediation:meeting", args=[session.pk])).content.decode()
    assert ('id="minutes"' in page, 'name="file"' in page) == (False, True)
    sent = {"kind": "address", "file": SimpleUploadedFile("确认书.pdf", b"%PDF-1.7 address"), "form_key": "k" * 24}
    assert client.post(reverse("mediation:add_paper", args=[session.pk]), sent).status_code == 302
    assert "address_not_confirmed" not in court_gaps.missing(matter, "confirmation")
    assert files(pack(mediation, "confirmation", now))["5-address-1.pdf"] == b"%PDF-1.7 address"
    assert client.post(reverse("mediation:minutes", args=[session.pk]), {"text": "x"}).status_code == 404
