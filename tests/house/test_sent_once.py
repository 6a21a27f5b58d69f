"""A form of staff that is sent twice writes once, in every room."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from collections_app.models import Staff
from tests import factories

# What writes on a record under no form key, and why sending it again is harmless.
HARMLESS = {
    "set_language": "sets the same language again",
    "notifications:halts": "a second halt of the same stops nothing more; one that is over stays over",
    "notifications:experiments": "a draft of the same name by the same person is the same draft",
    "notifications:experiment": "what is stopped stays stopped; what is asked for already is not asked for twice",
    "desk:reveal": "a number is shown again; each look is logged, as it should be",
    "mediation:room_act": "an act of a screen in a room: words have a key of their own, the rest is the same again",
    "mediation:leg_status": "not of staff: a signed report, applied once by its rank",
    "desk:find_open": "the same look is logged again: two were asked for",
    "desk:here": "a heartbeat: it renews a lease and says where somebody is, again and again",
    "desk:next_case": "the case one holds is given again; a case given up before is no longer one's own",
    "desk:give_back": "what is given back already is nobody's",
    "desk:view_save": "the view of that name becomes the same again",
    "desk:view_remove": "a view that is removed is gone",
    "oversight:alert_resolve": "a closed alert is said to be closed",
    "collections_app:api_notes": "has the header Idempotency-Key instead (docs/api.md)",
    "collections_app:api_holds": "has the header Idempotency-Key instead (docs/api.md)",
    "collections_app:api_handoffs": "has the header Idempotency-Key instead (docs/api.md)",
    "collections_app:api_token": "another token of a machine, for ten minutes too",
    "collections_app:api_permits": "of machines, under an Idempotency-Key of their own (docs/api.md)",
    "collections_app:api_permits_bulk": "of machines, under an Idempotency-Key of their own (docs/api.md)",
    "collections_app:api_permit_look": "writes nothing",
    "collections_app:api_outcome": "of machines: the same report of a permit again changes nothing",
    "collections_app:api_telephony": "of machines: the same event of a call again changes nothing",
    "desk:cover_end": "a cover that has ended is said to have ended",
    "desk:tie_end": "a tie that has ended is said to have ended",
    "desk:export_worklist": "another file, logged as another with a mark of its own",
    "desk:export_assignments": "another file, logged as another with a mark of its own",
    "desk:export_differences": "another file, logged as another with a mark of its own",
    "desk:intake_rejects": "another file, logged as another with a mark of its own",
    "desk:incident_report": "another file, logged as another with a mark of its own",
    "oversight:export": "another file, logged as another with a mark of its own",
    "desk:phone_open": "the same look is logged again: two were asked for",
    "notifications:text_new": "the same wording proposed again is the version that waits already",
    "notifications:text_act": "what is out of use, or noted, is so again; what is asked for waits already",
    "notifications:text_check": "writes nothing",
    "notifications:text_preview": "each look at a record is logged, as it should be",
    "notifications:text_draft": "a draft of the same words is kept once",
    "notifications:twilio_voice_status": "not of staff: a signed report, applied once by its rank",
    "notifications:twilio_reply": "not of staff: a signed text, taken in once by its name",
    "notifications:sandbox_reply": "the phone of the demo: two texts are two texts",
    "notifications:print_batch_file": "each copy of a file is logged, and the second needs a reason",
    "notifications:letter_page": "each look at a page is logged, as it should be",
    "notifications:app_status": "not of staff: a signed report, applied once by its rank",
    "notifications:app_devices": "not of staff: a signed word on a device, the newest of which counts",
    "mediation:calendar_renew": "another address ends the one before",
    "mediation:calendar_revoke": "an address that is ended is ended",
    "notifications:twilio_status": "not of staff: a signed report, applied once by its message",
}
# Whole branches of addresses, and why.
ELSEWHERE = {
    "admin/": "writes no record: settings, which carry what their author saw",
    "accounts/": "signing in and out",
    "r/": "the customer's page: pays under an order of its own",
}
NUMBERS = {"int": 1, "str": "C1", "slug": "c1", "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}


def patterns(resolver: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """Walk all addresses: the path with sensible values, its full name, and its view."""
    for item in resolver.url_patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item, path, f"{space}{item.namespace}:" if item.namespace else space)
        elif isinstance(item, URLPattern) and not path.startswith(tuple(ELSEWHERE)):
            for name, converter in item.pattern.converters.items():
                kind = next(key for key in NUMBERS if type(converter).__name__.lower().startswith(key[:3]))
                path = path.replace(f"<{kind}:{name}>", str(NUMBERS[kind]))
            yield f"/{path}", f"{space}{item.name}", item.callback


@pytest.fixture
def client(db: None, now: datetime, bare_errors: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client who may do everything."""
    monkeypatch.setattr(Staff, "may", lambda self, action: True)
    client = Client()
    client.force_login(factories.make_staff("administrator"))
    return client


def test_every_form_of_staff_writes_once_or_may_be_sent_again(client: Client) -> None:
    """Each address that takes a form is under a form key, or is named here with the reason why not."""
    keyed: set[str] = set()
    others: set[str] = set()
    for path, name, view in patterns(get_resolver()):
        assert "<" not in path
        if client.post(path).status_code == 405:
            continue
        writes_once = getattr(view, "writes_once", getattr(getattr(view, "view_class", None), "writes_once", False))
        (keyed if writes_once else others).add(name)
    assert others == set(HARMLESS)
    assert {"desk:note", "mediation:outcome", "mediation:add_note", "notifications:confirm"} <= keyed
