"""The administration in a browser: readable by everybody, within the page at any width, and the way in."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import zeal
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib import admin
from django.urls import reverse

from collections_app.admin.sections import Section
from collections_app.models import RolePolicy, Staff
from collections_app.services import organisation
from collections_app.services.records import SYSTEM
from tests import factories, seeds
from tests.browsing import Visitor
from tests.collections_app import admin_rows
from tests.conftest import NOW

pytestmark = [pytest.mark.browser, pytest.mark.ignore_template_errors]
GIVEN = "given for three days"
OWN = "a phrase nobody else knows"
# What stands beyond the right edge of the page, but for what scrolls in a place of its own.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1)
    .map((el) => `${el.tagName}.${el.className}`)"""


@pytest.fixture
def rows(transactional_db: None) -> dict[str, Any]:
    """One row for every page."""
    with zeal.zeal_ignore():
        seeds.rule_packs(now=factories.START)
        return admin_rows.make(now=NOW - timedelta(hours=1))


def pages_by_section(rows: dict[str, Any]) -> Iterator[str]:
    """Return the index, and of the first page of each section that can be written its list, a new row and one row."""
    yield "/admin/"
    for section in Section:
        found = [(model, page) for model, page in admin.site._registry.items() if page.section == section]
        found.sort(key=lambda item: -bool(getattr(item[1], "may_add", False)))
        model, page = found[0]
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"admin:{name}_changelist")
        if getattr(page, "may_add", False):
            yield reverse(f"admin:{name}_add")
        yield reverse(f"admin:{name}_change", args=[rows[model._meta.label]])


def check(visitor: Visitor) -> None:
    """Fail on what axe finds serious, and on what reaches beyond the page."""
    visitor.check_accessibility()
    assert visitor.page.evaluate(TOO_WIDE) == [], visitor.page.url


@pytest.mark.parametrize(("width", "language", "every"), [(390, "zh-CN", 2), (1440, "en", 5)])
def test_pages_of_every_section_are_sound(
    width: int, language: str, every: int, visit: Callable[..., Visitor], rows: dict[str, Any]
) -> None:
    """On a telephone every section in Chinese, at the desk some in English: no fault of browser or axe."""
    visitor = visit(width=width, language=language)
    visitor.sign_in(factories.make_staff("administrator", scope="institution"))
    for address in list(pages_by_section(rows))[::every]:
        answer = visitor.open(address)
        assert answer is not None
        assert answer.status == 200, address
        check(visitor)


def code_of(secret: str) -> str:
    """Return the six digits that an authenticator with this key shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_a_newcomer_chooses_a_password_then_sets_up_the_second_step(
    visit: Callable[..., Visitor], transactional_db: None
) -> None:
    """First the password an administrator gave, then their own, then the authenticator the role needs, then work."""
    RolePolicy.objects.create(role="administrator", totp_required=True)
    person = factories.make_staff("administrator", scope="institution")
    organisation.save_staff(row=Staff.objects.get(pk=person.pk), actor=SYSTEM, now=NOW, password=GIVEN)
    visitor = visit(width=390)
    page = visitor.page
    visitor.open("/admin/")
    check(visitor)
    page.fill("#id_login", person.username)
    page.fill("#id_password", GIVEN)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/accounts/password/change/")
    check(visitor)
    page.fill("#id_oldpassword", GIVEN)
    page.fill("#id_password1", OWN)
    page.fill("#id_password2", OWN)
    page.press("#id_password2", "Enter")
    page.wait_for_load_state()
    visitor.open("/admin/")
    if "reauthenticate" in page.url:
        page.fill("#id_password", OWN)
        page.press("#id_password", "Enter")
    page.wait_for_url("**/accounts/2fa/totp/activate/**")
    check(visitor)
    assert page.locator("input[readonly], input[disabled]").count() == 0
    page.fill("#id_code", code_of(page.locator("code.secret").inner_text().strip()))
    page.press("#id_code", "Enter")
    page.wait_for_url(lambda address: "/activate/" not in address)
    visitor.open("/admin/")
    assert page.locator(".section-card").count() > 5
