"""The hand-over from the bank's app: believed once, for a minute, from whom it is and as it was signed."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.cache import cache

from collections_app.domain import app_entry as rules
from collections_app.domain.access import Refusal
from collections_app.models import AccessAttempt, AccessSession, AppEntry, Event
from collections_app.services import access, app_entry, records
from collections_app.services.tries import TooManyTriesError
from tests import factories

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEYS = {"prod": KEY.public_key()}
AUDIENCE = "https://repay.bank.example/r/app/"
ADDRESS = "192.0.2.9"


def hand_over(now: Any, *, key: Ed25519PrivateKey = KEY, **changes: str) -> dict[str, str]:
    """A hand-over as the app's server signs it; what is changed is changed before it is signed."""
    made = int(now.timestamp())
    fields = {
        "v": "1", "kid": "prod", "aud": AUDIENCE, "sub": "C1", "iat": str(made), "exp": str(made + 60),
        "nonce": "n" * 22, "to": "account",
    }  # fmt: skip
    return rules.sign({**fields, **changes}, key=key)


def fault(fields: dict[str, str], now: Any) -> Refusal | None:
    return rules.fault(fields, keys=KEYS, audience=AUDIENCE, now=now)


def test_what_the_app_has_signed_is_believed_for_a_minute(now: Any) -> None:
    """From five seconds before, for clocks that differ, to the second before it ends."""
    fields = hand_over(now)
    for seconds, expected in ((-6, Refusal.APP_STALE), (-5, None), (0, None), (59, None), (60, Refusal.APP_STALE)):
        assert fault(fields, now + timedelta(seconds=seconds)) is expected, seconds


@pytest.mark.parametrize("name", sorted(rules.FIELDS - {rules.SIG}))
def test_no_field_can_be_changed_left_out_or_added(now: Any, name: str) -> None:
    """Every one of them is under the signature."""
    fields = hand_over(now)
    other = {"v": "2", "to": "preferences", "aud": AUDIENCE + "x", "kid": "prod2"}.get(name, fields[name][:-1] + "2")
    assert fault({**fields, name: other}, now) in {Refusal.APP_SIGNATURE, Refusal.APP_MALFORMED}
    assert fault({key: value for key, value in fields.items() if key != name}, now) is Refusal.APP_MALFORMED
    assert fault({**fields, "more": "1"}, now) is Refusal.APP_MALFORMED


def test_a_device_may_be_named_and_is_signed_with_the_rest(now: Any) -> None:
    """As the bank names it to OneCase: one line of signs, no other under the same signature."""
    fields = hand_over(now, device="dev-4f1c9a")
    assert fault(fields, now) is None
    assert fault({**fields, "device": "dev-other"}, now) is Refusal.APP_SIGNATURE
    assert fault({name: value for name, value in fields.items() if name != "device"}, now) is Refusal.APP_SIGNATURE
    assert fault(hand_over(now, device="two words"), now) is Refusal.APP_MALFORMED


def test_another_key_another_receiver_and_a_longer_life_are_refused(now: Any) -> None:
    """However well they are signed."""
    stranger = Ed25519PrivateKey.generate()
    assert fault(hand_over(now, key=stranger), now) is Refusal.APP_SIGNATURE
    assert fault(hand_over(now, kid="former"), now) is Refusal.APP_SIGNATURE
    assert fault(hand_over(now, aud="https://elsewhere.example/r/app/"), now) is Refusal.APP_AUDIENCE
    assert fault(hand_over(now, exp=str(int(now.timestamp()) + 61)), now) is Refusal.APP_STALE


def test_a_key_that_is_none_stops_with_a_sentence() -> None:
    """Too short, or no base64 at all."""
    for text in ("AAAA", "not base64!"):
        with pytest.raises(ValueError, match="32 bytes"):
            rules.public_key(text)


@pytest.fixture
def signed(db: None, now: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A hand-over of a real customer to this very bank."""
    cache.clear()
    monkeypatch.setattr(app_entry, "keys", lambda: KEYS)
    customer, _ = factories.make_debtor()
    return hand_over(now, sub=customer.customer_no, aud=app_entry.audience())


def test_a_hand_over_opens_the_page_once(signed: dict[str, str], now: Any) -> None:
    """The second use is refused and logged; whoever is in stays in."""
    opened = app_entry.enter(fields=signed, address=ADDRESS, now=now)
    with pytest.raises(access.AccessRefusedError):
        app_entry.enter(fields=signed, address=ADDRESS, now=now)
    session = access.session(secret=opened.secret, now=now)
    assert session is not None
    assert session.customer == opened.customer
    assert AccessAttempt.objects.get().reason == "app_replayed"
    assert AppEntry.objects.get().key_id == "prod"
    assert Event.objects.get(kind="access.opened").payload == {"by": "app"}


def test_a_second_hand_over_ends_the_session_of_the_first(signed: dict[str, str], now: Any) -> None:
    """As a link that is opened on another device does."""
    first = app_entry.enter(fields=signed, address=ADDRESS, now=now)
    plain = {name: value for name, value in signed.items() if name != rules.SIG}
    app_entry.enter(fields=rules.sign({**plain, "nonce": "m" * 22}, key=KEY), address=ADDRESS, now=now)
    assert access.session(secret=first.secret, now=now) is None


def test_a_colleague_ends_the_session_of_who_came_by_the_app(signed: dict[str, str], now: Any) -> None:
    """Though they never had a link."""
    opened = app_entry.enter(fields=signed, address=ADDRESS, now=now)
    colleague = records.Actor.of(factories.make_staff("service_agent"))
    access.end_way_in(customer_id=opened.customer.pk, reason="本人来电", actor=colleague, seen_version=None, now=now)
    assert access.session(secret=opened.secret, now=now) is None


def test_nobodys_number_and_a_guessing_address_are_refused(signed: dict[str, str], now: Any) -> None:
    """A number that is none burns no nonce; after thirty refusals the address has to wait."""
    fields = hand_over(now, sub="NOBODY", aud=app_entry.audience())
    for _ in range(30):
        with pytest.raises(access.AccessRefusedError):
            app_entry.enter(fields=fields, address=ADDRESS, now=now)
    with pytest.raises(TooManyTriesError):
        app_entry.enter(fields=signed, address=ADDRESS, now=now)
    assert set(AccessAttempt.objects.values_list("reason", flat=True)) == {"app_unknown", "too_many"}
    assert not AppEntry.objects.exists()
    assert not AccessSession.objects.exists()
