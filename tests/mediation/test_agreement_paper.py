"""An agreement signed by hand: scanned, confirmed, and in force like any other."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from collections_app.models import AccountParty, Event, Hold, Told
from collections_app.services import reauthentication, scans
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.forms.papers import PapersField
from mediation.forms.signing import PaperSignForm
from mediation.models import (
    Agreement,
    AgreementDraft,
    AgreementSignature,
    DraftSignature,
    PaperSigning,
    SignedScan,
)
from mediation.selectors import after
from mediation.services import checking, court_packs, court_papers, drafts, obligations, paper_signing
from tests import factories
from tests.mediation.conftest import PASSWORD, Parties
from tests.mediation.test_pages import signed_in

ALL = ("customer", "bank", "mediator", "organisation")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def scan(draft: AgreementDraft) -> SimpleUploadedFile:
    """The printed document itself stands for its scan: it has as many pages."""
    return SimpleUploadedFile("签署页.pdf", drafts.content(draft))


def confirm(parties: Parties, draft: AgreementDraft, now: datetime, **changes: Any) -> AgreementDraft:
    paper: dict[str, Any] = {
        "sha256": draft.sha256, "version": draft.version, "keys": ALL, "signed_on": now.date(),
        "place": "北京分行 301 室",
    }  # fmt: skip
    paper |= {name: changes.pop(name) for name in list(paper) if name in changes}
    values: dict[str, Any] = {
        "draft_id": draft.pk, "paper": paper_signing.Paper(**paper), "files": [scan(draft)],
        "given": reauthentication.Given(PASSWORD), "address": None, "actor": Actor.of(parties.mediator), "now": now,
    }  # fmt: skip
    return paper_signing.confirm(**(values | changes))


def state_of(now: datetime) -> dict[str, Any]:
    """Everything that follows from an agreement, however it was signed."""
    agreed = Agreement.objects.get()
    due = agreed.agreed_at + timedelta(days=20)
    clocks = after.clocks_of(mediation=agreed.mediation, agreement=agreed, now=now)
    return {
        "plan": list(agreed.arrangement.instalments.values_list("due_on", "amount_fen")),
        "standing": (agreed.arrangement.state, agreed.arrangement.grace_days, agreed.total_fen, agreed.terms),
        "holds": sorted(Hold.objects.filter(released_at__isnull=True).values_list("kind", flat=True)),
        "told": sorted(Told.objects.values_list("amount_name", "amount_fen", "pay_by", "medium")),
        "ending": agreed.mediation.ending,
        "draft": agreed.draft.state,
        "clocks": [(clock.code, clock.last_day, clock.left) for clock in clocks],
        "handed_on": obligations.watch(now=due),
        "events": list(
            Event.objects.exclude(kind__in=["agreement.signed", "access.opened"])
            .order_by("id")
            .values_list("kind", flat=True)
        ),
    }


def test_on_paper_and_drawn_come_to_the_same(parties: Parties, now: datetime) -> None:
    """Plan, holds, what was told, ending, obligations, clocks of a court and history: all alike."""
    draft = parties.draft(now)
    found = {}
    for way in ("drawn", "paper"):
        mark = transaction.savepoint()
        if way == "drawn":
            parties.customer_signs(draft, now)
            for signatory in ("bank", "mediator", "organisation"):
                parties.sign(draft, signatory, now)
        else:
            confirm(parties, draft, now)
        found[way] = state_of(now)
        methods = set(AgreementSignature.objects.values_list("method", flat=True))
        assert methods == {"electronic" if way == "drawn" else "paper"}
        transaction.savepoint_rollback(mark)
        draft.refresh_from_db()
    assert found["drawn"] == found["paper"]
    assert found["paper"]["holds"] == ["agreement_active"]
    assert found["paper"]["handed_on"] == 1
    assert found["paper"]["clocks"][0][0] == "confirm"


def test_some_sign_by_hand_and_the_others_on_their_pages(parties: Parties, now: datetime) -> None:
    draft = parties.draft(now)
    confirm(parties, draft, now, keys=["customer"])
    assert not Agreement.objects.exists()
    with pytest.raises(RefusedError, match="signed_already"):
        parties.customer_signs(draft, now)
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    ways = dict(AgreementSignature.objects.values_list("signatory", "method"))
    assert ways == {"customer": "paper", "bank": "electronic", "mediator": "electronic", "organisation": "electronic"}
    assert AgreementSignature.objects.get(signatory="customer").attested_by == parties.mediator
    kept = SignedScan.objects.get()
    assert (kept.content_type, kept.pages >= 1, kept.name) == ("application/pdf", True, "签署页.pdf")
    assert checking.check(AgreementDraft.objects.get()).holds


def test_the_courts_thirty_days_run_from_the_day_on_the_paper(parties: Parties, now: datetime) -> None:
    """Typed in four days later the term is four days shorter, and the papers for a court say the day of the paper."""
    draft = parties.draft(now)
    typed = now + timedelta(days=4)
    confirm(parties, draft, typed, signed_on=now.date())
    agreed = Agreement.objects.get()
    assert agreed.agreed_at == typed
    [clock] = after.clocks_of(mediation=agreed.mediation, agreement=agreed, now=typed)
    assert (clock.code, clock.last_day, clock.left) == ("confirm", now.date() + timedelta(days=30), 26)
    matter = court_papers.Matter(agreed.customer, agreed.account, agreed.mediation, agreed, typed)
    assert clock.last_day.isoformat() in {row[1] for row in court_papers.application(matter)[0].rows}
    [signed] = court_papers.signatures(agreed.draft, matter)
    assert {row[2] for row in signed.rows} == {now.date().isoformat()}


def test_the_bank_alone_puts_no_mediated_agreement_in_force(parties: Parties, now: datetime) -> None:
    """The mediator's hand and the seal are the mediator's to confirm, the seal also its holder's."""
    draft = parties.draft(now)
    bank = Actor.of(parties.representative)
    for keys in (ALL, ["mediator"], ["organisation"]):
        with pytest.raises(RefusedError, match="paper_not_yours"):
            confirm(parties, draft, now, keys=keys, actor=bank)
    page = signed_in(parties.representative).get(f"/mediation/draft/{draft.pk}/").content.decode()
    assert 'value="bank"' in page
    assert 'value="mediator"' not in page
    confirm(parties, draft, now, keys=["customer", "bank"], actor=bank)
    confirm(parties, draft, now, keys=["organisation"], actor=Actor.of(parties.sealer))
    assert not Agreement.objects.exists()
    confirm(parties, draft, now, keys=["mediator"])
    assert Agreement.objects.exists()


def test_every_page_may_be_a_photograph_of_its_own(
    parties: Parties, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More photographs than a customer's request has papers; together they are bounded, in the form and behind it."""
    draft = parties.draft(now)

    def photos() -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"{page}.png", PNG + str(page).encode()) for page in range(16)]

    sent = {
        "sha256": draft.sha256, "version": "1", "keys": list(ALL), "signed_on": now.date().isoformat(),
        "place": "北京分行", "password": PASSWORD,
    }  # fmt: skip
    address = f"/mediation/draft/{draft.pk}/paper/"
    field = PaperSignForm.base_fields["scans"]
    assert isinstance(field, PapersField)
    client = signed_in(parties.mediator)
    with monkeypatch.context() as patched:
        patched.setattr(field, "_most_bytes", 1)
        assert client.post(address, {**sent, "scans": photos()}).status_code == 422
    with monkeypatch.context() as patched:
        patched.setattr(paper_signing, "MOST_SCAN_BYTES", 1)
        with pytest.raises(RefusedError, match="papers_too_large"):
            confirm(parties, draft, now, files=photos())
    assert client.post(address, {**sent, "scans": photos()}).status_code == 302
    assert SignedScan.objects.count() == 16


def test_what_was_not_signed_so_is_refused(parties: Parties, now: datetime) -> None:
    """Another version, another document, too few pages, other files, a wrong day: nothing is kept."""
    old = parties.draft(now)
    draft = parties.draft(now, text="首期可提前三日支付。")
    for code, changes in (
        ("paper_of_another_version", {"version": 1}),
        ("draft_changed", {"sha256": old.sha256}),
        ("draft_changed", {"draft_id": old.pk, "sha256": old.sha256}),
        ("not_your_signature", {"keys": ["guarantor:1"]}),
        ("paper_without_signatures", {"keys": []}),
        ("scan_too_short", {"files": [SimpleUploadedFile("a.png", PNG)]}),
        ("scan_missing", {"files": []}),
        ("scan_unreadable", {"files": [SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")]}),
        ("paper_of_no_kind", {"files": [SimpleUploadedFile("a.pdf", b"MZ" + b"0" * 40)]}),
        ("scan_of_no_kind", {"files": [SimpleUploadedFile("a.heic", b"0000ftypheic" + b"0" * 40)]}),
        ("paper_date_wrong", {"signed_on": now.date() + timedelta(days=1)}),
        ("paper_date_wrong", {"signed_on": date(2026, 1, 1)}),
        ("paper_place_missing", {"place": " "}),
        ("password_wrong", {"given": reauthentication.Given("x")}),
    ):
        with pytest.raises(RefusedError) as refused:
            confirm(parties, draft, now, **changes)
        assert refused.value.code == code
    with pytest.raises(NotAllowedError):
        confirm(parties, draft, now, actor=Actor.of(parties.sealer))
    assert not [model for model in (PaperSigning, SignedScan, DraftSignature) if model.objects.exists()]


def test_the_pages_of_a_scan_are_counted_by_opening_it() -> None:
    from collections_app.services import typesetting

    lines = [[str(number), "x"] for number in range(120)]
    data = {
        "title": "x", "number": "1", "watermark": "x", "nothing": "x", "cover": [],
        "sections": [{"title": "x", "widths": [1, 1], "head": ["", ""], "rows": lines}],
    }  # fmt: skip
    body = typesetting.pdf(template="pack", language="zh-hans", data=data)
    pages = scans.pages_of(body, most=60)
    assert pages > 2
    assert scans.pages_of(PNG, most=60) == 1
    with pytest.raises(RefusedError, match="scan_too_long"):
        scans.pages_of(body, most=pages - 1)


def test_kept_on_its_page_opened_on_the_record_and_in_the_papers_for_a_court(parties: Parties, now: datetime) -> None:
    """A scan that is another on disk is said to be; the pack holds it as the agreement's copy."""
    draft = parties.draft(now)
    client = signed_in(parties.mediator)
    address = f"/mediation/draft/{draft.pk}/paper/"
    sent = {
        "sha256": draft.sha256, "version": "1", "keys": list(ALL), "signed_on": now.date().isoformat(),
        "place": "北京分行", "password": PASSWORD,
    }  # fmt: skip
    assert client.post(address, {**sent, "scans": scan(draft), "place": ""}).status_code == 422
    assert client.post(address, {**sent, "scans": scan(draft), "version": "7"}).status_code == 409
    assert client.post(address, {**sent, "scans": scan(draft)}).status_code == 302
    kept = SignedScan.objects.get()
    page = client.get(f"/mediation/draft/{draft.pk}/").content.decode()
    assert "Signed on paper; document and scan are unchanged" in page
    answer = client.get(f"{address}{kept.pk}/")
    assert answer.content == drafts.content(draft)
    assert "attachment" in answer["Content-Disposition"]
    assert Event.objects.filter(kind="paper.read", payload__draft=draft.pk).count() == 1
    legal = factories.make_staff("legal", scope="institution")
    assert signed_in(legal).get(f"{address}{kept.pk}/").status_code in {403, 404}
    mediation = Agreement.objects.get().mediation
    made = court_packs.make(
        mediation_id=mediation.pk, kind="confirmation", reason="共同申请", seen_version=None, now=now,
        actor=Actor.of(legal),
    )  # fmt: skip
    _pack, body = court_packs.open_pack(pack_id=made.pk, actor=Actor.of(legal), now=now)
    with ZipFile(BytesIO(body)) as packed:
        assert packed.read("2-agreement-signed-1.pdf") == drafts.content(draft)
    storages["sealed"].delete(kept.stored_as)
    storages["sealed"].save(kept.stored_as, ContentFile(b"%PDF-1.7 another"))
    assert {verdict for _row, verdict in checking.check(AgreementDraft.objects.get()).signatures} == {"scan_changed"}
    found = court_packs.outlook(mediation=mediation, customer=mediation.customer, now=now)
    assert "scan_changed" in found[0].missing
    assert "document_gone" not in found[0].missing
    storages["sealed"].delete(kept.stored_as)
    lost = client.get(f"{address}{kept.pk}/")
    assert (lost.status_code, "stored document is missing" in lost.content.decode()) == (409, True)


def test_the_database_refuses_a_paper_signature_without_its_paper(parties: Parties, now: datetime) -> None:
    draft = parties.draft(now)
    common = {"draft": draft, "customer": draft.customer, "name": "x", "sha256": draft.sha256, "at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftSignature.objects.create(**common, signatory="customer", proof="paper")
    confirm(parties, draft, now, keys=["customer"])
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        PaperSigning.objects.update(sha256="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedScan.objects.create(
            signing=PaperSigning.objects.get(), customer=draft.customer, name="x", content_type="x", pages=0, size=1,
            sha256="y", stored_as="x",
        )  # fmt: skip


def test_a_refused_paper_leaves_no_file_behind(parties: Parties, now: datetime) -> None:
    """Refused only when it would be in force: somebody else owes the account too by now."""
    draft = parties.draft(now)
    AccountParty.objects.create(account=draft.account, customer=factories.make_customer(), role="guarantor")
    folder = f"agreements/{draft.mediation_id}"
    before = storages["sealed"].listdir(folder)
    with pytest.raises(RefusedError, match="parties_changed"):
        confirm(parties, draft, now)
    assert storages["sealed"].listdir(folder) == before
