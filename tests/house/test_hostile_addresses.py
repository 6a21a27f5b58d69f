"""Nonsense in addresses and forms is answered in words, never with a crash, whoever sends it."""

from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from collections_app.models import Hold, IntakeBatch, Promise
from tests.desk import scenes

NONSENSE = ("²", "--5", "9" * 30, "9" * 5000, "\x00", "1e5", "-1", "0001-01-01", "9999-12-31", "%s", "۳.۳", "²." "²", "--5.1",
            "9"*40 + ".1", "a" * 3000)
PARAMETERS = {
    "/": ("queue", "after", "current", "part"),
    "/find/": ("q", "open"),
    "/handoffs/": ("page",),
    "/call-effects/": ("outcome",),
    "/oversight/": ("branch",),
    "/oversight/alerts/": ("page",),
    "/mediation/": ("from",),
    "/notifications/outbox/": ("state", "kind", "before"),
    "/sandbox/phone/": ("to",),
    "/api/worklist/": ("queue", "after"),
    "/live/": ("records", "list"),
    "/c/{no}/": ("account", "kind", "dept", "before", "queue", "after"),
    "/c/{no}/part/timeline/": ("account", "kind", "dept", "before"),
    "/c/{no}/changed/": ("since",),
    "/c/{no}/hold/": ("kind",),
    "/c/{no}/handoff/": ("kind",),
    "/c/{no}/call/": ("inbound",),
}


@pytest.mark.parametrize("role", ["collector", "auditor"])
def test_nonsense_in_a_query_is_answered(client, db, now, role):
    scene = scenes.set_up()
    client.raise_request_exception = False
    staff = scene.collector if role == "collector" else __import__("tests.factories", fromlist=["x"]).make_staff("auditor")
    client.force_login(staff)
    bad = []
    for address, names in PARAMETERS.items():
        for name in names:
            for value in NONSENSE:
                r = client.get(address.format(no=scene.customer.customer_no), {name: value})
                if r.streaming: b"".join(r.streaming_content)
                if r.status_code >= 500:
                    bad.append((address, name, value[:20], r.status_code, str(r.exc_info[1])[:100] if hasattr(r, 'exc_info') and r.exc_info else ''))
    for seg in NONSENSE:
        s = quote(seg, safe="")
        for a in ("/c/%s/", "/c/%s/part/main/", "/find/%s/", "/api/records/%s/", "/notifications/record/%s/", "/mediation/record/%s/", "/r/%s/", "/r/payment/%s/", "/r/gateways/%s/notify/", "/admin/collections_app/staff/%s/change/", "/mediation/session/%s/", "/intake/%s/", "/oversight/alerts/%s/resolve/", "/c/%s/note/"):
            for m in (client.get, client.post):
                r = m(a % s)
                if r.status_code >= 500:
                    bad.append((a, m.__name__, seg[:20], r.status_code, str(r.exc_info[1])[:100] if getattr(r,'exc_info',None) else ''))
    assert not bad, "\n".join(map(str, bad))
