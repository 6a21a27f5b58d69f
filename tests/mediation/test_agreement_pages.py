"""The pages of an agreement: drafting, reading, signing, sealing, and what comes after it."""

import re
from datetime import datetime

import pytest
from django.test import Client

from collections_app.models import AccessAttempt, OneTimeCode, Staff
from mediation.models import Agreement, AgreementDraft, CourtStage, DraftSignature
from mediation.services import drafts, notes
from tests import factories
from tests.mediation.conftest import PASSWORD, Parties, code_of
from tests.mediation.test_pages import signed_in

LINES = {"line_on": ["2026-12-10", "2027-01-10"], "line_amount": ["1900.00", "2000.00"]}


def typed(parties: Parties, **changes: object) -> dict[str, object]:
    parties.debtor.customer.refresh_from_db()
    return {
        "seen_version": parties.debtor.customer.version, "total": "3900.00", "count": "2", "first": "2026-12-10",
        "interval": "month", "percent": "", "grace_days": "3", "facts": "超限额争议", "pay_to": "尾号 4021 账户",
        "duty_1": "fee_reversal", "duty_party_1": "bank", "duty_due_1": "2026-12-01", "duty_amount_1": "50.00",
        **changes,
    }  # fmt: skip


def test_a_draft_is_worked_out_corrected_and_made(parties: Parties, now: datetime) -> None:
    """With interest the lines carry it; what is missing or prohibited is said and what was typed stays."""
    client = signed_in(parties.mediator)
    address = f"/mediation/session/{parties.session.pk}/draft/"
    assert "Draft the mediation agreement" in client.get(address).content.decode()
    page = client.post(address, typed(parties, percent="6", work_out="1")).content.decode()
    assert re.findall(r'name="line_amount" value="([^"]+)"', page) == ["1964.64", "1964.63"]
    worked = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in (*LINES, "line_interest")}
    for percent, lines in (("12", worked), ("6", LINES)):
        other = client.post(address, typed(parties, percent=percent, save="1", **lines))
        assert (other.status_code, "annual rate named" in other.content.decode()) == (409, True)
    assert not AgreementDraft.objects.exists()
    refused = client.post(address, typed(parties, save="1", facts="客户不得投诉", **LINES))
    assert refused.status_code == 409
    assert "may not be agreed" in refused.content.decode()
    assert client.post(address, typed(parties, save="1", pay_to="", **LINES)).status_code == 422
    unread = client.post(address, typed(parties, save="1", line_on=["never"], line_amount=["1900.00"]))
    assert (unread.status_code, "Instalment 1" in unread.content.decode()) == (422, True)
    made = client.post(address, typed(parties, save="1", **LINES))
    draft = AgreementDraft.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/mediation/draft/{draft.pk}/")
    assert draft.obligations.get().amount_fen == 5_000
    page = client.get(made["Location"]).content.decode()
    assert draft.sha256 in page
    assert "Sign as the mediator" in page
    assert "Sign for the bank" not in page
    assert client.get(f"/mediation/draft/{draft.pk}/document/").content == drafts.content(draft)


def test_a_plan_worked_out_at_the_desk_is_drafted_without_typing_it_again(parties: Parties, now: datetime) -> None:
    """Its sum, number, first day and rate stand in the form; half a waiver or half an obligation is not left out."""
    client, session = signed_in(parties.mediator), parties.session.pk
    desk = client.get(
        f"/mediation/session/{session}/desk/",
        {"months": ["12", "24"], "waiver": ["10.00", ""], "rate": ["6", "6"],
         "method": ["equal_instalment", "equal_principal"]},
    ).content.decode()  # fmt: skip
    links = re.findall(rf'href="(/mediation/session/{session}/draft/[^"]+)"', desk)
    assert [link.replace("&amp;", "&") for link in links] == [
        f"/mediation/session/{session}/draft/?months=12&waiver=10.00&rate=6"
    ]
    page = client.get(links[0].replace("&amp;", "&")).content.decode()
    shown = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    sum_fen = parties.debtor.account.payoff_fen - 1_000
    wanted = {"total": f"{sum_fen / 100:.2f}", "count": "12", "first": "2026-12-20", "percent": "6"}
    assert wanted | {"waiver_amount_1": "10.00"} == {name: shown.get(name) for name in [*wanted, "waiver_amount_1"]}
    assert parties.debtor.account.tail in shown["pay_to"]
    address = f"/mediation/session/{session}/draft/"
    halves: list[dict[str, object]] = [{"waiver_amount_1": "10.00"}, {"waiver_1": "late_fee"}, {"duty_1": ""}]
    halves.append({"duty_due_1": "", "duty_amount_1": "", "duty_text_1": ""})
    for half in halves:
        assert client.post(address, typed(parties, save="1", **LINES, **half)).status_code == 422, half
    assert not AgreementDraft.objects.exists()


def test_the_table_signs_on_its_pages_and_the_customer_on_theirs(parties: Parties, now: datetime) -> None:
    """The sealer finds it on their list; the customer reads the exact document and its fingerprint."""
    draft = parties.draft(now)
    for person, signatory in (
        (parties.mediator, "mediator"), (parties.representative, "bank"), (parties.sealer, "organisation"),
    ):  # fmt: skip
        client = signed_in(person)
        sent = {"sha256": draft.sha256, "signatory": signatory, "name": person.name, "password": PASSWORD}
        assert client.post(f"/mediation/draft/{draft.pk}/sign/", {**sent, "password": "x"}).status_code == 409
        if signatory == "organisation":
            assert f"/mediation/draft/{draft.pk}/" in client.get("/mediation/seals/").content.decode()
            other = client.post(f"/mediation/draft/{draft.pk}/sign/", {**sent, "signatory": "mediator"})
            assert other.status_code == 403
        assert client.post(f"/mediation/draft/{draft.pk}/sign/", sent).status_code == 302
    browser = parties.let_in(parties.debtor)
    address = f"/r/talks/{draft.mediation_id}/agreement/"
    assert address in browser.get(f"/r/talks/{draft.mediation_id}/").content.decode()
    page = browser.get(address).content.decode()
    assert draft.sha256 in page
    assert browser.get(f"{address}document/").content == drafts.content(draft)
    stale = browser.post(address, {"code": "1", "sha256": "0" * 64})
    assert stale.status_code == 409
    assert browser.post(address, {"code": "1", "sha256": draft.sha256}).status_code == 302
    way_in = OneTimeCode.objects.get().link.sessions.get()
    code = code_of(way_in, now)
    sent = {"sha256": draft.sha256, "name": parties.debtor.customer.name, "strokes": "", "sign": "1"}
    assert browser.post(address, {**sent, "typed": "000000"}).status_code == 403
    nine = AccessAttempt.objects.bulk_create(
        AccessAttempt(link=way_in.link, reason="wrong_code", at=now) for _ in range(9)
    )
    for asked, status in (({"typed": code}, 403), ({"code": "1"}, 409)):
        stopped = browser.post(address, {**sent, **asked})
        assert (stopped.status_code, "24 小时内错误次数过多" in stopped.content.decode()) == (status, True)
    AccessAttempt.objects.filter(pk__in=[row.pk for row in nine]).delete()
    assert browser.post(address, {**sent, "typed": code, "name": "别人"}).status_code == 409
    assert browser.post(address, {**sent, "typed": code}).status_code == 302
    assert Agreement.objects.get().draft == draft
    assert "，协议已生效" in browser.get(address).content.decode()
    assert DraftSignature.objects.count() == 4


def test_nobody_else_reads_or_signs(parties: Parties, now: datetime) -> None:
    """Not a collector, an administrator, another negotiator, a mediator without the seal, or another customer."""
    draft = parties.draft(now)
    sent = {"sha256": draft.sha256, "signatory": "bank", "name": "x", "password": "x"}
    for role in ("collector", "administrator", "negotiator", "mediator", "supervisor", "legal"):
        client = signed_in(factories.make_staff(role, scope="institution"))
        for path in ("", "document/"):
            assert client.get(f"/mediation/draft/{draft.pk}/{path}").status_code in {403, 404}, role
        assert client.post(f"/mediation/draft/{draft.pk}/sign/", sent).status_code in {403, 404}
    other = parties.let_in(type(parties.debtor)(*factories.make_debtor()))
    for path in ("", "document/"):
        assert other.get(f"/r/talks/{draft.mediation_id}/agreement/{path}").status_code == 404
    assert Client().get(f"/r/talks/{draft.mediation_id}/agreement/")["Location"] == "/r/"


@pytest.fixture
def ended(parties: Parties, now: datetime) -> Agreement:
    draft = parties.draft(now)
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    return Agreement.objects.get()


def test_what_comes_after_is_seen_and_recorded_by_the_negotiator(
    ended: Agreement, parties: Parties, now: datetime
) -> None:
    """Standing, clock, obligations; a step, the papers; a collector reads and records nothing."""
    number = ended.customer.customer_no
    address = f"/mediation/record/{number}/{ended.mediation_id}/after/"
    legal = factories.make_staff("negotiator")
    client = signed_in(legal)
    notes.add(session_id=parties.session.id, text="墙内备注", actor=_actor(parties.mediator), now=now)
    page = client.get(address).content.decode()
    assert "Being performed" in page
    assert "30 days left" in page
    assert "墙内备注" not in page
    seen = {"seen_version": client_version(ended)}
    step = {**seen, "stage": "confirmation_applied", "on": "2026-11-20", "court": "示范法院"}
    assert client.post(f"/mediation/record/{number}/{ended.mediation_id}/court/", step).status_code == 302
    assert CourtStage.objects.get().recorded_by == legal
    papers = f"/mediation/record/{number}/{ended.mediation_id}/papers/"
    asked = {"seen_version": client_version(ended), "kind": "confirmation", "reason": "共同申请"}
    assert client.post(papers, {**asked, "reason": ""}).status_code == 422
    assert client.post(papers, asked).status_code == 302
    pack = ended.mediation.court_packs.get()
    assert client.get(f"{papers}{pack.pk}/")["Content-Type"] == "application/zip"
    item = ended.draft.obligations.get()
    done = f"/mediation/record/{number}/{ended.mediation_id}/obligation/{item.pk}/"
    assert client.post(done, {"seen_version": client_version(ended), "evidence": "回执 88"}).status_code == 302
    assert "回执 88" in client.get(address).content.decode()
    collector = signed_in(factories.make_staff("collector"))
    assert collector.get(address).status_code in {200, 404}
    assert collector.post(papers, asked).status_code == 403
    assert collector.get(f"{papers}{pack.pk}/").status_code == 403


def client_version(agreed: Agreement) -> int:
    agreed.customer.refresh_from_db()
    return agreed.customer.version


def _actor(staff: Staff) -> object:
    from collections_app.services.records import Actor

    return Actor.of(staff)


def test_the_panel_of_the_record_says_how_it_is_kept(ended: Agreement) -> None:
    client = signed_in(factories.make_staff("supervisor"))
    page = client.get(f"/mediation/record/{ended.customer.customer_no}/").content.decode()
    assert "Being performed" in page
    assert f"/{ended.mediation_id}/after/" in page
