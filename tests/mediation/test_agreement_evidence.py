"""What proves the signatures of an agreement outside the bank, and whom and what the papers for a court name."""

import json
from base64 import b64decode
from datetime import datetime
from hashlib import sha256

import pgtrigger
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from collections_app.models import AccountParty, Customer
from collections_app.services.records import Actor
from mediation.gateways.signing import certificates
from mediation.models import Agreement, DraftSignature, Mediation, SessionPaper
from mediation.services import court_packs, court_papers, outcomes
from tests import factories
from tests.mediation.conftest import Parties
from tests.mediation.test_agreement_after import files, pack
from tests.mediation.test_pages import signed_in


@pytest.fixture
def agreed(parties: Parties, now: datetime) -> Agreement:
    draft = parties.draft(now)
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    return Agreement.objects.get()


def test_each_signature_shows_its_certificate_to_the_table_and_to_whoever_signed(
    parties: Parties, agreed: Agreement
) -> None:
    """Whom it names, who issued it and its number; without one the page has nothing to say."""
    kept = DraftSignature.objects.get(signatory="customer")
    mine = certificates.read(kept.certificate)
    assert mine is not None
    assert (mine.subject, mine.since < kept.at < mine.until) == (parties.debtor.customer.name, True)
    assert certificates.read("") is None
    page = signed_in(parties.mediator).get(f"/mediation/draft/{agreed.draft.pk}/").content.decode()
    assert page.count("issued by OneCase TEST signing authority") == 4
    assert mine.serial in page
    own = parties.let_in(parties.debtor).get(f"/r/talks/{agreed.mediation_id}/agreement/").content.decode()
    assert mine.serial in own
    assert "without legal effect" in own or "不具法律效力" in own


def test_the_papers_prove_each_signature_by_themselves(agreed: Agreement, now: datetime) -> None:
    """By nothing but what is among them: each signed this very document under a certificate of their own."""
    found = files(pack(agreed.mediation, "confirmation", now))
    document, evidence = found["2-agreement.pdf"], json.loads(found["4-signatures.json"])
    assert sha256(document).hexdigest() == evidence["sha256"]
    assert len(evidence["signatures"]) == 4
    for row in evidence["signatures"]:
        certificate = x509.load_pem_x509_certificate(row["certificate"].encode())
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(b64decode(row["signature"]), document, ec.ECDSA(hashes.SHA256()))
        assert row["name"] in certificate.subject.rfc4514_string()


def test_the_papers_say_of_signatures_whether_an_authority_vouches_for_them(agreed: Agreement, now: datetime) -> None:
    """By the test authority of this machine, or by none: both are said before the papers are made."""

    def lacks() -> list[str]:
        customer = Customer.objects.get(id=agreed.customer_id)
        [found] = [
            each for each in court_packs.outlook(mediation=agreed.mediation, customer=customer, now=now)
            if each.kind == "confirmation"
        ]  # fmt: skip
        return [code for code in found.missing if code.startswith("signature")]

    assert lacks() == ["signature_test"]
    with pgtrigger.ignore("mediation.DraftSignature:draft_signature_append_only"):
        DraftSignature.objects.update(authority="", signature="", certificate="")
    assert lacks() == ["signature_without_certificate"]


def test_a_suit_names_everybody_who_owes_the_account_and_the_address_confirmed_is_among_its_papers(
    parties: Parties, now: datetime
) -> None:
    """Also whoever signed nothing, for there is no agreement; the scan of the address confirmation goes with it."""
    guarantor = factories.make_customer(name="未签担保人", id_number="110101198505050035")
    AccountParty.objects.create(account=parties.debtor.account, customer=guarantor, role="guarantor")
    scan = ContentFile(b"%PDF-1.7 address")
    stored_as = storages["sealed"].save("sessions/x/address", scan)
    SessionPaper.objects.create(
        session=parties.session, customer=parties.debtor.customer, kind="address", name="地址确认书.pdf",
        content_type="application/pdf", size=scan.size, sha256="x", stored_as=stored_as, added_by=parties.mediator,
        added_at=now,
    )  # fmt: skip
    outcomes.record(
        session_id=parties.session.pk, ending="gap", terms=None, actor=Actor.of(parties.mediator), seen_version=None,
        now=now,
    )  # fmt: skip
    mediation = Mediation.objects.get(id=parties.session.mediation_id)
    found = files(pack(mediation, "filing", now))
    assert found["5-address-1.pdf"] == b"%PDF-1.7 address"
    matter = court_papers.Matter(parties.debtor.customer, parties.debtor.account, mediation, None, now)
    assert "未签担保人" in str(court_papers.claim(matter)[1].rows)
