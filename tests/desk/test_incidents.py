"""Incidents and the red button on the screens of staff and customers, and in the API."""

import asyncio
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from collections_app.domain.incidents import IncidentScope
from collections_app.models import Approval, ApprovedSentence, Hold, Incident, IncidentShown, Staff
from collections_app.services import calls, form_keys
from collections_app.services.emergencies import incidents, sentences
from collections_app.services.records import Actor
from desk.gateways import hub as hubs
from tests import factories
from tests.desk import scenes
from tests.desk.test_live import aside, publish, run, stream_of, until

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor() -> Staff:
    return factories.make_staff("supervisor", display_name="林岚", scope="institution")


def signed_in(staff: Staff, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(staff)
    return client


def press_start(client: Client, now: datetime, **values: str) -> Incident | None:
    """Fill in the form, and return the incident it began."""
    sentences.load(now=now)
    sentence = ApprovedSentence.objects.get(code="general")
    data = {"covers": "all", "reason": "disaster", "sentence": str(sentence.id), "form_key": form_keys.new_key()}
    client.post("/incidents/", data | values)
    return Incident.objects.order_by("-id").first()


def test_one_press_puts_the_sentence_on_every_screen(supervisor: Staff, now: datetime) -> None:
    """The banner with scope, since and by; rows marked; the permit refused; remembered who has read it."""
    scene = scenes.set_up()
    client = signed_in(supervisor)
    incident = press_start(client, now)
    assert incident is not None
    collector = signed_in(scene.collector)
    words = incident.sentence.staff_zh
    for path in ("/", f"/c/{scene.customer.customer_no}/", "/handoffs/", "/incidents/banner/"):
        page = collector.get(path).content.decode()
        assert words in page, path
        assert "林岚" in page, path
    row = collector.get("/?queue=to_contact").content.decode()
    assert '<span class="pill pill-bad">应急停催</span>' in row
    free = factories.make_debtor(branch=scene.customer.branch)[0]
    assert "应急停催期间，不得进行此类联系" in collector.get(f"/c/{free.customer_no}/part/main/").content.decode()
    assert IncidentShown.objects.filter(incident=incident, staff=scene.collector).count() == 1


def test_the_start_form_is_for_some_and_begins_one(supervisor: Staff, now: datetime) -> None:
    """Without the permission there is no form and no incident; sent twice it begins one."""
    collector = signed_in(factories.make_staff("collector"))
    assert 'name="covers"' not in collector.get("/incidents/").content.decode()
    assert press_start(collector, now) is None
    client, key = signed_in(supervisor), form_keys.new_key()
    branch = factories.make_branch("SH")
    press_start(client, now, covers=f"branch:{branch.id}", form_key=key)
    press_start(client, now, covers=f"branch:{branch.id}", form_key=key)
    assert Incident.objects.get().branch == branch


def test_its_end_goes_through_the_inbox_and_leaves_a_report(supervisor: Staff, now: datetime) -> None:
    """Asked for on its page, approved by another; the page and the file then say what was stopped."""
    other = factories.make_staff("supervisor")
    client = signed_in(supervisor)
    incident = press_start(client, now)
    assert incident is not None
    page = f"/incidents/{incident.id}/"
    client.post(page, {"reason": "=HYPERLINK(1)", "form_key": form_keys.new_key()})
    asked = Approval.objects.get(kind="incident_end").id
    signed_in(other).post(f"/approvals/{asked}/", {"verdict": "approved", "answer": ""})
    incident.refresh_from_db()
    assert incident.ended_by == other
    assert "结束报告" in client.get(page).content.decode()
    file = client.post(page + "export/", {"reason": "报送监管", "file_format": "csv"})
    lines = file.content.decode("utf-8-sig")
    assert "报送监管" in lines
    assert "'=HYPERLINK(1)" in lines
    assert ",=HYPERLINK" not in lines


def test_a_call_going_on_is_told(supervisor: Staff, now: datetime) -> None:
    """The panel's own fragment says that collection of this customer has been stopped."""
    scene = scenes.set_up()
    free, _account = factories.make_debtor(branch=scene.customer.branch, account={"owner": scene.collector})
    actor = Actor.of(scene.collector)
    call = calls.start(
        customer_id=free.id, contact_point_id=free.contact_points.get().id, actor=actor, seen_version=None, now=now
    )
    client = signed_in(scene.collector)
    address = scenes.address("call", free, call.id) + "?part=stopped"
    assert "该客户已应急停催" not in client.get(address).content.decode()
    incident = press_start(signed_in(supervisor), now)
    assert incident is not None
    assert incident.calls_open == 1
    assert "该客户已应急停催" in client.get(address).content.decode()


def test_one_press_of_the_red_button_leaves_no_amount_on_the_screen(supervisor: Staff, now: datetime) -> None:
    """The record, its row and its forms; what to do stands there instead, and a supervisor may look."""
    scene = scenes.set_up()
    sentences.load(now=now)
    client, no = signed_in(scene.collector), scene.customer.customer_no
    amount = "3,913.00"
    assert amount in client.get(f"/c/{no}/").content.decode()
    client.post(f"/c/{no}/risk/", {"danger": "self_harm", "form_key": form_keys.new_key()})
    assert Hold.objects.filter(customer=scene.customer, kind="risk_to_life").count() == 1
    words = sentences.of_risk()
    assert words is not None
    for path in (f"/c/{no}/part/main/", f"/c/{no}/part/side/", f"/c/{no}/note/"):
        page = client.get(path).content.decode()
        assert "¥" not in page, path
        assert amount not in page, path
    assert words.staff_zh in client.get(f"/c/{no}/part/main/").content.decode()
    look = signed_in(factories.make_staff("supervisor", branch=scene.customer.branch))
    assert amount not in look.get(f"/c/{no}/part/main/").content.decode()
    assert amount in look.get(f"/c/{no}/part/main/?amounts=1").content.decode()
    assert amount not in client.get(f"/c/{no}/part/main/?amounts=1").content.decode()


def test_the_api_says_what_is_stopped_even_when_nothing_else_changed(supervisor: Staff, now: datetime) -> None:
    """In a header, so that 304 says it too."""
    scene = scenes.set_up()
    client = signed_in(scene.collector)
    address = f"/api/records/{scene.customer.customer_no}/"
    first = client.get(address)
    assert "OneCase-Incidents" not in first
    incident = press_start(signed_in(supervisor), now)
    assert incident is not None
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["OneCase-Incidents"], again["OneCase-Stopped"]) == (
        304, str(incident.id), str(incident.id),
    )  # fmt: skip


def test_the_administration_shows_the_sentence_too(supervisor: Staff, now: datetime) -> None:
    """Whoever changes hours and limits meanwhile knows what is going on, and hears when it ends."""
    incident = press_start(signed_in(supervisor), now)
    assert incident is not None
    client = signed_in(factories.make_staff("administrator", scope="institution"))
    for path in ("/admin/", "/admin/collections_app/branch/"):
        page = client.get(path).content.decode()
        assert incident.sentence.staff_zh in page, path
        assert f'data-stamp="{incident.id}"' in page, path
        assert 'data-live-url="/live/"' in page, path


@pytest.mark.django_db(transaction=True)
def test_its_end_by_the_hour_shows_before_the_sweep_writes_it_down(
    supervisor: Staff, now: datetime, settings: LazySettings
) -> None:
    """The mark goes by the clock, not by the row that a task writes within half a minute."""
    sentences.load(now=now)
    incident = incidents.start(
        covers=incidents.Scope(IncidentScope.ALL), reason="disaster",
        sentence_id=ApprovedSentence.objects.get(code="general").id, ends_at=now + timedelta(hours=1),
        actor=Actor.of(supervisor), now=now,
    )  # fmt: skip
    stream = stream_of(hubs.Hub(sweep_seconds=0.1), factories.make_staff("collector"))

    async def story() -> None:
        assert (await until(stream, "state"))["incidents"] == str(incident.id)
        settings.CLOCK_SHIFT = timedelta(hours=1)
        await until(stream, "incidents", incidents="")
        await stream.aclose()

    run(story)
    assert Incident.objects.get(id=incident.id).ended_at is None
    settings.CLOCK_SHIFT = timedelta(hours=1)
    assert incident.sentence.staff_zh not in signed_in(supervisor).get("/incidents/banner/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_screen_hears_of_it_at_once_and_on_reconnect(supervisor: Staff, now: datetime) -> None:
    """By the safety net without Redis, and in the state of every connection."""
    sentences.load(now=now)
    staff, sentence = factories.make_staff("collector"), ApprovedSentence.objects.get(code="general").id

    def begin() -> Incident:
        return incidents.start(
            covers=incidents.Scope(IncidentScope.ALL), reason="disaster", sentence_id=sentence,
            actor=Actor.of(supervisor), now=now,
        )  # fmt: skip

    source = hubs.Hub(sweep_seconds=0.2, redis_url="redis://127.0.0.1:1/0")
    stream, again = stream_of(source, staff), stream_of(source, staff)

    async def story() -> None:
        assert (await until(stream, "state"))["incidents"] == ""
        incident = await aside(begin)
        await until(stream, "incidents", incidents=str(incident.id))
        assert (await until(again, "state"))["incidents"] == str(incident.id)
        await stream.aclose()
        await again.aclose()

    run(story)


@pytest.mark.django_db(transaction=True)
def test_the_wake_up_of_an_incident_reaches_the_screen_at_once() -> None:
    """Nobody waits for the safety net while Redis is there."""
    source = hubs.Hub(sweep_seconds=60)
    stream = stream_of(source, factories.make_staff("collector"))

    async def story() -> None:
        await until(stream, "state")
        while not source.hears:
            await asyncio.sleep(0.01)
        await aside(lambda: publish('{"incidents": "7"}'))
        await until(stream, "incidents", incidents="7")
        await stream.aclose()

    run(story)
