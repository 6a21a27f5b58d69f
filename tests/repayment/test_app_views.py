"""The way in from the bank's app, over HTTP, with the app that the demo plays; and what phones read of it."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from zeal import zeal_ignore

from collections_app.domain.app_entry import FIELDS
from collections_app.models import AccessAttempt, AccessLink, AccessSession, AppEntry, Arrangement, Hold
from collections_app.services import arrangement_offers, reference
from notifications.services import templates
from repayment.services import sandbox_app
from tests import factories
from tests.repayment.conftest import Browser, make_debtor
from tests.repayment.test_arrangements import ANSWERS, code
from tests.repayment.test_way_in import body, row_counts

HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def debtor(db, now):
    return make_debtor()


def opened(customer_no, to="account", fault=""):
    """Open the repayment service in the demo's app; return the browser and the address it is sent to."""
    browser = Browser()
    answer = browser.post("/r/sandbox-app/", {"customer_no": customer_no, "to": to, "fault": fault})
    return browser, answer["Location"]


def test_the_app_opens_the_page_it_names_and_a_second_click_opens_nothing(debtor):
    """One button between app and page; going back and clicking again is refused and logged."""
    browser, address = opened(debtor[0].customer_no, to="preferences")
    page = browser.get(address)
    fields = {name: value for name, value in HIDDEN.findall(page.content.decode()) if name in FIELDS}
    assert not AppEntry.objects.exists()
    assert browser.post("/r/app/", fields)["Location"] == "/r/preferences/"
    assert debtor[0].name in browser.get("/r/account/").content.decode()
    again = Browser().post("/r/app/", fields)
    assert (again.status_code, AccessSession.objects.count()) == (403, 1)
    assert AccessAttempt.objects.get().reason == "app_replayed"


def test_reading_a_hand_over_changes_nothing_and_shows_nothing(debtor):
    """One neutral page for right ones, changed ones and none at all, for scanners too."""
    _, right = opened(debtor[0].customer_no)
    before = row_counts()
    pages = set()
    for address in (right, right.replace("sub=", "sub=X"), "/r/app/"):
        assert Browser().head(address).status_code == 200
        response = Browser().get(address)
        assert response.status_code == 200
        assert debtor[0].name not in response.content.decode()
        pages.add(HIDDEN.sub("", body(response)).replace("<input >", "").replace(" ", ""))
    assert len(pages) == 1
    assert row_counts() == before


@pytest.mark.parametrize(("fault", "reason"), [("sub", "app_signature"), ("late", "app_stale")])
def test_what_is_changed_or_late_is_refused_in_the_same_words(debtor, fault, reason):
    """The log alone says which."""
    browser, address = opened(debtor[0].customer_no, fault=fault)
    refused = browser.post("/r/app/", dict(parse_qsl(urlsplit(address).query)))
    nobody = Browser().post("/r/app/", {})
    assert refused.status_code == nobody.status_code == 403
    assert body(refused) == body(nobody)
    assert list(AccessAttempt.objects.order_by("id").values_list("reason", flat=True)) == [reason, "app_malformed"]
    assert not AccessSession.objects.exists()


def test_a_field_that_stands_twice_is_no_hand_over(debtor, now):
    """Whichever of the two would be read."""
    fields = sandbox_app.hand_over(customer_no=debtor[0].customer_no, to="account", now=now - timedelta(seconds=1))
    twice = {**fields, "sub": [fields["sub"], fields["sub"]]}
    assert Browser().post("/r/app/", twice).status_code == 403
    assert Browser().post("/r/app/", fields).status_code == 302


def test_phones_read_which_apps_open_links(client, settings):
    """Links and the page for codes open the app; hand-overs never do. Without apps there are no such files."""
    for name in ("apple-app-site-association", "assetlinks.json"):
        assert client.get(f"/.well-known/{name}").status_code == 404
    settings.IOS_APPS = ["TEAM1.com.bank.example"]
    settings.ANDROID_APPS = {"com.bank.example": "AB:CD"}
    (details,) = client.get("/.well-known/apple-app-site-association").json()["applinks"]["details"]
    assert details["appIDs"] == ["TEAM1.com.bank.example"]
    assert details["components"] == [{"/": "/r/app/*", "exclude": True}, {"/": f"/r/{'?' * 26}/"}, {"/": "/r/"}]
    (statement,) = client.get("/.well-known/assetlinks.json").json()
    assert statement["target"]["package_name"] == "com.bank.example"
    assert statement["target"]["sha256_cert_fingerprints"] == ["AB:CD"]


def test_an_arrangement_is_signed_inside_the_app(debtor, now):
    """The app hands over to the instalments; consent and the code from the SMS put the plan in force."""
    with zeal_ignore():
        reference.load_rule_packs(now=factories.START)
        templates.load_seed(now=factories.START)
        arrangement_offers.load()
    customer, account = debtor
    with time_machine.travel(now, tick=False) as clock:
        browser, address = opened(customer.customer_no, to="arrangements")
        assert browser.post("/r/app/", dict(parse_qsl(urlsplit(address).query)))["Location"] == "/r/instalments/"
        offer = f"/r/instalments/{account.pk}/card_personal/"
        assert offer in browser.get("/r/instalments/").content.decode()
        version = re.search(r'name="version" value="(\d+)"', browser.get(offer).content.decode())[1]
        where = browser.post(offer, ANSWERS | {"version": version})["Location"]
        assert browser.get(where).status_code == 200
        clock.shift(timedelta(seconds=15))
        sign_at = browser.post(where, {"agree": "on"})["Location"]
        # The link that holds the code was sent to nobody, and nobody else's browser signs.
        assert not AccessLink.objects.exclude(purpose="signing").exists()
        stranger, other = opened(make_debtor()[0].customer_no, to="arrangements")
        stranger.post("/r/app/", dict(parse_qsl(urlsplit(other).query)))
        typed = code(now + timedelta(seconds=15))
        assert stranger.post(sign_at, {"typed": typed}).status_code == 404
        signed = browser.post(sign_at, {"typed": typed})
        with zeal_ignore():
            plan = Arrangement.objects.get()
            assert (signed["Location"], plan.state, plan.source) == (f"/r/agreed/{plan.pk}/", "performing", "offer")
            assert Hold.objects.filter(kind="agreement_active", account=account, released_at__isnull=True).exists()
        assert browser.get(signed["Location"]).status_code == 200
