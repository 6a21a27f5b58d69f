"""The room in a browser: from the record's panel to a signed agreement, on a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from collections_app.models import Hold, Staff
from collections_app.services.records import Actor
from mediation.models import Agreement, Mediation, Mediator
from mediation.services import notes, scheduling
from tests.browsing import Visitor
from tests.mediation.conftest import Debtor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_proposal_becomes_a_signed_agreement(
    visit: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff
) -> None:
    """The collector proposes; the mediator opens, works the instalments out and saves; a phone shows it."""
    desk = visit()
    desk.sign_in(collector)
    propose(desk, debtor)
    mediation = Mediation.objects.get()
    session = scheduling.schedule(mediation_id=mediation.id, now=mediation.proposed_at)
    assert session is not None
    notes.add(session_id=session.id, text="双方都愿意谈。", actor=Actor.of(mediator.staff), now=mediation.proposed_at)
    room = visit()
    room.sign_in(mediator.staff)
    hold_session(room)
    agree(room, f"{mediation.proposed_at:%Y-%m-%d}")
    assert Agreement.objects.get().total_fen == 390_000
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()
    phone = visit(width=390, scripts=False)
    phone.sign_in(mediator.staff)
    phone.open(f"/mediation/session/{session.id}/")
    phone.page.locator("#note-text").fill("手机上也能记。")
    phone.page.get_by_role("button", name=re.compile("记下|Write it down")).click()
    expect(phone.page.locator(".walled-note")).to_have_count(2)
    phone.screenshot("mediation-session-phone")
    phone.page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    desk.open(f"/mediation/record/{debtor.customer.customer_no}/")
    desk.screenshot("mediation-record")
    assert "双方都愿意谈" not in desk.page.content()
    desk.check_accessibility()


def propose(desk: Visitor, debtor: Debtor) -> None:
    """Propose mediation from the record's panel, without leaving it."""
    desk.open(f"/mediation/record/{debtor.customer.customer_no}/")
    desk.page.get_by_role("link", name=re.compile("提议调解或协商|Propose")).click()
    desk.page.get_by_label(re.compile("本行意见|What the bank brings")).fill("可分期，免收违约金另行报批。")
    desk.screenshot("mediation-propose")
    desk.page.get_by_role("button", name=re.compile("^(提议|Propose)$")).click()
    expect(desk.page.locator(".talks")).to_have_count(1)


def hold_session(room: Visitor) -> None:
    """Find the session in the list and open it."""
    room.open("/mediation/")
    room.screenshot("mediation-sessions")
    room.check_accessibility()
    room.page.get_by_role("link", name="陈晓梅").click()
    room.check_accessibility()
    room.page.get_by_role("button", name=re.compile("开始会议|open the session")).click()
    expect(room.page.locator(".pill").first).to_contain_text(re.compile("进行中|In session"))
    room.screenshot("mediation-session")


def agree(room: Visitor, first: str) -> None:
    """Work three instalments out, twice, tick every signature, and save.

    What the server worked out stands: it is newer than what was typed before it, which is not put back over it.
    """
    room.page.get_by_role("link", name=re.compile("记录结果|Record how")).click()
    room.page.locator("[name=ending]").select_option("agreed")
    room.page.locator("[name=total]").fill("3000")
    room.page.locator("[name=count]").fill("3")
    room.page.locator("[name=first]").fill(first)
    room.page.get_by_role("button", name=re.compile("计算分期|Work out")).click()
    expect(room.page.locator("[name=line_amount]")).to_have_count(3)
    room.page.locator("[name=total]").fill("3900")
    room.page.get_by_role("button", name=re.compile("计算分期|Work out")).click()
    expect(room.page.locator("[name=line_amount]").first).to_have_value("1300.00")
    room.page.wait_for_load_state("load")
    assert [box.input_value() for box in room.page.locator("[name=line_amount]").all()] == ["1300.00"] * 3
    expect(room.page.locator("#outcome .write-kept")).to_have_count(0)
    for box in room.page.locator("[name=signed]").all():
        box.check()
    room.screenshot("mediation-outcome")
    room.check_accessibility()
    room.page.get_by_role("button", name=re.compile("保存结果|Save the outcome")).click()
    expect(room.page.locator(".signatures li")).to_have_count(4)
    room.screenshot("mediation-agreed")
