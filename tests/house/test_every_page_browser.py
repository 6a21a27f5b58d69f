"""axe finds nothing serious on any page, and none is wider than its window: every page, from the URL configuration.

In Chinese; `--whole-days` opens all of them in English too, and `--whole-pages` keeps a picture of each at both widths.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zeal
from django.db import transaction
from django.urls import get_resolver

from collections_app.models import Account, Customer
from collections_app.services import access, records
from oversight.services import demo_bank
from tests import whole_bank
from tests.browsing import WIDTHS, Visitor
from tests.conftest import NOW
from tests.every_page import HOLE, Opened
from tests.house.test_wiring import routes
from tests.judging import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

ACCOUNTS = 100
# Panels that come after their page; while one is asked for, it is pale.
ALL_THERE = "() => !document.querySelector('.htmx-request')"
# Addresses that open no page here, and why.
A_WRITE = "takes what is sent, and shows nothing"
A_FILE = "sends a file, where there is one"
A_FORM = "a form in the same frame as those opened here, for a row this bank has not"
NOT_OPENED = {
    "approvals/<int:approval_id>/evidence/<int:evidence_id>/": A_FILE,
    "c/<str:customer_no>/answer/<int:answer_id>/": A_FORM,
    "c/<str:customer_no>/call/<int:conversation_id>/correct/": A_FORM,
    "c/<str:customer_no>/call/<int:conversation_id>/recording/": A_FORM,
    "c/<str:customer_no>/call/<int:conversation_id>/verify/": A_FORM,
    "c/<str:customer_no>/claim/<int:claim_id>/": A_FORM,
    "c/<str:customer_no>/devices/<int:point_id>/revoke/": A_FORM,
    "c/<str:customer_no>/evidence/<int:pack_id>/": A_FILE,
    "c/<str:customer_no>/handoff/<int:handoff_id>/paper/<int:paper_id>/": A_FILE,
    "c/<str:customer_no>/issued/<int:issued_id>/": A_FILE,
    "c/<str:customer_no>/point/<int:point_id>/": A_FORM,
    "c/<str:customer_no>/risk/release/": A_FORM,
    "c/<str:customer_no>/suspension/<int:suspension_id>/gone/": A_FORM,
    "c/<str:customer_no>/suspension/<int:suspension_id>/revoke/": A_FORM,
    "incidents/<int:incident_id>/": "no incident goes on; tests/desk/test_incidents.py reads its page",
    "mediation/draft/<int:draft_id>/": "tests/mediation/test_agreement_browser.py looks at a draft",
    "mediation/draft/<int:draft_id>/paper/<int:scan_id>/": A_FILE,
    "mediation/record/<str:customer_no>/<int:mediation_id>/paper/<int:filed_id>/": A_FILE,
    "mediation/record/<str:customer_no>/<int:mediation_id>/papers/<int:pack_id>/": A_FILE,
    "mediation/session/<int:session_id>/filed/<int:filed_id>/": A_FILE,
    "mediation/session/<int:session_id>/meeting/": "nobody meets in person; tests/mediation/test_meetings.py reads it",
    "mediation/session/<int:session_id>/meeting/paper/<int:paper_id>/": A_FILE,
    "mediation/session/<int:session_id>/meeting/print/<str:what>/": A_FILE,
    "mediation/session/<int:session_id>/room/": "no room is open; tests/mediation/test_rooms_browser.py sits in one",
    "mediation/session/<int:session_id>/seat/": "no expert sits in a session; tests/mediation/test_rooms.py reads it",
    "notifications/experiments/<int:experiment_id>/": "tests/notifications/test_targeting_browser.py looks at one",
    "notifications/letters/<int:letter_id>/": "none is written yet; tests/notifications/test_letter_pages.py",
    "notifications/letters/batches/<int:batch_id>/": "the same of a batch",
    "notifications/letters/files/<int:file_id>/": "the same of a file of the post's",
    "oversight/alerts/<int:alert_id>/resolve/": A_WRITE,
    "ownership/move/<int:plan_id>/": "tests/desk/test_ownership_browser.py looks at a plan",
    "ownership/ties/<int:tie_id>/end/": A_WRITE,
    "placements/plan/<int:plan_id>/": "no placing is planned; tests/desk/test_placing.py reads its page",
    "signed-out/": "tests/desk/test_looks_browser.py looks at it",
    "views/save/": "sends on to the list of views, which is opened",
}
# Of a customer's addresses: no pages, or pages for somebody who is not in.
NOT_OF_A_CUSTOMER = ("r/talks/", "r/cosign/", "r/gateways/", "r/sandbox", "r/mail/", "r/sign-out/")


def test_every_page_is_sound(
    visit: Callable[..., Visitor], settings: Any, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Over the demo bank's first morning, when something of everything is under way."""
    settings.SESSION_IDLE_SECONDS = settings.SESSION_LONGEST_SECONDS = 24 * 3600
    with zeal.zeal_ignore():
        demo_bank.seed(accounts=ACCOUNTS, password_hash="!", directory=tmp_path, now=NOW)
        whole_bank.happen(NOW)
    faults = []
    for language in ("zh-CN", "en-GB") if pytestconfig.getoption("whole_days") else ("zh-CN",):
        visitor = visit(language=language)
        visitor.judge_every_page()
        faults += [*_of_the_staffs(visitor), *_of_a_customers(visitor)]
    assert not faults, "\n".join(faults)


def _of_the_staffs(visitor: Visitor) -> list[str]:
    """Open each as somebody who may, on a row it is about; a page nobody can open here is named."""
    with zeal.zeal_ignore():
        by = whole_bank.clients()
        pages, closed = whole_bank.opened(by)
    # What the talks of the demo bank come to differs a little by the hour; a named page that opens is looked at too.
    assert set(closed) <= set(NOT_OPENED), set(closed) - set(NOT_OPENED)
    assert not set(NOT_OPENED) - {route for route, _name in routes(get_resolver())}
    assert len(pages) > 100
    faults = []
    for page in sorted(pages):
        visitor.enter(by[page.who].session.session_key)
        faults += faults_of(visitor, page)
    return faults


def _of_a_customers(visitor: Visitor) -> list[str]:
    """Before and after the proof: whatever address a customer has."""
    visitor.context.clear_cookies()
    account = Account.objects.filter(overdue_fen__gt=0, customer__branch__code="BJ").order_by("id")[0]
    visitor.expect_refusal(400, 403, 404)
    faults = []
    for address in ("/r/", "/r/advice/", "/r/advice/cannot-pay/", "/r/advice/rights/", "/r/not-me/", "/r/cut-short/"):
        faults += faults_of(visitor, Opened("nobody yet", address))
    _come_in(visitor, account.customer)
    for address in sorted(_addresses(account)):
        faults += faults_of(visitor, Opened("the customer", address))
    return faults


def faults_of(visitor: Visitor, page: Opened) -> list[str]:
    """Open a page, and return where it is too wide at both widths, and what axe finds on it at a desk's.

    It comes at the width of the window as the page before left it, so that each is laid out twice and not three times.
    """
    visitor.open(page.address)
    visitor.page.wait_for_function(ALL_THERE)
    found = []
    for width in sorted(WIDTHS, key=lambda width: width != visitor.width):
        if width != visitor.width:
            visitor.width = width
            visitor.page.set_viewport_size({"width": width, "height": 900})
        if wide := visitor.page.evaluate(TOO_WIDE):
            found.append(f"{page.address} ({page.who}) is too wide at {width}: {wide}")
        visitor.screenshot("page" + page.address.replace("/", "-").replace("?", "-"))
        if width == max(WIDTHS):
            try:
                visitor.check_accessibility()
            except AssertionError as error:
                found.append(f"{page.who}: {error}")
    return found


def _come_in(visitor: Visitor, customer: Customer) -> None:
    with zeal.zeal_ignore(), transaction.atomic():
        link = access.mint_within(customer=records.lock(customer_id=customer.pk, now=NOW), now=NOW)
    visitor.open(f"/r/{link.token}/")
    visitor.page.locator("main .button").click()
    visitor.page.fill("#id_id_tail", customer.id_number[-4:])
    visitor.page.locator("main .button").click()
    visitor.page.wait_for_url("**/r/account/")


def _addresses(account: Account) -> set[str]:
    """Return every address of a customer's page that names nothing but an account."""
    values = {"account_id": str(account.pk), "kind": "statement"}
    return {
        "/" + HOLE.sub(lambda hole: values[hole[2]], route)
        for route, _name in routes(get_resolver())
        if route.startswith("r/")
        and not route.startswith(NOT_OF_A_CUSTOMER)
        and "(?P" not in route
        and {name for _kind, name in HOLE.findall(route)} <= values.keys()
        and "state/" not in route
    } | {"/r/talks/"}
