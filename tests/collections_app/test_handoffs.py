"""A hand-off goes to the department its kind belongs to, with a deadline, and only along its states."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import Customer, Event, HandOff, Hold, Staff
from collections_app.selectors import codes
from collections_app.services import handoffs, holds, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import SYSTEM, Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


def open_(debtor: Debtor, staff: Staff, now: datetime, kind: str = "document", **values: Any) -> HandOff:
    plain = {
        "customer_id": debtor.customer.id,
        "kind": kind,
        "actor": Actor.of(staff),
        "seen_version": None,
        "now": now,
        "carries": factories.carried(kind) if kind in codes.shipped().handoffs and kind != "other" else {},
    }
    return handoffs.open_(**(plain | values))


def move(handoff: HandOff, state: str, actor: Actor, now: datetime, **values: Any) -> HandOff:
    plain: dict[str, Any] = {"handoff_id": handoff.id, "state": state, "actor": actor, "seen_version": None, "now": now}
    return handoffs.move(**(plain | values))


def test_a_hand_off_goes_to_its_department_within_the_banks_deadline(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Who asked, what for, until when; and it is on the history of the account."""
    handoff = open_(
        debtor, collector, now, "fraud_claim", account_id=debtor.account.id, text=" 盗刷三笔 ",
        carries={"statement": " 卡未离身 ", "police_no": "京公 1"},
    )  # fmt: skip
    said = "本人陈述：卡未离身\n报案回执号：京公 1\n盗刷三笔"
    assert (handoff.to_department, handoff.from_department, handoff.opened_by) == (
        "operations",
        "collections",
        collector,
    )
    assert (handoff.due_at, handoff.text, handoff.account_id) == (
        now + timedelta(hours=1),
        said,
        debtor.account.id,
    )
    event, held = Event.objects.order_by("id")
    assert (event.kind, event.account_id, event.text_row.text) == ("handoff.opened", debtor.account.id, said)
    assert (held.kind, held.payload["kind"]) == ("hold.placed", "fraud_claim")
    assert event.payload["to"] == "operations"


def test_a_callback_is_due_at_the_hour_agreed(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Never in the past; the record waits for it."""
    with pytest.raises(RefusedError) as refused:
        open_(debtor, collector, now, "callback", due_at=now)
    assert refused.value.code == "callback_in_the_past"
    agreed = now + timedelta(minutes=1)
    assert open_(debtor, collector, now, "callback", due_at=agreed).due_at == agreed
    assert Customer.objects.get(id=debtor.customer.id).status == "callback_due"


def test_other_says_what_and_a_kind_nobody_knows_is_refused(debtor: Debtor, collector: Staff, now: datetime) -> None:
    for kind, text, expected in [("other", "  ", "reason_missing"), ("gossip", "x", "no_such_handoff_kind")]:
        with pytest.raises(RefusedError) as refused:
            open_(debtor, collector, now, kind, text=text)
        assert refused.value.code == expected
    assert open_(debtor, collector, now, "other", text="打印流水").to_department == "service"


def test_a_hand_off_carries_everything_its_kind_must_carry(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """What lacks is named in words; the words are the free text and the hour agreed is the window of a callback."""
    half = {"component": "违约金", "amount": " ", "ground": ""}
    with pytest.raises(RefusedError) as refused:
        open_(debtor, collector, now, "waiver_request", carries=half, text="客户来电申请")
    assert refused.value.params["contents"] == ["amount", "ground"]
    assert refusal_texts.refusal_text(refused.value) == "转办“息费减免申请”还须附：金额、依据。"
    assert not HandOff.objects.exists()
    whole = half | {"amount": "120.00", "ground": "扣款失败"}
    assert open_(debtor, collector, now, "waiver_request", carries=whole).text == (
        "减免项目：违约金\n金额：120.00\n依据：扣款失败"
    )
    agreed = now + timedelta(hours=2)
    with pytest.raises(RefusedError) as without_hour:
        open_(debtor, collector, now, "callback", carries={"number": "登记手机"})
    assert without_hour.value.params["contents"] == ["window"]
    assert open_(debtor, collector, now, "callback", carries={"number": "登记手机"}, due_at=agreed).due_at == agreed


def test_what_is_on_no_list_or_no_account_of_the_record_is_refused(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    stranger = factories.make_account(factories.make_customer())
    for values, code in [
        ({"carries": {"gossip": "x"}}, "no_such_handoff_content"),
        ({"account_id": stranger.id}, "no_such_account"),
    ]:
        with pytest.raises(RefusedError) as refused:
            open_(debtor, collector, now, **values)
        assert refused.value.code == code


def test_what_a_hand_off_rests_on_must_have_been_seen(debtor: Debtor, collector: Staff, now: datetime) -> None:
    handoff = open_(debtor, collector, now)
    with pytest.raises(StaleWriteError):
        open_(debtor, collector, now, seen_version=1)
    with pytest.raises(StaleWriteError):
        move(handoff, "accepted", Actor.of(collector), now, seen_version=1)


def test_an_auditor_neither_opens_nor_moves(debtor: Debtor, auditor: Staff, collector: Staff, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        open_(debtor, auditor, now)
    handoff = open_(debtor, collector, now)
    with pytest.raises(NotAllowedError):
        move(handoff, "accepted", Actor.of(factories.make_staff("auditor", department="service")), now)


def test_only_its_two_departments_and_machines_move_a_hand_off(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    """From collections to service: operations has no say."""
    handoff = open_(debtor, collector, now)
    with pytest.raises(NotAllowedError):
        move(handoff, "accepted", Actor.of(factories.make_staff("operations")), now)
    assert move(handoff, "accepted", Actor.of(agent), now).state == "accepted"
    assert move(handoff, "withdrawn", Actor.of(collector), now).state == "withdrawn"
    assert move(open_(debtor, collector, now), "done", SYSTEM, now).state == "done"


def test_who_gave_work_away_does_not_end_its_hold_with_it(
    debtor: Debtor, collector: Staff, agent: Staff, supervisor: Staff, now: datetime
) -> None:
    """Taken back or called done by its sender, the hold stays and is released by hand; by its receiver it ends."""

    def ended(kind: str, state: str, by: Staff) -> bool:
        work = open_(debtor, collector, now, kind, account_id=debtor.account.id)
        move(work, state, Actor.of(by), now)
        hold = Hold.objects.get(source=f"handoff:{work.id}")
        is_over = hold.released_at is not None
        if not is_over:
            holds.release(hold_id=hold.id, reason="已核实", actor=Actor.of(supervisor), seen_version=None, now=now)
        return is_over

    assert not ended("dispute", "withdrawn", collector)
    assert not ended("dispute", "done", collector)
    assert ended("dispute", "done", agent)
    # Within one department it takes a colleague.
    assert not ended("hardship", "done", collector)
    assert ended("hardship", "done", factories.make_staff("collector"))
    assert ended("dispute", "withdrawn", supervisor)


def test_an_open_hand_off_has_no_end_and_a_finished_one_says_whose(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    handoff = move(open_(debtor, collector, now), "accepted", Actor.of(agent), now)
    handoff.refresh_from_db()
    assert (handoff.closed_at, handoff.closed_by) == (None, None)
    later = now + timedelta(hours=1)
    move(handoff, "done", Actor.of(agent), later, text="已寄出")
    handoff.refresh_from_db()
    assert (handoff.state, handoff.closed_at, handoff.closed_by) == ("done", later, agent)
    event = Event.objects.latest("id")
    assert (event.kind, event.payload["state"], event.text_row.text) == ("handoff.moved", "done", "已寄出")


def test_what_is_done_stays_done_and_a_return_says_why(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    handoff = open_(debtor, collector, now)
    with pytest.raises(RefusedError) as refused:
        move(handoff, "returned", Actor.of(agent), now, text=" ")
    assert refused.value.code == "reason_missing"
    move(handoff, "returned", Actor.of(agent), now, text="缺证件")
    move(handoff, "open", Actor.of(collector), now)
    move(handoff, "done", Actor.of(agent), now)
    with pytest.raises(RefusedError) as done:
        move(handoff, "open", Actor.of(agent), now)
    assert done.value.code == "handoff_cannot_move"
    with pytest.raises(RefusedError) as unknown:
        move(HandOff(id=0), "done", Actor.of(agent), now)
    assert unknown.value.code == "no_such_handoff"


def test_a_finished_callback_leaves_the_record_at_once(debtor: Debtor, collector: Staff, now: datetime) -> None:
    handoff = open_(debtor, collector, now, "callback", due_at=now + timedelta(hours=1))
    move(handoff, "done", Actor.of(collector), now)
    assert Customer.objects.get(id=debtor.customer.id).status == "to_contact"
