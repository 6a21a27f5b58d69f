"""What each side files before the session: words and papers, read by both sides and the mediator."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from collections_app.models import Event, Staff
from collections_app.services.errors import RefusedError
from collections_app.services.records import CUSTOMER, Actor
from mediation.models import Mediator, Position, PositionPaper, Session
from mediation.services import positions, sessions
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import scheduled, version
from tests.remembered import remembered

WORDS = "我从未收到超限费的提示"


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


def slip(body: bytes = b"%PDF-1.7 a slip") -> SimpleUploadedFile:
    return SimpleUploadedFile("账单.exe", body)


def file(session: Session, now: datetime, *, by: Staff | None = None, text: str = WORDS, files: list = ()) -> Position:
    actor = Actor.of(by) if by else CUSTOMER
    own = {} if by else {"customer_id": session.customer_id}
    return positions.file(
        mediation_id=session.mediation_id, text=text, files=files, actor=actor, seen_version=None, now=now, **own
    )


def test_both_sides_and_the_mediator_read_what_either_files(
    session: Session, debtor: Debtor, collector: Staff, mediator: Mediator, let_in: Callable[[Debtor], Client],
    now: datetime,
) -> None:  # fmt: skip
    """The paper is named for what it is; another customer and another mediator's session lead nowhere."""
    file(session, now, files=[slip()])
    file(session, now, by=collector, text="费用依合同第 9 条")
    paper = PositionPaper.objects.get()
    assert paper.name == "账单.pdf"
    no, of = session.customer.customer_no, session.mediation_id
    own, staff, session_page = let_in(debtor), signed_in(collector), reverse("mediation:session", args=[session.id])
    of_record = reverse("mediation:talks_of", args=[no, of])
    readers = [
        (own, f"/r/talks/{of}/position/", f"/r/talks/{of}/paper/{paper.id}/"),
        (staff, of_record, f"{of_record}paper/{paper.id}/"),
        (signed_in(mediator.staff), session_page, f"{session_page}filed/{paper.id}/"),
    ]
    for client, page, download in readers:
        shown = client.get(page).content.decode()
        assert WORDS in shown
        assert "费用依合同第 9 条" in shown
        assert "账单.pdf" in shown
        assert client.get(download).content == b"%PDF-1.7 a slip"
    stranger = let_in(Debtor(*factories.make_debtor()))
    assert stranger.get(f"/r/talks/{of}/position/").status_code == 404
    assert stranger.get(f"/r/talks/{of}/paper/{paper.id}/").status_code == 404
    assert own.get(f"/r/talks/{of}/paper/{paper.id + 1}/").status_code == 404
    assert signed_in(factories.make_staff("service_agent")).get(readers[1][2]).status_code == 403


def test_nothing_of_a_position_stands_in_the_history_or_open_in_the_database(session: Session, now: datetime) -> None:
    from django.db import connection

    file(session, now, files=[slip()])
    event = Event.objects.get(kind="mediation.filed")
    assert WORDS not in str(event.payload)
    assert "账单" not in str(event.payload)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM mediation_positionpaper")
        assert cursor.fetchone()[0].startswith("v1.")


def test_the_same_sent_again_is_filed_once_and_nothing_is_changed_later(session: Session, now: datetime) -> None:
    first = file(session, now, files=[slip()])
    assert file(session, now) == first
    assert file(session, now, files=[slip()]) == first
    file(session, now, files=[slip(b"%PDF-1.7 another")])
    assert (Position.objects.filter(side="customer").count(), PositionPaper.objects.count()) == (2, 2)
    with pytest.raises(Exception, match="Cannot update"):
        Position.objects.filter(id=first.id).update(side="bank")


def test_what_cannot_be_filed_is_refused_and_the_session_closes_it(
    session: Session, mediator: Mediator, now: datetime
) -> None:
    for given, code in (
        ({"text": " "}, "position_empty"),
        ({"text": "x" * 2001}, "position_too_long"),
        ({"files": [slip(b"MZ program")]}, "paper_of_no_kind"),
        ({"files": [slip(f"%PDF-{n}".encode()) for n in range(6)]}, "too_many_papers"),
    ):
        with pytest.raises(RefusedError, match=code):
            file(session, now, **given)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="positions_closed"):
        file(session, now)


def test_a_customer_answers_files_and_agrees_to_a_longer_term_on_their_page(
    session: Session, debtor: Debtor, let_in: Callable[[Debtor], Client], now: datetime
) -> None:
    """Without scripts; sent twice is once; a page that is out of date writes nothing and says so."""
    own, address = let_in(debtor), f"/r/talks/{session.mediation_id}/"
    stale = version(debtor) - 1
    assert "您是否同意" in own.get(address).content.decode()
    refused = own.post(f"{address}answer/", {"version": stale, "agrees": "yes"})
    assert refused.status_code == 409
    assert "情况有变化" in refused.content.decode()
    for _ in range(2):
        assert own.post(f"{address}answer/", {"version": version(debtor), "agrees": "yes"}).status_code == 302
    assert Event.objects.filter(kind="mediation.answered").count() == 1
    filed = own.post(f"{address}position/", {"version": version(debtor), "text": WORDS, "papers": [slip()]})
    assert filed.status_code == 302
    assert own.post(f"{address}position/", {"version": version(debtor), "text": ""}).status_code == 409
    declined = own.post(f"{address}answer/", {"version": version(debtor), "agrees": "no"}, follow=True)
    page = declined.content.decode()
    assert "您仍可选择其他途径" in page
    assert "/r/complaint/" in page
    assert "tel:955XX" in page
    assert own.get(f"{address}answer/").status_code == 302
    assert own.post(f"{address}answer/", {"version": version(debtor), "agrees": "yes"}).status_code == 409
    assert own.post(f"{address}answer/", {"agrees": "perhaps"}).status_code == 400
