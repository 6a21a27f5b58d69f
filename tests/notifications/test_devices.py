"""The devices on which customers have the bank's app: both sides see them, and sign one out."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from collections_app.domain.purposes import Channel
from collections_app.models import AccessAttempt, AccessSession, ContactPoint, Customer, Event
from collections_app.services import app_entry, contact_points
from collections_app.services.access import AccessRefusedError
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from notifications.selectors.reach import reach_of
from notifications.services import app_devices
from repayment.services import sandbox_app
from tests import factories
from tests.repayment.conftest import enter

DEVICE = "dev-4f1c9a"


@pytest.fixture
def device(bank: None, now: datetime) -> ContactPoint:
    """A device that the bank's app has named, and its customer inside the page by the app."""
    customer, _ = factories.make_debtor()
    app_devices.take(customer_no=customer.customer_no, device=DEVICE, allowed=True, told_at=now, now=now)
    AccessSession.objects.create(
        customer=customer, secret_hash="x" * 64, opened_at=now, last_used_at=now, expires_at=now + timedelta(hours=1)
    )
    return ContactPoint.objects.get(kind="app_push")


def test_a_colleague_signs_a_device_out_with_a_reason(device: ContactPoint, now: datetime) -> None:
    """Nothing is pushed there, the page from the app is closed; only a newer word of the bank's makes it good again."""
    supervisor, agent = (factories.make_staff(role) for role in ("supervisor", "service_agent"))
    given = {"point_id": device.pk, "actor": Actor.of(supervisor), "seen_version": None, "now": now}
    with pytest.raises(NotAllowedError):
        app_devices.revoke(**{**given, "actor": Actor.of(agent)}, reason="手机遗失")
    for reason, point, code in ((" ", device.pk, "reason_missing"), ("手机遗失", 0, "no_such_device")):
        with pytest.raises(RefusedError) as refused:
            app_devices.revoke(**{**given, "point_id": point}, reason=reason)
        assert refused.value.code == code
    app_devices.revoke(**given, reason="手机遗失")
    device.refresh_from_db()
    assert (device.permission, device.signed_out_at) == ("ok", now), "whether pushes are on there is another matter"
    assert not AccessSession.objects.filter(ended_at__isnull=True).exists()
    assert reach_of([device.customer_id])[device.customer_id].get(Channel.APP, []) == []
    event = Event.objects.get(kind="device.signed_out")
    assert (event.actor, event.payload["sessions"]) == (supervisor, 1)
    with pytest.raises(RefusedError) as twice:
        app_devices.revoke(**given, reason="手机遗失")
    assert twice.value.code == "device_out_already"
    number = Customer.objects.get().customer_no
    said = {"customer_no": number, "device": DEVICE, "allowed": True}
    assert not app_devices.take(**said, told_at=now, now=now + timedelta(hours=1))
    later = now + timedelta(hours=1)
    assert app_devices.take(**said, told_at=later, now=later)
    device.refresh_from_db()
    assert (device.permission, device.signed_out_at) == ("ok", None)
    assert reach_of([device.customer_id])[device.customer_id][Channel.APP] == [device]


def test_a_device_whose_pushes_are_off_is_signed_out_as_well(device: ContactPoint, now: datetime) -> None:
    """Two marks: the refusal stays when its customer signs in there anew with pushes still off."""
    said = {"customer_no": Customer.objects.get().customer_no, "device": DEVICE, "allowed": False}
    minutes = [now + timedelta(minutes=minute) for minute in range(3)]
    assert app_devices.take(**said, told_at=minutes[1], now=minutes[1])
    app_devices.sign_out(customer_id=device.customer_id, point_id=device.pk, now=minutes[1])
    assert not app_devices.take(**said, told_at=minutes[1], now=minutes[2])
    assert app_devices.take(**said, told_at=minutes[2], now=minutes[2])
    device.refresh_from_db()
    assert (device.permission, device.signed_out_at) == ("refused", None)


def test_a_device_that_is_signed_out_comes_back_by_no_hand_over(device: ContactPoint, now: datetime) -> None:
    """Until the bank says that its customer signed in there anew; one that names no device may be that one."""
    customer = Customer.objects.get()
    hand_over = {"customer_no": customer.customer_no, "to": "account", "now": now}
    app_devices.sign_out(customer_id=customer.pk, point_id=device.pk, now=now)
    for named in (DEVICE, ""):
        with pytest.raises(AccessRefusedError):
            app_entry.enter(fields=sandbox_app.hand_over(**hand_over, device=named), address=None, now=now)
    assert set(AccessAttempt.objects.values_list("reason", flat=True)) == {"app_device"}
    another = app_entry.enter(fields=sandbox_app.hand_over(**hand_over, device="dev-another"), address=None, now=now)
    assert another.customer == customer
    later = now + timedelta(hours=1)
    app_devices.take(customer_no=customer.customer_no, device=DEVICE, allowed=True, told_at=later, now=later)
    hand_over["now"] = later
    for named in (DEVICE, ""):
        assert app_entry.enter(fields=sandbox_app.hand_over(**hand_over, device=named), address=None, now=later)


def test_service_reads_the_list_and_others_may_sign_out(device: ContactPoint, client: Client, now: datetime) -> None:
    customer = Customer.objects.get()
    where = f"/c/{customer.customer_no}/devices/"
    for role, may in (("service_agent", False), ("supervisor", True)):
        staff = factories.make_staff(role, branch=customer.branch)
        contact_points.log_look(customer_id=customer.pk, purpose="service", actor=Actor.of(staff), now=now)
        client.force_login(staff)
        assert where in client.get(f"/c/{customer.customer_no}/").content.decode()
        page = client.get(where).content.decode()
        assert "····1c9a" in page
        assert DEVICE not in page
        assert (f"{where}{device.pk}/revoke/" in page) is may, role


def test_a_customer_signs_out_a_device_of_their_own(device: ContactPoint, now: datetime) -> None:
    """And nobody else's; again it is told that it is out."""
    customer = Customer.objects.get()
    stranger = enter(*factories.make_debtor(), now)
    assert stranger.client.post("/r/devices/", {"device": str(device.pk)}).status_code == 409
    visitor = enter(customer, customer.accounts.get(), now)
    assert "····1c9a" in visitor.client.get("/r/devices/").content.decode()
    answer = visitor.client.post("/r/devices/", {"device": str(device.pk)})
    assert answer["Location"] == "/r/devices/?done=1"
    device.refresh_from_db()
    assert device.signed_out_at is not None
    for again in (str(device.pk), "", "x", "9" * 30):
        assert visitor.client.post("/r/devices/", {"device": again}).status_code == 409, again
