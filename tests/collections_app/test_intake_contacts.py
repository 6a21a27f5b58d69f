"""Numbers and the language in a nightly file, beside what the customer and the bank's people know better."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import Case, ContactPoint, Customer
from collections_app.services import channel_stops, preferences, records
from tests.collections_app.conftest import TakeIn
from tests.collections_app.intake_files import current, row

A, B = "+8610300000100", "+8610399999999"


def _numbers() -> dict[str, str]:
    points = ContactPoint.objects.filter(customer__customer_no="C100", kind="mobile")
    return {point.value: point.quality for point in points}


@pytest.mark.parametrize(("verified", "then"), [(0, "suspect"), (1, "verified")])
def test_a_verified_number_the_core_replaced_is_trusted_only_if_verified_since(
    take_in: TakeIn, now: datetime, verified: int, then: str
) -> None:
    """Of the file's own day the core is the newer word; and it is said once, whatever else changes later."""
    take_in(row(100), current(200))
    at = now - timedelta(days=1) + timedelta(days=verified)
    ContactPoint.objects.filter(kind="mobile").update(quality="verified", verified_at=at)

    take_in(row(100, mobile=B[3:]), current(200))
    assert _numbers() == {A: then, B: "unknown"}

    ContactPoint.objects.filter(kind="mobile", quality="suspect").update(quality="verified", verified_at=at)
    take_in(row(100, mobile=B[3:], name="陈晓红"), current(200))
    assert _numbers() == {A: "verified", B: "unknown"}


def test_a_number_that_is_on_file_again_is_trusted_as_before(take_in: TakeIn) -> None:
    """From A to B and back to A: B is suspect and A is not; a doubt that a person had of A stays."""
    for mobile in (A, B, A):
        take_in(row(100, mobile=mobile[3:]), current(200))
    assert _numbers() == {A: "unknown", B: "suspect"}

    ContactPoint.objects.filter(kind="mobile", quality="unknown").update(quality="suspect")
    take_in(row(100, name="陈晓红"), current(200))
    assert _numbers() == {A: "suspect", B: "suspect"}


def test_a_number_the_core_has_emptied_is_no_longer_trusted(take_in: TakeIn) -> None:
    """None in its place says as much as another."""
    take_in(row(100), current(200))

    take_in(row(100, mobile=""), current(200))

    assert _numbers() == {A: "suspect"}
    assert ContactPoint.objects.get(customer__customer_no="C100", kind="address_home").quality == "unknown"


def test_a_language_that_was_chosen_stands_until_the_core_says_another(take_in: TakeIn, now: datetime) -> None:
    """A change of something else undoes nothing; a new word of the core is newer than the customer's."""
    take_in(row(100), current(200))
    customer = Customer.objects.get(customer_no="C100")
    preferences.choose(customer_id=customer.id, language="en", sms_allowed=True, actor=records.CUSTOMER, now=now)

    languages = []
    for number, said in enumerate(("zh-hans", "en", "zh-hans")):
        take_in(row(100, language=said, salary_day=str(number + 1)), current(200))
        languages.append(Customer.objects.get(pk=customer.pk).language)
    assert languages == ["en", "en", "zh-hans"]


def test_no_sms_outlives_the_number_it_was_said_at(take_in: TakeIn, now: datetime) -> None:
    """What a customer chose is about texts, not about a number; it keeps no case open, and they may undo it."""
    take_in(row(100), current(200))
    customer = Customer.objects.get(customer_no="C100")
    chosen: dict[str, Any] = {"customer_id": customer.id, "language": "zh-hans", "actor": records.CUSTOMER, "now": now}
    preferences.choose(sms_allowed=False, **chosen)

    take_in(row(100, mobile="10399999999"), current(200))
    assert channel_stops.stopped_now(customer=customer, now=now) == ["sms"]
    take_in(current(100, mobile="10399999999"), current(200))
    assert Case.objects.get().close_reason == "cured"

    preferences.choose(sms_allowed=True, **chosen)
    assert channel_stops.stopped_now(customer=customer, now=now) == []
    assert set(customer.contact_points.filter(kind="mobile").values_list("permission", flat=True)) == {"ok"}
