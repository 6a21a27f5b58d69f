"""A letter on a complaint that came back, or that nobody has delivered, is somebody's work until it has gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.domain.complaint_intake import Intake
from collections_app.models import Alert, ComplaintDocument, Event, HandOff, Staff
from collections_app.services.complaints import documents, intake, letters, steps
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def no_n_plus_one() -> None:
    """A complaint touches a few rows of each kind."""


@pytest.fixture
def protector(now: datetime) -> Staff:
    return factories.make_staff("consumer_protection", scope="institution")


@pytest.fixture
def notice(debtor: Debtor, protector: Staff, now: datetime) -> ComplaintDocument:
    """The notice of an extension, which no rule lets go by post: it lies."""
    told = Intake(source="hotline", cause="service", level="ordinary", text="等候过久", demand="道歉", received_at=now)
    complaint = intake.take(
        customer_id=debtor.customer.id, given=told, actor=Actor.of(protector), seen_version=None, now=now
    )
    debtor.customer.refresh_from_db()
    steps.extend_within(
        customer=debtor.customer, complaint=complaint, extension=1, notice="请等待至 30 日。",
        actor=Actor.of(protector), now=now,
    )  # fmt: skip
    return ComplaintDocument.objects.get(kind="extension", way="")


def back(letter: ComplaintDocument, by: Staff, now: datetime, **values: Any) -> ComplaintDocument:
    plain: dict[str, Any] = {"why": "moved", "returned_on": now.date(), "seen_version": None, **values}
    return letters.came_back(document_id=letter.pk, actor=Actor.of(by), now=now, **plain)


def test_a_letter_that_lies_becomes_work_and_an_alert_until_it_has_gone(
    notice: ComplaintDocument, protector: Staff, now: datetime
) -> None:
    """After three days, once, however often the sweep runs; whoever delivers it ends both."""
    assert letters.watch(now=now + 2 * DAY) == 0
    assert not Alert.objects.filter(kind=letters.ALERT).exists()
    then = now + 4 * DAY
    assert (letters.watch(now=then), letters.watch(now=then)) == (1, 0)
    work = HandOff.objects.get(kind="document")
    assert (work.to_department, work.state) == ("service", "open")
    alert = Alert.objects.get(kind=letters.ALERT)
    assert (alert.kind, alert.branch, alert.detail) == (
        "complaint_letter", notice.customer.branch, {"letters": 1, "returned": 0},
    )  # fmt: skip
    documents.deliver(document_id=notice.pk, way="hand", actor=Actor.of(protector), seen_version=None, now=then)
    work.refresh_from_db()
    assert work.state == "done"
    assert letters.watch(now=then) == 0
    assert Alert.objects.get(kind=letters.ALERT).resolved_at == then


def test_a_letter_that_came_back_waits_anew_and_what_went_stays(
    notice: ComplaintDocument, protector: Staff, now: datetime
) -> None:
    """With the same words and fingerprint, work and alert at once; it comes back once, and never before it went."""
    with pytest.raises(RefusedError, match="letter_cannot_come_back"):
        back(notice, protector, now)
    ComplaintDocument.objects.filter(pk=notice.pk).update(way="letter")
    with pytest.raises(RefusedError, match="return_day_impossible"):
        back(notice, protector, now, returned_on=now.date() - DAY)
    copy = back(notice, protector, now)
    assert (copy.text, copy.sha256, copy.way, copy.return_reason) == (notice.text, notice.sha256, "", "moved")
    assert copy.handoff is not None
    assert "迁移新址不明" in copy.handoff.text
    assert Alert.objects.get(kind=letters.ALERT).detail == {"letters": 1, "returned": 1}
    assert Event.objects.filter(kind="complaint.document").latest("id").payload["returned"] == "moved"
    with pytest.raises(RefusedError, match="letter_cannot_come_back"):
        back(notice, protector, now)
    notice.refresh_from_db()
    assert notice.way == "letter"
    assert letters.watch(now=now + 9 * DAY) == 0
