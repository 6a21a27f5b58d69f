"""A session in person: its place, who came and how it was seen that it was they, minutes, and signed papers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from collections_app.models import Event, Staff
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from mediation.models import (
    Attendance,
    Expert,
    Mediator,
    PanelSeat,
    Session,
    SessionMinutes,
    SessionPaper,
    Venue,
)
from mediation.services import meetings, session_papers
from mediation.services.sessions import conductor_of
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import scheduled
from tests.remembered import remembered

PLACE = {"name": "朝阳调解中心", "address": "北京市朝阳区示范路 1 号", "room": "三层 302 室", "bring": "身份证原件"}
WRITTEN = "双方核对了逾期本金。\n银行同意重新计算违约金。"
SCAN = b"\xff\xd8\xff" + b"scan" * 50


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    row = scheduled(debtor, collector, now)
    Session.objects.filter(id=row.id).update(mode="meeting")
    return Session.objects.select_related("mediator__staff", "mediator__organisation", "representative", "mediation",
                                          "customer__branch").get(id=row.id)  # fmt: skip


@pytest.fixture
def common(session: Session, now: datetime) -> dict[str, Any]:
    return {"session_id": session.id, "actor": Actor.of(conductor_of(session)), "now": now}


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        call()
    return error.value.code


def test_who_came_is_kept_with_the_document_that_was_compared(common: dict[str, Any], now: datetime) -> None:
    def attend(kind: str, document: str = "", name: str = "", came_at: datetime = now) -> Attendance:
        return meetings.attend(kind=kind, document=document, name=name, came_at=came_at, **common)

    assert refused(lambda: attend("customer")) == "identity_document_missing"
    assert refused(lambda: attend("companion", "passport")) == "companion_without_name"
    assert refused(lambda: attend("stranger", "passport")) == "no_such_caller"
    assert refused(lambda: attend("panel", "passport")) == "no_such_caller"
    assert refused(lambda: attend("customer", "passport", came_at=now + timedelta(minutes=1))) == "came_in_the_future"
    assert attend("customer", "id_card").checked_by == common["actor"].staff
    assert attend("companion", "id_card", "王律师").name == "王律师"
    assert attend("representative").staff is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM mediation_attendance WHERE kind = 'companion'")
        ((stored,),) = cursor.fetchall()
    assert "王律师" not in stored


def test_a_member_of_the_panel_comes_as_what_they_sit_there_for(
    common: dict[str, Any], session: Session, make_expert: Callable[..., Expert], now: datetime
) -> None:
    def attend() -> Attendance:
        return meetings.attend(kind="financial", document="", name="", came_at=now, **common)

    assert refused(attend) == "no_such_caller"
    expert = make_expert("financial")
    PanelSeat.objects.create(
        session=session, customer=session.customer, role="financial", expert=expert, state="accepted", reason="by_hand",
        during=session.during, at=now, answered_at=now,
    )  # fmt: skip
    page = signed_in(conductor_of(session)).get(reverse("mediation:meeting", args=[session.id])).content.decode()
    assert f"Financial expert · {expert.staff.name}" in page
    assert (attend().kind, attend().staff) == ("panel", expert.staff)


def test_a_scan_is_sealed_kept_once_and_each_look_stands_on_the_record(common: dict[str, Any]) -> None:
    def keep(body: bytes, kind: str = "minutes") -> SessionPaper:
        return meetings.keep_paper(kind=kind, file=SimpleUploadedFile("签字.exe", body), **common)

    assert refused(lambda: keep(b"MZ program")) == "paper_of_no_kind"
    assert refused(lambda: keep(SCAN, "portrait")) == "no_such_paper_kind"
    assert refused(lambda: keep(b"")) == "paper_too_large"
    first = keep(SCAN)
    assert keep(SCAN) == first
    assert first.name == "签字.jpg"
    _paper, content = meetings.open_paper(paper_id=first.pk, **common)
    assert content == SCAN
    assert Event.objects.get(kind="paper.read").payload == {"session": common["session_id"], "paper": first.pk}
    assert refused(lambda: meetings.open_paper(paper_id=0, **common)) == "no_such_document"


def test_sheet_and_minutes_are_set_as_pdf_in_both_languages(
    session: Session, common: dict[str, Any], now: datetime
) -> None:
    assert refused(lambda: meetings.state_place(lines={"name": "x"}, **common)) == "place_without_address"
    assert refused(lambda: meetings.write_minutes(text=" ", **common)) == "minutes_empty"
    assert refused(lambda: meetings.write_minutes(text="x" * 8001, **common)) == "minutes_too_long"
    venue = meetings.state_place(lines=PLACE, **common)
    meetings.attend(kind="customer", document="id_card", name="", came_at=now, **common)
    written = meetings.write_minutes(text=WRITTEN, **common)
    for language in ("zh-hans", "en"):
        assert session_papers.sheet(session=session, venue=venue, language=language).startswith(b"%PDF")
        body = session_papers.minutes(session=session, written=written, venue=venue, language=language)
        assert body.startswith(b"%PDF")


def test_the_page_keeps_each_form_once_and_what_was_typed(session: Session, now: datetime) -> None:
    client = signed_in(conductor_of(session))
    page = reverse("mediation:meeting", args=[session.id])

    def post(name: str, typed: dict[str, Any]) -> list[int]:
        address = reverse(f"mediation:{name}", args=[session.id])
        return [client.post(address, {**typed, "form_key": (name * 8)[:24]}).status_code for _ in range(2)]

    assert post("place", PLACE) == [302, 302]
    assert post("attend", {"kind": "customer", "document": "id_card", "came_at": "09:58"}) == [302, 302]
    assert post("minutes", {"text": WRITTEN}) == [302, 302]
    scan = SimpleUploadedFile("a.jpg", SCAN)
    assert (
        client.post(reverse("mediation:add_paper", args=[session.id]), {"kind": "minutes", "file": scan}).status_code
        == 302
    )
    for model in (Venue, Attendance, SessionMinutes, SessionPaper):
        assert model.objects.count() == 1, model
    shown = client.get(page).content.decode()
    for words in ("朝阳调解中心", "09:58", "重新计算违约金", "a.jpg", "Identity card"):
        assert words in shown
    late = {"kind": "customer", "document": "id_card", "came_at": "23:59", "form_key": "z" * 24}
    again = client.post(reverse("mediation:attend", args=[session.id]), late)
    assert again.status_code == 409
    assert "23:59" in again.content.decode()
    assert client.post(reverse("mediation:minutes", args=[session.id]), {"text": ""}).status_code == 422
    for what, status in (("sheet", 200), ("minutes", 200), ("diary", 404)):
        assert client.get(reverse("mediation:printed", args=[session.id, what])).status_code == status
    paper = client.get(reverse("mediation:session_paper", args=[session.id, SessionPaper.objects.get().pk]))
    assert (paper.content, paper["Content-Type"]) == (SCAN, "image/jpeg")
    assert "attachment" in paper["Content-Disposition"]


def test_only_the_host_and_the_customer_see_it_and_the_customer_no_scans(
    session: Session,
    common: dict[str, Any],
    debtor: Debtor,
    representative: Staff,
    make_mediator: Callable[[], Mediator],
    let_in: Callable[[Debtor], Client],
) -> None:
    customer = let_in(debtor)
    sheet = reverse("talks:sheet", args=[session.mediation_id])
    assert "地点尚未确定" in customer.get(sheet).content.decode()
    meetings.state_place(lines=PLACE, **common)
    assert "三层 302 室" in customer.get(sheet).content.decode()
    for what, status in (("sheet", 200), ("minutes", 404)):
        assert customer.get(reverse("talks:printed", args=[session.mediation_id, what])).status_code == status
    for person in (representative, make_mediator().staff):
        assert signed_in(person).get(reverse("mediation:meeting", args=[session.id])).status_code == 404
