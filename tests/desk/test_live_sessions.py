"""The live feed and who is signed in: a stream ends with the session it was opened by, and strangers get none."""

import asyncio
import json
import time
from datetime import timedelta

import pytest
from django.test import AsyncClient

from collections_app.models import Staff
from collections_app.services import sign_in
from desk.gateways import hub as hubs
from desk.views import live
from tests import factories
from tests.desk.test_live import aside, in_a_thread, publish, run, stream_of, until

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "redis://127.0.0.1:1/0"


def test_signing_out_ends_every_stream_of_the_person_at_once_and_nobody_elses(db):
    """The wake-up is enough: no stream waits for its next proof."""
    staff, other = factories.make_staff("collector"), factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    source = hubs.Hub(sweep_seconds=60)
    first, second = stream_of(source, staff, customer.pk), stream_of(source, staff, customer.pk)
    others = stream_of(source, other, customer.pk)

    async def story() -> None:
        for stream in (first, second, others):
            await until(stream, "state")
        while not source.hears:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await aside(lambda: sign_in.end_sessions(staff_id=staff.pk))
        assert await until(first, "bye") == {"reason": "signed_out"}
        assert await until(second, "bye") == {"reason": "signed_out"}
        assert time.monotonic() - began < 1
        await aside(lambda: publish(json.dumps({"customer": customer.pk, "version": 43, "branch": 1})))
        await until(others, "record", version=43)
        await others.aclose()

    run(story)


def test_a_session_whose_person_signed_out_elsewhere_opens_no_stream(db):
    """Without the wake-up, the next proof notices: the session carries what all were ended by."""
    staff = factories.make_staff("collector")
    stream = stream_of(hubs.Hub(), staff)
    Staff.objects.filter(pk=staff.pk).update(sessions_ended=1)

    async def story() -> None:
        assert await until(stream, "bye") == {"reason": "signed_out"}

    run(story)


def test_who_is_signed_out_is_cut_off(db, monkeypatch):
    """A stream asks again whether its reader may read."""
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    staff = factories.make_staff("collector")
    stream = stream_of(hubs.Hub(), staff)

    def retire() -> None:
        Staff.objects.filter(pk=staff.pk).update(is_active=False)

    async def story() -> None:
        await until(stream, "state")
        await aside(retire)
        assert await until(stream, "bye") == {"reason": "signed_out"}

    run(story)


def test_the_feed_is_not_for_strangers(db):
    """Without a session there is no stream, and no redirect to a page of another kind."""

    async def story() -> None:
        response = await AsyncClient().get("/live/?records=1:1")
        assert response.status_code == 401

    run(story)


def test_a_server_without_asgi_states_the_versions_and_ends(client, db):
    """The screen asks again every two seconds: slower, and still true."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    client.force_login(staff)
    body = in_a_thread(lambda: b"".join(client.get(f"/live/?records={customer.pk}:0")).decode())
    assert json.dumps({str(customer.pk): customer.version}) in body


def test_a_shifted_clock_signs_nobody_out(client, db, settings):
    """Idle time is measured by the wall clock that wrote it, whatever ONECASE_NOW says."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    client.force_login(staff)
    settings.CLOCK_SHIFT = timedelta(days=3)
    in_a_thread(lambda: client.get("/accounts/2fa/"))
    body = in_a_thread(lambda: b"".join(client.get(f"/live/?records={customer.pk}:0")).decode())
    assert "signed_out" not in body
    assert json.dumps({str(customer.pk): customer.version}) in body
