"""The customer's page of the date, without scripts: choosing, moving, ending, and every refusal in words."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine

from collections_app.models import Staff
from mediation.models import DateRule, Mediation, Mediator, Session, SlotOffer
from mediation.services import scheduling
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import propose, scheduled


@pytest.fixture
def offered(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Mediation:
    DateRule.objects.create(product="card", route="telephone", offered=3)
    mediation = propose(debtor, collector, now)
    scheduling.schedule(mediation_id=mediation.id, now=now)
    return mediation


def fields(page: str, action: str) -> dict[str, str]:
    form = page[page.index(f'action="{action}"') :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    return dict(found)


def test_a_customer_chooses_a_date(offered: Mediation, debtor: Debtor, let_in) -> None:
    """Three dates to tick; nothing ticked is said; the date stands on the page, and sending again changes nothing."""
    browser, address = let_in(debtor), f"/r/talks/{offered.id}/date/"
    assert address in browser.get(f"/r/talks/{offered.id}/").content.decode()
    page = browser.get(address).content.decode()
    assert page.count('type="radio"') == 3
    assert "请选择一个时间" in browser.post(address, {}).content.decode()
    slot = SlotOffer.objects.order_by("during").first()
    assert slot is not None
    for _ in range(2):
        assert browser.post(address, {"slot": slot.id})["Location"] == address
    assert Session.objects.get().starts_at == slot.starts_at
    page = browser.get(address).content.decode()
    assert "时间已经确定" in page
    assert f"/r/talks/{offered.id}/session.ics" in page


def test_who_comes_second_reads_a_clear_sentence_beside_fresh_dates(
    offered: Mediation, debtor: Debtor, representative: Staff, let_in
) -> None:
    """409, nothing is booked, and three dates that are free."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from mediation.models import Absence

    slot = SlotOffer.objects.order_by("during").first()
    assert slot is not None
    browser = let_in(debtor)
    Absence.objects.create(staff=representative, during=DateTimeTZRange(slot.starts_at, slot.ends_at))
    answer = browser.post(f"/r/talks/{offered.id}/date/", {"slot": slot.id})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "刚刚被占用" in page
    assert page.count('type="radio"') == 3
    assert not Session.objects.exists()


def test_a_date_is_moved_and_the_talks_are_ended_on_the_page(
    debtor: Debtor, mediator: Mediator, representative: Staff, collector: Staff, let_in, now: datetime
) -> None:
    """Moving leads to other dates; ending asks for the box first; an old page is told that something has changed."""
    session = scheduled(debtor, collector, now)
    browser, address = let_in(debtor), f"/r/talks/{session.mediation_id}/date/"
    page = browser.get(address).content.decode()
    with time_machine.travel(session.starts_at - timedelta(hours=2), tick=False):
        late = let_in(debtor).get(address).content.decode()
    assert f"{address}move/" not in late
    assert "请致电" in late
    stale = browser.post(f"{address}move/", fields(page, f"{address}move/") | {"seen_version": "1"})
    assert stale.status_code == 409
    moved = browser.post(f"{address}move/", fields(page, f"{address}move/"))
    if session.starts_at - now < timedelta(hours=24):
        assert moved.status_code == 409
        return
    assert moved["Location"] == address
    page = browser.get(address).content.decode()
    assert page.count('type="radio"') == 3
    others = browser.post(f"{address}others/", fields(page, f"{address}others/"))
    assert others["Location"] == address
    seen = {"seen_version": re.findall(r'name="seen_version" value="(\d+)"', browser.get(address).content.decode())[0]}
    asked = browser.post(f"{address}decline/", seen)
    assert asked.status_code == 400
    assert Mediation.objects.get().state == "proposed"
    ended = browser.post(f"{address}decline/", seen | {"sure": "on"})
    assert ended.status_code == 302
    assert Mediation.objects.get().state == "ended"
    assert "已经结束" in browser.get(address).content.decode()


def test_the_banks_list_says_that_the_customer_is_choosing(offered: Mediation, collector: Staff) -> None:
    """Until when; and not that nobody was free."""
    assert "chooses a date until" in signed_in(collector).get("/mediation/").content.decode()


def test_nobody_touches_the_date_of_somebody_elses_talks(offered: Mediation, let_in) -> None:
    """Neither read nor written; a typed address of a button leads to the account."""
    from tests import factories

    browser = let_in(Debtor(*factories.make_debtor()))
    for path in ("", "others/", "move/", "decline/"):
        assert browser.post(f"/r/talks/{offered.id}/date/{path}", {"slot": 1, "seen_version": 1}).status_code == 404
    assert browser.get(f"/r/talks/{offered.id}/date/move/")["Location"] == "/r/account/"
