"""Co-borrowers and guarantors: each signs for themselves, or the agreement says what follows without them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from collections_app.domain.access import COSIGNING
from collections_app.models import (
    AccessSession,
    AccountParty,
    Arrangement,
    ContactPoint,
    Customer,
    Event,
    FormKey,
    OneTimeCode,
    Staff,
)
from collections_app.services import access, contacts, records, typesetting
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from desk.views.event_words import EVENT_WORDS
from mediation.models import Agreement, AgreementDraft, AgreementSignature, DraftParty, DraftSignature
from mediation.services import checking, cosigning, drafts, outcomes
from mediation.services.hands import Hand
from notifications.models import Message
from tests import factories
from tests.mediation.conftest import Parties, code_of
from tests.mediation.test_agreement_paper import confirm
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import terms, version
from tests.repayment.conftest import Browser

GUARANTOR_ID = "110101198505050035"


@pytest.fixture
def guarantor(parties: Parties) -> Customer:
    return join(parties, "guarantor", "欧阳保证人")


def join(parties: Parties, role: str, name: str) -> Customer:
    """Make somebody party to the debtor's account."""
    person = factories.make_customer(name=name, id_number=GUARANTOR_ID)
    AccountParty.objects.create(account=parties.debtor.account, customer=person, role=role)
    return person


def way_in(person: Customer, now: datetime) -> AccessSession:
    """Let somebody in by the link of an invitation to sign."""
    with transaction.atomic():
        locked = records.lock(customer_id=person.pk, now=now)
        minted = access.mint_within(customer=locked, now=now, purpose=COSIGNING)
    opened = access.prove(facts={"id_tail": GUARANTOR_ID[-4:]}, address=None, now=now, token=minted.token)
    found = access.session(secret=opened.secret, now=now)
    assert found is not None
    return found


def signs(person: Customer, draft: AgreementDraft, now: datetime, typed: str = "") -> AgreementDraft | None:
    session = way_in(person, now)
    cosigning.ask_code(session=session, draft_id=draft.pk, sha256=draft.sha256, now=now)
    hand = Hand(draft.sha256, name=person.name)
    code = typed or code_of(session, now)
    return cosigning.sign(session=session, draft_id=draft.pk, hand=hand, typed=code, now=now)


def the_table_signs(parties: Parties, draft: AgreementDraft, now: datetime) -> None:
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)


def test_a_guarantor_is_invited_and_signs_by_their_own_code(
    parties: Parties, guarantor: Customer, collector: Staff, now: datetime
) -> None:
    """Everybody else has signed: nothing is in force before the guarantor has, and then for both of them."""
    draft = parties.draft(now)
    cosigning.sweep(now=now)
    cosigning.sweep(now=now)
    asked = Message.objects.get(kind="agreement_to_sign")
    assert (asked.customer, asked.account, asked.expires_at) == (guarantor, None, now + timedelta(days=3))
    the_table_signs(parties, draft, now)
    assert not Agreement.objects.exists()
    assert signs(guarantor, draft, now, typed="000000") is None
    signs(guarantor, draft, now)
    draft.refresh_from_db()
    assert (draft.state, Arrangement.objects.get().state) == ("in_force", "performing")
    kept = AgreementSignature.objects.get(signatory="guarantor")
    assert (kept.person, kept.method) == (guarantor, "electronic")
    mine = DraftSignature.objects.get(signatory="guarantor")
    said = Event.objects.get(kind="agreement.signed", payload__by="guarantor")
    assert (said.department, said.payload["person"]) == ("system", guarantor.pk)
    assert EVENT_WORDS["agreement.signed"](said.payload)[1].endswith(guarantor.name)
    ended = Event.objects.get(kind="mediation.ended")
    assert ended.department == "system"
    assert (mine.code, mine.name) == (OneTimeCode.objects.filter(customer=guarantor).latest("id"), guarantor.name)
    assert checking.check(draft).holds
    with transaction.atomic():
        locked = records.lock(customer_id=guarantor.pk, now=now)
        point = ContactPoint.objects.get(customer=guarantor)
        answer = contacts.permit(
            customer=locked, channel="voice", purpose="collection", contact_point=point, actor=Actor.of(collector),
            now=now,
        )  # fmt: skip
    assert isinstance(answer, contacts.Refusal)
    assert answer.reason == "agreement_active"


def test_a_guarantor_is_left_out_by_choice_and_the_agreement_says_so(
    parties: Parties, guarantor: Customer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason and who chose are kept, the document names the consequence, and the rest bring it into force."""
    co_borrower = join(parties, "co_borrower", "共同借款人甲")
    said: list[str] = []
    whole = typesetting.pdf
    monkeypatch.setattr(typesetting, "pdf", lambda **given: said.append(str(given["data"])) or whole(**given))
    for without, code in (
        ({f"{guarantor.pk}": " "}, "left_out_without_reason"),
        ({f"{co_borrower.pk}": "联系不上"}, "co_borrower_must_sign"),
        ({f"{parties.debtor.customer.pk}": "x"}, "no_such_party"),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as refused:
            parties.draft(now, without=without)
        assert code in refused.value.params["problems"]
    draft = parties.draft(now, without={f"{guarantor.pk}": "多次联系未果"}, second_language="en")
    assert "第六百九十五条" in said[-1]
    assert "article 695" in said[-1]
    row = DraftParty.objects.get(person=guarantor)
    assert (row.signs, row.reason, row.chosen_by) == (False, "多次联系未果", parties.mediator)
    cosigning.sweep(now=now)
    assert [message.customer for message in Message.objects.filter(kind="agreement_to_sign")] == [co_borrower]
    with pytest.raises(RefusedError, match="no_such_draft"):
        signs(guarantor, draft, now)
    the_table_signs(parties, draft, now)
    assert not Agreement.objects.exists()
    signs(co_borrower, draft, now)
    assert Agreement.objects.exists()


def test_they_see_the_agreement_and_nothing_else(parties: Parties, guarantor: Customer, now: datetime) -> None:
    """Their link opens the paper alone: no account page, no talks, no paper of others; the document is the very one."""
    draft = parties.draft(now)
    browser = Browser()
    with transaction.atomic():
        locked = records.lock(customer_id=guarantor.pk, now=now)
        token = access.mint_within(customer=locked, now=now, purpose=COSIGNING).token
    browser.post(f"/r/{token}/")
    assert browser.post("/r/proof/", {"id_tail": GUARANTOR_ID[-4:]}).status_code == 302
    for path in ("/r/account/", "/r/talks/", f"/r/talks/{draft.mediation_id}/agreement/", "/r/preferences/"):
        assert browser.get(path)["Location"] == "/r/cosign/", path
    assert browser.get("/r/account/state/").status_code in {204, 302, 403}
    assert browser.get("/r/cosign/")["Location"] == f"/r/cosign/{draft.pk}/"
    address = f"/r/cosign/{draft.pk}/"
    page = browser.get(address).content.decode()
    assert draft.sha256 in page
    assert parties.debtor.customer.id_number not in page
    assert "/r/preferences/" not in page
    assert browser.get(f"{address}document/").content == drafts.content(draft)
    assert browser.post(address, {"code": "1", "sha256": "0" * 64}).status_code == 409
    assert browser.post(address, {"code": "1", "sha256": draft.sha256}).status_code == 302
    code = code_of(AccessSession.objects.get(customer=guarantor), now)
    sent = {"sha256": draft.sha256, "name": guarantor.name, "strokes": "", "sign": "1"}
    assert browser.post(address, {**sent, "typed": "000000"}).status_code == 403
    assert browser.post(address, {**sent, "typed": code, "name": "别人"}).status_code == 409
    assert browser.post(address, {**sent, "typed": code}).status_code == 302
    assert DraftSignature.objects.get().person == guarantor
    own = parties.let_in(parties.debtor)
    assert own.get(address).status_code == 404
    assert Client().get(address)["Location"] == "/r/"


def test_another_version_takes_back_what_was_asked(parties: Parties, guarantor: Customer, now: datetime) -> None:
    """The first invitation is called back, the second goes out; nobody signs the version before."""
    first = parties.draft(now)
    cosigning.sweep(now=now)
    second = parties.draft(now, text="首期可提前三日支付。")
    later = now + timedelta(minutes=1)
    cosigning.sweep(now=later)
    states = dict(Message.objects.filter(kind="agreement_to_sign").values_list("reference", "state"))
    assert {reference.split(":")[1]: state for reference, state in states.items()} == {
        str(first.pk): "cancelled", str(second.pk): "due",
    }  # fmt: skip
    with pytest.raises(RefusedError, match="draft_changed"):
        signs(guarantor, first, later)


def test_whoever_has_signed_is_not_invited_and_nothing_is_taken_back_twice(
    parties: Parties, guarantor: Customer, now: datetime
) -> None:
    """By hand before anybody was asked: nobody asks. With the invitation still waiting: it is taken back, once."""
    co_borrower = join(parties, "co_borrower", "共同借款人甲")
    draft = parties.draft(now)
    confirm(parties, draft, now, keys=[f"guarantor:{guarantor.pk}"])
    cosigning.sweep(now=now)
    asked = Message.objects.get(kind="agreement_to_sign")
    assert asked.customer == co_borrower
    confirm(parties, draft, now, keys=[f"co_borrower:{co_borrower.pk}"])
    assert [cosigning.sweep(now=now + timedelta(minutes=minutes)) for minutes in (1, 2)] == [1, 0]
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_the_table_asks_again_and_nobody_else(parties: Parties, guarantor: Customer, now: datetime) -> None:
    draft = parties.draft(now)
    cosigning.sweep(now=now)
    client = signed_in(parties.representative)
    address = f"/mediation/draft/{draft.pk}/invite/{guarantor.pk}/"
    assert guarantor.name in client.get(f"/mediation/draft/{draft.pk}/").content.decode()
    assert client.post(address, {"form_key": "k" * 20}).status_code == 302
    assert FormKey.objects.filter(customer=draft.customer, key="k" * 20).exists()
    assert Message.objects.filter(kind="agreement_to_sign", customer=guarantor).exists()
    assert signed_in(parties.sealer).post(address, {}).status_code == 403
    with pytest.raises(NotAllowedError):
        cosigning.invite_again(draft_id=draft.pk, person_id=guarantor.pk, actor=Actor.of(parties.sealer), now=now)
    bank: dict[str, Any] = {
        "draft_id": draft.pk,
        "person_id": guarantor.pk,
        "actor": Actor.of(parties.representative),
        "now": now,
    }
    confirm(parties, draft, now, keys=[f"guarantor:{guarantor.pk}"])
    with pytest.raises(RefusedError, match="signed_already"):
        cosigning.invite_again(**bank)


def test_who_owes_the_account_must_be_who_was_drafted(parties: Parties, now: datetime) -> None:
    """A guarantor who came after the draft keeps the last signature away; without a draft nothing is agreed."""
    draft = parties.draft(now)
    join(parties, "guarantor", "后来的保证人")
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    with pytest.raises(RefusedError, match="parties_changed"):
        parties.customer_signs(draft, now)
    with pytest.raises(RefusedError, match="parties_need_draft"):
        outcomes.record(
            session_id=parties.session.id, ending="agreed", terms=terms(parties.debtor),
            actor=Actor.of(parties.mediator), seen_version=version(parties.debtor), now=now,
        )  # fmt: skip
    assert not Agreement.objects.exists()


def test_the_draft_page_offers_the_choice(parties: Parties, guarantor: Customer) -> None:
    page = signed_in(parties.mediator).get(f"/mediation/session/{parties.session.pk}/draft/").content.decode()
    assert f'name="without_{guarantor.pk}"' in page
    assert guarantor.name in page


def test_the_database_refuses_a_party_left_out_by_nobody(parties: Parties, guarantor: Customer, now: datetime) -> None:
    """Nor a co-borrower left out, a party signing without being a person, or a choice that is changed."""
    draft = parties.draft(now)
    row = DraftParty.objects.get()
    common: dict[str, Any] = {"draft": draft, "customer": draft.customer}
    other = factories.make_customer()
    for values in (
        {"person": other, "role": "guarantor", "signs": False},
        {"person": other, "role": "co_borrower", "signs": False, "chosen_by": parties.mediator},
        {"person": draft.customer, "role": "guarantor"},
        {"person": guarantor, "role": "guarantor"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            DraftParty.objects.create(**common, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftSignature.objects.create(
            **common, signatory="guarantor", name="x", sha256="x", proof="password", staff=parties.mediator, at=now
        )
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        DraftParty.objects.filter(pk=row.pk).update(reason="另一个理由")
