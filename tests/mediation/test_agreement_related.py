"""Co-borrowers and guarantors without a record of their own: parties of the agreement too, by their hand on paper."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from collections_app.models import Account, AccountParty, Arrangement, Event, Guarantee, RelatedPerson
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from desk.views.event_words import EVENT_WORDS
from mediation.models import AgreementSignature, DraftParty, DraftSignature
from mediation.selectors.parties import of_account
from mediation.services import cosigning, court_papers, outcomes
from tests import factories
from tests.mediation.conftest import Parties
from tests.mediation.test_agreement_paper import ALL, confirm
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import terms


def person(parties: Parties, name: str, now: datetime, role: str = "guarantor", **values: Any) -> RelatedPerson:
    return RelatedPerson.objects.create(
        customer=parties.debtor.customer, name=name, relation="unknown", role=role, provenance="on_file",
        document="保证合同 7", recorded_at=now, **values,
    )  # fmt: skip


def guarantee(of: RelatedPerson, account: Account, now: datetime, **values: Any) -> Guarantee:
    return Guarantee.objects.create(
        customer=of.customer, account=account, person=of, kind="joint", evidence="第三条", recorded_at=now, **values
    )


def named(parties: Parties) -> list[tuple[str, str]]:
    debtor = parties.debtor
    found = of_account(account_id=debtor.account.pk, customer_id=debtor.customer.pk)
    return [(party.role, party.name) for party in found]


def test_who_owes_or_stands_for_the_account_is_a_party_with_or_without_a_record(
    parties: Parties, now: datetime
) -> None:
    """Not of another account, not once their role has ended or their period lapsed; somebody who is both, once."""
    account, other = parties.debtor.account, factories.make_account(parties.debtor.customer)
    person(parties, "全案共借人", now, role="co_borrower")
    person(parties, "本户担保人", now, account=account)
    guarantee(person(parties, "凭保证合同", now), account, now)
    guarantee(person(parties, "另一账户", now), other, now)
    guarantee(person(parties, "已过期间", now), account, now, level="over", until=date(2026, 1, 1))
    guarantee(person(parties, "期内已主张", now), account, now, level="over", until=now.date(), claimed_on=now.date())
    person(parties, "已终止", now, account=account, ended_at=now)
    person(parties, "无关家属", now, role="none")
    guarantor = factories.make_customer(name="核心担保人")
    AccountParty.objects.create(account=account, customer=guarantor, role="guarantor")
    person(parties, "核心担保人", now, account=account)
    assert named(parties) == [
        ("guarantor", "核心担保人"), ("co_borrower", "全案共借人"), ("guarantor", "本户担保人"),
        ("guarantor", "凭保证合同"), ("guarantor", "期内已主张"),
    ]  # fmt: skip


def test_a_guarantor_without_a_record_signs_on_paper_and_nothing_is_in_force_before(
    parties: Parties, now: datetime
) -> None:
    """Nobody can invite them; the page says how they sign; the scan names them, and so does what goes to a court."""
    beside = person(parties, "欧阳保证人", now, account=parties.debtor.account)
    with pytest.raises(RefusedError, match="parties_need_draft"):
        outcomes.record(
            session_id=parties.session.pk, ending="agreed", terms=terms(parties.debtor),
            actor=Actor.of(parties.mediator), seen_version=None, now=now,
        )  # fmt: skip
    draft = parties.draft(now)
    assert cosigning.sweep(now=now) == 0
    page = signed_in(parties.mediator).get(f"/mediation/draft/{draft.pk}/").content.decode()
    assert "欧阳保证人" in page
    assert "signs on paper" in page
    assert "/invite/" not in page
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    assert not Arrangement.objects.exists()
    confirm(parties, draft, now, keys=[f"guarantor:r{beside.pk}"], actor=Actor.of(parties.representative))
    draft.refresh_from_db()
    assert (draft.state, Arrangement.objects.get().state) == ("in_force", "performing")
    kept = AgreementSignature.objects.get(signatory="guarantor")
    assert (kept.related, kept.person, kept.method) == (beside, None, "paper")
    said = Event.objects.get(kind="agreement.signed", payload__by="guarantor")
    assert "欧阳保证人" in EVENT_WORDS["agreement.signed"](said.payload)[1]
    assert "欧阳保证人" not in str(said.payload)
    agreement = kept.agreement
    matter = court_papers.Matter(
        draft.customer, parties.debtor.account, agreement.mediation, agreement, now + timedelta(days=1)
    )
    assert "欧阳保证人" in str(court_papers.identities(matter).data())


def test_one_without_a_record_is_left_out_like_any_guarantor_and_a_co_borrower_is_not(
    parties: Parties, now: datetime
) -> None:
    guarantor = person(parties, "欧阳保证人", now, account=parties.debtor.account)
    co_borrower = person(parties, "共同借款人甲", now, role="co_borrower")
    page = signed_in(parties.mediator).get(f"/mediation/session/{parties.session.pk}/draft/").content.decode()
    assert f'name="without_r{guarantor.pk}"' in page
    assert f'name="without_r{co_borrower.pk}"' not in page
    with pytest.raises(RefusedError) as refused:
        parties.draft(now, without={f"r{co_borrower.pk}": "联系不上"})
    assert "co_borrower_must_sign" in refused.value.params["problems"]
    draft = parties.draft(now, without={f"r{guarantor.pk}": "多次联系未果"})
    assert list(DraftParty.objects.order_by("id").values_list("related", "signs")) == [
        (guarantor.pk, False), (co_borrower.pk, True),
    ]  # fmt: skip
    confirm(parties, draft, now, keys=[*ALL, f"co_borrower:r{co_borrower.pk}"])
    draft.refresh_from_db()
    assert draft.state == "in_force"


def test_the_database_refuses_a_party_who_is_nobody_or_two_and_a_code_nobody_could_have(
    parties: Parties, now: datetime
) -> None:
    beside = person(parties, "欧阳保证人", now, account=parties.debtor.account)
    draft = parties.draft(now)
    row = DraftParty.objects.get()
    common: dict[str, Any] = {"draft": draft, "customer": draft.customer, "role": "guarantor"}
    for values in ({}, {"person": factories.make_customer(), "related": beside}, {"related": beside}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DraftParty.objects.create(**common, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftParty.objects.filter(pk=row.pk).update(invited_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftSignature.objects.create(
            draft=draft, customer=draft.customer, signatory="guarantor", related=beside, name="x", sha256="x",
            proof="one_time", at=now,
        )  # fmt: skip
    other = person(parties, "另一人", now)
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        DraftParty.objects.filter(pk=row.pk).update(related=other)
