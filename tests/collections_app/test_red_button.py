"""The red button: risk to life stops one customer's collection for everybody, and two people end it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from collections_app.domain.calls import Closing
from collections_app.models import AccountParty, Alert, ContactPoint, Customer, Event, HandOff, Hold, Staff
from collections_app.services import alerts, approvals, calls, contacts, handoffs, holds, records
from collections_app.services.emergencies import red_button
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def press(customer: Customer, by: Staff, now: datetime) -> Hold:
    return red_button.press(customer_id=customer.id, danger="self_harm", actor=Actor.of(by), now=now)


def answers(customer: Customer, now: datetime, purpose: str = "collection", **values: object) -> set[str]:
    """What a permit says by each way of contact."""
    point = ContactPoint.objects.filter(customer=customer).first()
    found = set()
    for channel in ("sms", "voice"):
        decision = contacts.preview(
            customer=customer, channel=channel, purpose=purpose, contact_point=point, actor=records.SYSTEM, now=now,
            **values,
        )  # fmt: skip
        found.add(decision.code or "allowed")
    return found


def test_one_press_stops_everything_for_every_party(collector: Staff, now: datetime) -> None:
    """The customer by any way and for notices too, and the guarantor for the customer's account."""
    customer, account = factories.make_debtor()
    guarantor = factories.make_customer()
    AccountParty.objects.create(account=account, customer=guarantor, role="guarantor")
    assert answers(guarantor, now) == {"allowed"}
    press(customer, collector, now)
    assert answers(customer, now) == {"hold"}
    assert answers(customer, now, purpose="due_notice") == {"hold"}
    assert answers(guarantor, now) == {"hold"}
    assert answers(customer, now, purpose="receipt") == {"allowed"}
    assert Event.objects.filter(customer=guarantor, kind="risk.raised").exists()


def test_what_stands_of_a_guarantor_goes_with_their_number_onto_the_debtors_record(
    collector: Staff, now: datetime
) -> None:
    """Pressed on the guarantor's own record, their number on the debtor's is called no more; the debtor's own is."""
    customer, account = factories.make_debtor()
    guarantor = factories.make_customer()
    AccountParty.objects.create(account=account, customer=guarantor, role="guarantor")
    beside = factories.make_mobile(customer, guarantor.contact_points.get().value, relation="guarantor")

    def beside_says() -> str:
        return contacts.preview(
            customer=customer, channel="voice", purpose="collection", contact_point=beside, actor=records.SYSTEM,
            now=now,
        ).code  # fmt: skip

    assert beside_says() == ""
    hold = press(guarantor, collector, now)
    assert (beside_says(), answers(customer, now)) == ("hold", {"allowed"})
    assert Event.objects.filter(customer=customer, kind="risk.raised", payload__own=False).exists()
    for kind, said in (("deceased", "hold"), ("detained", "hold"), ("dispute", "")):
        Hold.objects.filter(pk=hold.pk).update(kind=kind)
        assert beside_says() == said, kind


def test_a_supervisor_is_called_within_five_minutes(collector: Staff, now: datetime) -> None:
    customer = factories.make_debtor()[0]
    press(customer, collector, now)
    handoff = HandOff.objects.get(customer=customer, kind="risk_alert")
    assert handoff.due_at == now + timedelta(minutes=5)
    alert = Alert.objects.get(kind="risk_to_life", resolved_at__isnull=True)
    assert (alert.branch, alert.detail) == (customer.branch, {"records": 1})


def test_a_record_that_has_moved_and_a_second_press_are_no_obstacle(collector: Staff, now: datetime) -> None:
    """Nothing that has changed meanwhile refuses it, and pressing again while it still rings changes nothing."""
    customer = factories.make_debtor()[0]
    first = press(customer, collector, now)
    assert press(customer, collector, now + timedelta(seconds=9)) == first
    assert HandOff.objects.filter(customer=customer).count() == 1
    with pytest.raises(NotAllowedError):
        press(customer, factories.make_staff("auditor"), now)


def test_nobody_ends_it_alone(collector: Staff, now: datetime) -> None:
    """Not a supervisor by the plain release, not whoever asks: a second person. What is over keeps nothing ringing."""
    first, second = factories.make_staff("supervisor"), factories.make_staff("supervisor")
    customer = factories.make_debtor()[0]
    another = factories.make_debtor(branch=customer.branch)[0]
    Hold.objects.filter(pk=press(another, collector, now).pk).update(ends_at=now)
    hold = press(customer, collector, now)
    with pytest.raises(RefusedError, match="hold_needs_second_person"):
        holds.release(hold_id=hold.id, reason="已联系家属", actor=Actor.of(first), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="hold_needs_second_person"):
        approvals.ask(
            kind="hold_release", subject=f"hold:{hold.id}", reason="已联系家属", customer_id=customer.id,
            actor=Actor.of(first), now=now,
        )  # fmt: skip
    asked = approvals.ask(
        kind="risk_release", subject=f"hold:{hold.id}", reason="已联系家属", customer_id=customer.id,
        actor=Actor.of(first), now=now,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="own_work"):
        approvals.decide(approval_id=asked.id, verdict="approved", answer="", actor=Actor.of(first), now=now)
    assert answers(customer, now) == {"hold"}
    approvals.decide(approval_id=asked.id, verdict="approved", answer="", actor=Actor.of(second), now=now)
    customer.refresh_from_db()
    assert answers(customer, now) == {"allowed"}
    assert not Alert.objects.filter(kind="risk_to_life", resolved_at__isnull=True).exists()


def test_the_outcome_of_a_call_presses_it_too(collector: Staff, now: datetime) -> None:
    """The same stop, hand-off and alert, whether or not the button was pressed during the call."""
    for pressed in (False, True):
        customer = factories.make_debtor()[0]
        call = calls.start(
            customer_id=customer.id, contact_point_id=customer.contact_points.get().id, actor=Actor.of(collector),
            seen_version=None, now=now,
        )  # fmt: skip
        if pressed:
            press(customer, collector, now)
        facts = ["name_id_tail", "birth_date"]
        actor = Actor.of(collector)
        calls.verify(conversation_id=call.id, result="verified", facts=facts, actor=actor, now=now)
        closing = Closing(party="self", outcome="self_risk", text="客户情绪崩溃")
        calls.close(conversation_id=call.id, closing=closing, actor=actor, now=now)
        assert Hold.objects.filter(customer=customer, kind="risk_to_life").count() == 1
        assert HandOff.objects.filter(customer=customer, kind="risk_alert").count() == 1


def test_a_new_danger_rings_again_once_the_first_was_taken(collector: Staff, client: Client, now: datetime) -> None:
    """One stop, two calls: whoever took the first one does not know of the second."""
    supervisor = factories.make_staff("supervisor", branch=collector.branch)
    customer = factories.make_debtor(branch=collector.branch)[0]
    first = press(customer, collector, now)
    taken = HandOff.objects.get(kind="risk_alert")
    later = now + timedelta(minutes=2)
    handoffs.move(handoff_id=taken.id, state="accepted", actor=Actor.of(supervisor), seen_version=None, now=later)
    client.force_login(collector)
    assert f"/c/{customer.customer_no}/risk/" in client.get(f"/c/{customer.customer_no}/").content.decode()
    assert press(customer, collector, later) == first
    rings = HandOff.objects.get(kind="risk_alert", state="open")
    assert (rings.due_at, Event.objects.filter(kind="risk.raised").count()) == (later + timedelta(minutes=5), 2)
    assert Hold.objects.filter(kind="risk_to_life").count() == 1
    client.force_login(supervisor)
    assert f"/handoff/{rings.id}/" in client.get("/handoffs/urgent/").content.decode()


def test_it_is_not_placed_like_another_hold(collector: Staff, now: datetime) -> None:
    """A stop without hand-off and alert would leave the customer alone."""
    customer = factories.make_debtor()[0]
    with pytest.raises(RefusedError, match="hold_not_by_hand"):
        holds.place(customer_id=customer.id, kind="risk_to_life", actor=Actor.of(collector), seen_version=None, now=now)


def test_it_rings_on_every_page_of_who_may_end_it_until_somebody_takes_it(
    collector: Staff, client: Client, now: datetime
) -> None:
    """A supervisor who looks at quite another page is called at once; who cannot help is not."""
    supervisor = factories.make_staff("supervisor", branch=collector.branch)
    customer = factories.make_debtor(branch=collector.branch)[0]
    press(customer, collector, now)
    handoff = HandOff.objects.get(customer=customer, kind="risk_alert")
    client.force_login(supervisor)
    ring = client.get("/handoffs/urgent/").content.decode()
    assert customer.name in ring
    assert f"/handoff/{handoff.id}/" in ring
    assert customer.name in client.get("/incidents/").content.decode()
    client.force_login(collector)
    assert customer.name not in client.get("/handoffs/urgent/").content.decode()
    handoffs.move(
        handoff_id=handoff.id,
        state="accepted",
        actor=Actor.of(supervisor),
        seen_version=None,
        now=now + timedelta(minutes=1),
    )
    client.force_login(supervisor)
    assert customer.name not in client.get("/handoffs/urgent/").content.decode()


def test_it_rings_whatever_became_of_the_alert(collector: Staff, client: Client, now: datetime) -> None:
    """An alert that was closed by hand silences nobody, and work opened by form, which raises none, rings as well."""
    supervisor = factories.make_staff("supervisor", branch=collector.branch)
    pressed, opened = (factories.make_debtor(branch=collector.branch)[0] for _each in range(2))
    press(pressed, collector, now)
    operations = Actor.of(factories.make_staff("operations"))
    alerts.resolve(alert_id=Alert.objects.get(kind="risk_to_life").pk, actor=operations, now=now)
    actor = Actor.of(collector)
    handoffs.open_(customer_id=opened.id, kind="risk_alert", actor=actor, seen_version=None, now=now)
    client.force_login(supervisor)
    for address in ("/handoffs/urgent/", "/incidents/"):
        page = client.get(address).content.decode()
        assert pressed.customer_no in page, address
        assert opened.customer_no in page, address
    ring = HandOff.objects.filter(customer=opened).get()
    again = {"customer": opened, "kind": ring.kind, "to_department": ring.to_department, "opened_at": now}
    for minutes in range(5, 8):
        HandOff.objects.create(**again, from_department=ring.from_department, due_at=now + timedelta(minutes=minutes))
    shell = client.get("/handoffs/urgent/").context["shell"]
    assert (len(shell.risk_calls), shell.more_risk_calls) == (3, 2), "the others are counted, none is cut in silence"
