"""Whoever signs as one of the staff proves themselves anew: by the password, and by a code where they have one."""

import base64
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from collections_app.models import Staff
from mediation.models import DraftSignature
from tests.mediation.conftest import PASSWORD, Parties
from tests.mediation.test_pages import signed_in

SECRET = base64.b32encode(b"a secret of twenty b").decode()


def code_now() -> str:
    """The code an authenticator shows."""
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def post(client: Client, draft: object, staff: Staff, signatory: str, **changes: str) -> object:
    sent = {"sha256": draft.sha256, "signatory": signatory, "name": staff.name, "password": PASSWORD}  # type: ignore[attr-defined]
    return client.post(f"/mediation/draft/{draft.pk}/sign/", sent | changes)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Tries of other tests do not count."""
    cache.clear()


def test_the_code_is_demanded_of_whoever_has_an_authenticator(parties: Parties, now: datetime) -> None:
    """Mediator, seal and representative alike; neither password nor code alone, and no code twice."""
    draft = parties.draft(now)
    for staff, signatory in (
        (parties.mediator, "mediator"), (parties.sealer, "organisation"), (parties.representative, "bank"),
    ):  # fmt: skip
        TOTP.activate(staff, SECRET)
        client = signed_in(staff)
        assert 'name="code"' in client.get(f"/mediation/draft/{draft.pk}/").content.decode()
        for changes, words in (
            ({}, "authenticator too"), ({"code": "000000"}, "is not right or was used"),
            ({"code": code_now(), "password": "x"}, "password is not right"),
        ):  # fmt: skip
            refused = post(client, draft, staff, signatory, **changes)
            assert (refused.status_code, words in refused.content.decode()) == (409, True), (signatory, changes)
        assert post(client, draft, staff, signatory, password="", code=code_now()).status_code == 422
        assert post(client, draft, staff, signatory, code=code_now()).status_code == 302
        assert DraftSignature.objects.get(signatory=signatory).proof == "totp"
        cache.clear()
    assert Authenticator.objects.filter(last_used_at__isnull=False).count() == 3


def test_a_code_is_used_once(parties: Parties, now: datetime) -> None:
    """What somebody has looked at over a shoulder signs nothing a second time."""
    TOTP.activate(parties.mediator, SECRET)
    client, code = signed_in(parties.mediator), code_now()
    assert post(client, parties.draft(now), parties.mediator, "mediator", code=code).status_code == 302
    again = parties.draft(now, text="首期可提前三日支付。")
    assert post(client, again, parties.mediator, "mediator", code=code).status_code == 409
    assert DraftSignature.objects.count() == 1


def test_without_one_the_password_is_enough_and_never_less(parties: Parties, now: datetime) -> None:
    draft = parties.draft(now)
    client = signed_in(parties.mediator)
    assert 'name="code"' not in client.get(f"/mediation/draft/{draft.pk}/").content.decode()
    assert post(client, draft, parties.mediator, "mediator", password="").status_code == 422
    parties.representative.set_unusable_password()
    parties.representative.save()
    other = signed_in(parties.representative)
    assert post(other, draft, parties.representative, "bank").status_code == 409
    assert post(client, draft, parties.mediator, "mediator").status_code == 302
    assert DraftSignature.objects.get().proof == "password"
