"""An agreement from its draft to its force: who signs what, with which proof, and what takes a signature away."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import pgtrigger
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from collections_app.domain.access import CodeFor, CodePurpose
from collections_app.models import Arrangement, Event, Hold, OneTimeCode, Staff, Waiver
from collections_app.services import authorities, one_time_codes, records, signing_codes
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.gateways.signing import registry
from mediation.models import Agreement, AgreementDraft, AgreementSignature, DraftSignature, Mediation, Obligation
from mediation.selectors.mediations import eligibility_facts
from mediation.services import checking, drafts, outcomes, signing
from tests.mediation.conftest import Parties, code_of
from tests.mediation.test_story import terms, version


def test_in_force_at_the_last_signature_and_not_before(parties: Parties, now: datetime) -> None:
    """Order is free; collection stops in the transaction of the last, and every row says who, when and how."""
    draft = parties.draft(now)
    parties.sign(draft, "organisation", now)
    parties.customer_signs(draft, now)
    parties.sign(draft, "bank", now)
    assert not Agreement.objects.exists()
    assert not Arrangement.objects.exists()
    later = now + timedelta(hours=5)
    parties.sign(draft, "mediator", later)
    draft.refresh_from_db()
    agreed = Agreement.objects.get()
    assert (draft.state, draft.agreement, agreed.agreed_at) == ("in_force", agreed, later)
    assert Arrangement.objects.get().state == "performing"
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()
    assert agreed.mediation.ending == "agreed"
    assert set(AgreementSignature.objects.values_list("method", "attested_by")) == {("electronic", None)}
    assert dict(AgreementSignature.objects.values_list("signatory", "at")) == {
        "organisation": now, "customer": now, "bank": now, "mediator": later,
    }  # fmt: skip
    kept = DraftSignature.objects.get(signatory="customer")
    assert (kept.proof, kept.sha256, kept.address, kept.strokes) == (
        "one_time", draft.sha256, "203.0.113.7", "[[[1,2],[3,4]]]",
    )  # fmt: skip
    assert kept.code == OneTimeCode.objects.get()
    assert DraftSignature.objects.get(signatory="organisation").seal_reference == "授权书 7"
    assert checking.check(draft).holds


def test_the_document_says_everything_and_its_hash_is_of_these_bytes(parties: Parties, now: datetime) -> None:
    """With a second language beside the Chinese it is another document."""
    draft = parties.draft(now)
    body = drafts.content(draft)
    assert body.startswith(b"%PDF-")
    assert sha256(body).hexdigest() == draft.sha256
    assert list(draft.instalments.values_list("trigger", flat=True)) == ["unpaid_after_grace"] * 3
    other = parties.draft(now, second_language="en")
    assert (other.version, other.sha256 != draft.sha256) == (2, True)


def test_a_code_for_one_version_signs_no_other_paper(parties: Parties, now: datetime) -> None:
    """Nor does one that was asked for the customer's own instalments."""
    way_in, first = parties.way_in(), parties.draft(now)
    signing.ask_code(session=way_in, mediation_id=first.mediation_id, sha256=first.sha256, now=now)
    old = code_of(way_in, now)
    second = parties.draft(now, text="首期可提前三日支付。")
    hand = signing.Hand(second.sha256, name=parties.debtor.customer.name)
    with transaction.atomic():
        other = signing_codes.ask_within(
            customer=records.lock(customer_id=way_in.customer_id, now=now), session=way_in,
            use=CodeFor(CodePurpose.ARRANGEMENT, second.sha256), now=now,
        )  # fmt: skip
    foreign = one_time_codes.mint_many_within(code_ids=[other.pk], now=now)[other.pk]
    for typed in (old, foreign):
        signed = signing.sign_as_customer(
            session=way_in, mediation_id=second.mediation_id, hand=hand, typed=typed, now=now
        )
        assert signed is None
    assert parties.customer_signs(second, now, way_in=way_in) is not None
    kept = DraftSignature.objects.get(draft=second)
    assert kept.code is not None
    assert (kept.code.purpose, kept.code.paper_sha256) == ("agreement", second.sha256)


def test_another_version_voids_the_signatures_under_the_one_before(parties: Parties, now: datetime) -> None:
    """They stay as evidence of what was signed; nobody signs an old version, and three of four do not count on."""
    first = parties.draft(now)
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(first, signatory, now)
    second = parties.draft(now, text="首期可提前三日支付。")
    first.refresh_from_db()
    assert first.state == "superseded"
    with pytest.raises(RefusedError, match="draft_changed"):
        parties.customer_signs(first, now)
    parties.customer_signs(second, now)
    assert not Agreement.objects.exists()
    assert first.signatures.count() == 3


def test_nobody_signs_for_another_or_without_their_proof(parties: Parties, collector: Staff, now: datetime) -> None:
    """Neither the mediator the seal, nor the representative for the mediator, nor with a wrong password or code."""
    draft = parties.draft(now)
    for signatory, staff in (
        ("organisation", parties.mediator), ("mediator", parties.sealer), ("mediator", parties.representative),
        ("bank", parties.mediator), ("customer", parties.mediator), ("bank", collector),
    ):  # fmt: skip
        staff.set_password("x")
        with pytest.raises(NotAllowedError):
            signing.sign_as_staff(
                draft_id=draft.id, signatory=signatory, hand=signing.Hand(draft.sha256, name=staff.name),
                password="x", actor=Actor.of(staff), now=now,
            )  # fmt: skip
        staff.refresh_from_db()
    with pytest.raises(RefusedError, match="password_wrong"):
        parties.sign(draft, "bank", now, password="something else")
    with pytest.raises(RefusedError, match="signature_missing"):
        parties.sign(draft, "bank", now, hand=signing.Hand(draft.sha256, name="somebody else"))
    assert parties.customer_signs(draft, now, typed="000000") is None
    assert not DraftSignature.objects.exists()
    parties.sign(draft, "bank", now)
    with pytest.raises(RefusedError, match="signed_already"):
        parties.sign(draft, "bank", now)


def test_a_tampered_document_or_signature_is_found(parties: Parties, now: datetime) -> None:
    """Other bytes on disk, or a certificate of somebody else, hold no more."""
    draft = parties.draft(now)
    parties.sign(draft, "bank", now)
    parties.sign(draft, "mediator", now)
    assert [verdict for _row, verdict in checking.check(draft).signatures] == ["holds", "holds"]
    bank = DraftSignature.objects.get(signatory="bank")
    with pgtrigger.ignore("mediation.DraftSignature:draft_signature_append_only"):
        DraftSignature.objects.filter(signatory="mediator").update(certificate=bank.certificate)
    assert {row.signatory: verdict for row, verdict in checking.check(draft).signatures} == {
        "bank": "holds", "mediator": "broken",
    }  # fmt: skip
    storages["sealed"].delete(draft.stored_as)
    assert storages["sealed"].save(draft.stored_as, ContentFile(b"%PDF-1.7 another")) == draft.stored_as
    found = checking.check(draft)
    assert not found.document_holds
    assert {verdict for _row, verdict in found.signatures} == {"document_changed"}


def test_nothing_is_kept_when_the_authority_does_not_sign(
    parties: Parties, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signatory reads that nothing was signed; without any authority a signature carries no certificate."""
    draft = parties.draft(now)
    authority = registry.authority_named("local_ca")

    def silent(**_: object) -> None:
        raise registry.AuthorityUnreachableError

    with monkeypatch.context() as patch:
        patch.setattr(authority, "sign", silent)
        with pytest.raises(RefusedError, match="signing_authority_silent"):
            parties.sign(draft, "bank", now)
    assert not DraftSignature.objects.exists()


def test_without_an_authority_a_signature_says_so(parties: Parties, now: datetime, settings: object) -> None:
    settings.SIGNING_AUTHORITY = ""  # type: ignore[attr-defined]
    draft = parties.draft(now)
    parties.sign(draft, "bank", now)
    assert [verdict for _row, verdict in checking.check(draft).signatures] == ["no_authority"]


def test_what_is_unclear_or_prohibited_is_not_drafted(parties: Parties, now: datetime) -> None:
    """Every instalment with date, amount, account and trigger; no clause that closes a court or names the family."""
    lines = parties.wording().lines
    for wrong, changes in (
        ("facts_missing", {"facts": " "}),
        ("pay_to_missing", {"pay_to": ""}),
        ("term_prohibited", {"text": "客户不得投诉。"}),
        ("no_instalments", {"lines": []}),
        ("duty_date_missing", {"duties": [drafts.drafts.Duty("bank", "refund", None, 100)]}),
        ("duty_amount_missing", {"duties": [drafts.drafts.Duty("bank", "refund", lines[0].due_on)]}),
        ("waiver_with_sum_above", {"waived": {"late_fee": 400_000}}),
    ):
        with pytest.raises(RefusedError) as refused:
            parties.draft(now, **changes)
        assert wrong in refused.value.params["problems"], wrong
    assert not AgreementDraft.objects.exists()


def test_a_waiver_is_the_representatives_and_lapses_with_the_plan(parties: Parties, now: datetime) -> None:
    """It is within their authority or refused; it is granted with the plan, on completion."""
    authorities.load()
    account = parties.debtor.account
    type(account).objects.filter(id=account.id).update(fees_fen=20_000)
    with pytest.raises(RefusedError, match="waiver_not_possible"):
        parties.draft(now, waived={"late_fee": 30_000}, lines=parties.wording().lines[:1])
    draft = parties.draft(now, waived={"late_fee": 1_000})
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    with CaptureQueriesContext(connection) as asked:
        parties.customer_signs(draft, now)
    # Counted while nobody else grants on the same limits: both turns are taken before the waiver is written.
    written = next(
        place for place, one in enumerate(asked) if one["sql"].startswith('INSERT INTO "collections_app_waiver"')
    )
    assert sum("pg_advisory_xact_lock(" in one["sql"] for one in asked.captured_queries[:written]) >= 2
    waiver = Waiver.objects.get()
    assert (waiver.granted_by, waiver.timing, waiver.arrangement) == (
        parties.representative, "on_completion", Arrangement.objects.get(),
    )  # fmt: skip


def test_another_ending_drops_what_is_not_signed(parties: Parties, now: datetime) -> None:
    """An agreement on paper takes its place, as before."""
    draft = parties.draft(now)
    outcomes.record(
        session_id=parties.session.id, ending="agreed", terms=terms(parties.debtor), actor=Actor.of(parties.mediator),
        seen_version=version(parties.debtor), now=now,
    )  # fmt: skip
    draft.refresh_from_db()
    assert draft.state == "dropped"
    with pytest.raises(RefusedError, match="draft_changed"):
        parties.sign(draft, "bank", now)
    assert Arrangement.objects.count() == 1


def test_nothing_said_reaches_the_history(parties: Parties, now: datetime) -> None:
    """Events carry ids, hashes and codes; no name, no text, no stroke."""
    draft = parties.draft(now)
    parties.sign(draft, "bank", now)
    told = str(list(Event.objects.filter(kind__startswith="agreement.").values_list("payload", flat=True)))
    assert draft.sha256 in told
    for word in ("超限额", parties.representative.name, "4021"):
        assert word not in told


def test_the_database_refuses_a_signature_without_its_proof(parties: Parties, now: datetime) -> None:
    """A customer's without a code, a seal without its letter, a draft in force without its agreement."""
    draft = parties.draft(now)
    common = {"draft": draft, "customer": parties.debtor.customer, "name": "x", "sha256": draft.sha256, "at": now}
    for values in (
        {"signatory": "customer", "proof": "one_time"},
        {"signatory": "bank", "proof": "password"},
        {"signatory": "organisation", "proof": "password", "staff": parties.sealer},
        {"signatory": "bank", "proof": "password", "staff": parties.representative, "authority": "local_ca"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            DraftSignature.objects.create(**common, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementDraft.objects.filter(id=draft.id).update(state="in_force")
    with pytest.raises(IntegrityError), transaction.atomic():
        Obligation.objects.filter(draft=draft).update(done_at=now)


@pytest.mark.django_db(transaction=True)
def test_two_last_signatures_at_once_bring_it_into_force_once(parties: Parties, now: datetime) -> None:
    """Both hands are kept, one agreement and one plan are made."""
    draft = parties.draft(now)
    parties.sign(draft, "organisation", now)
    parties.customer_signs(draft, now)
    ready, failed = threading.Barrier(2), []

    def work(signatory: str) -> None:
        try:
            ready.wait()
            parties.sign(draft, signatory, now)
        except BaseException as error:  # noqa: BLE001 (a thread's failure is the test's)
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[name]) for name in ("bank", "mediator")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert (Agreement.objects.count(), Arrangement.objects.count(), DraftSignature.objects.count()) == (1, 1, 4)


def test_the_customer_may_refuse_until_the_last_signature_even_after_their_own(parties: Parties, now: datetime) -> None:
    """A party ends a mediation when it likes (People's Mediation Law, article 23); whoever signs then signs nothing."""
    draft = parties.draft(now)
    parties.customer_signs(draft, now)
    parties.sign(draft, "bank", now)
    page, address = parties.let_in(parties.debtor), f"/r/talks/{draft.mediation_id}/agreement/"
    named = {"refuse": "1", "sha256": draft.sha256}
    assert page.post(address, named).status_code == 400
    assert page.post(address, named | {"sure": "on", "sha256": "0" * 64}).status_code == 409
    assert AgreementDraft.objects.get().state == "open"
    assert page.post(address, named | {"sure": "on"}).status_code == 302
    after = page.get(f"/r/talks/{draft.mediation_id}/").content.decode()
    assert "/r/complaint" in after.split('id="ways"')[1].split("</ul>")[0]
    # Sent again from an old page, when the page itself is another by now.
    again = {"customer_id": draft.customer_id, "mediation_id": draft.mediation_id, "sha256": draft.sha256}
    signing.refuse(**again, now=now + timedelta(hours=1))
    assert Event.objects.filter(kind="mediation.ended").count() == 1
    talks = Mediation.objects.get()
    assert (talks.state, talks.ending, AgreementDraft.objects.get().state) == ("ended", "refused_signature", "dropped")
    assert not Hold.objects.filter(kind="in_mediation", released_at__isnull=True).exists()
    for signatory in ("mediator", "organisation"):
        with pytest.raises(RefusedError, match="draft_changed"):
            parties.sign(draft, signatory, now)
    assert not Agreement.objects.exists()
    # A no like any other: for 30 days the account is not proposed for talks again.
    account = parties.debtor.account
    assert eligibility_facts(account=account, now=now).refused_at == talks.ended_at


@pytest.mark.django_db(transaction=True)
def test_a_refusal_beside_the_last_signature_leaves_an_agreement_or_none(parties: Parties, now: datetime) -> None:
    """Whichever comes first stands whole; the other is told that the draft is another by now."""
    draft = parties.draft(now)
    for signatory in ("bank", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    ready, failed = threading.Barrier(2), []

    def work(one: Callable[[], object]) -> None:
        try:
            ready.wait()
            one()
        except BaseException as error:  # noqa: BLE001 (a thread's failure is the test's)
            failed.append(error)
        finally:
            connections.close_all()

    def refuse() -> None:
        signing.refuse(
            customer_id=draft.customer_id, mediation_id=draft.mediation_id, sha256=draft.sha256, now=now
        )  # fmt: skip

    threads = [
        threading.Thread(target=work, args=[one]) for one in (refuse, lambda: parties.sign(draft, "mediator", now))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [(type(error), str(error)) for error in failed] == [(RefusedError, "draft_changed")]
    talks, agreements = Mediation.objects.get(), Agreement.objects.count()
    assert (talks.ending, agreements, Arrangement.objects.count()) in {("agreed", 1, 1), ("refused_signature", 0, 0)}
