"""The real Twilio library against the stand-in, which checks every request by Twilio's own description."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from collections_app.domain.purposes import Purpose
from collections_app.models import Alert, Contact, ContactPoint, HandOff, Hold
from collections_app.services.errors import RefusedError
from notifications.domain.provider_codes import result_of
from notifications.models import CountryTerms, Message, ProviderCode, SenderRoute, SenderState
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.twilio import http, openapi
from notifications.providers.twilio.provider import TwilioProvider
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.selectors.provider_codes import class_of
from notifications.services import carriers, planning, provider_codes, reconciling, sending, text_terms
from tests import factories
from tests.conformance import published

SPEC = published("twilio", "twilio_api_v2010.json")
VECTORS = published("twilio", "twilio_signature_vectors.json")
OUTGOING = Outgoing("11111111-2222-4333-8444-555555555555", "+819000001234", "Demo Bank: hello", "示范银行")


def test_a_reminder_abroad_goes_out_through_the_real_library(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer
) -> None:
    """In English, with a link, nothing of it refused by Twilio's description."""
    make_due_abroad()
    run()
    message = Message.objects.get()
    assert message.state == "accepted", (message.reason, message.error_code, twilio.book.refused)
    taken = twilio.book.messages[message.provider_id]
    assert taken["body"] == message.body
    assert message.variant == "link"
    assert message.body.startswith("Demo Bank: the Nov bill of card ending")
    assert "/r/" in message.body
    assert twilio.book.refused == []


def test_twilio_to_the_mainland_is_refused_at_planning(
    bank: None, twilio: SandboxServer, run: Callable, now: datetime
) -> None:
    """Its terms forbid loan and card content there: the refusal is stored with that reason and nothing is sent."""
    branch = factories.make_branch("INTL", rule_pack="neutral", sms_provider="twilio")
    factories.make_debtor(
        branch=branch,
        account={"core_overdue_fen": 0, "overdue_since": None, "due_on": now.date() + timedelta(days=3)},
    )
    planning.plan(on=now.date(), now=now)
    message = Message.objects.get()
    assert (message.state, message.reason) == ("refused", "provider_not_allowed")
    assert message.reason_params == {"provider": "twilio", "country": "CN"}
    assert sending.send_due(now=now, worker="test").results == {}
    assert twilio.book.messages == {}


def test_a_mainland_number_found_only_at_the_claim_is_refused_too(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """The number may change between planning and sending; the country is asked of the number itself."""
    customer, _ = make_due_abroad()
    planning.plan(on=now.date(), now=now)
    customer.contact_points.all().delete()
    factories.make_mobile(customer, "+8610000000001", country="JP")
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("refused", "provider_not_allowed")
    assert not Contact.objects.exists()


def test_what_the_terms_bar_from_a_country_is_refused_before_anybody_loads_a_row(db: None, now: datetime) -> None:
    """Money content to the mainland, Hong Kong and Singapore; codes go everywhere. The bank's own rows go before."""

    def refused(country: str, purpose: str) -> str:
        way = {"branch_id": 1, "own": "twilio", "country": country, "purpose": purpose}
        return carriers.load(now=now).refuses(**way)

    def link(country: str, purpose: str) -> bool:
        return carriers.load(now=now).takes_links("twilio", country=country, purpose=purpose)

    for purpose in set(Purpose) - {Purpose.OTP}:
        abroad = "" if purpose is Purpose.SECURITY else "provider_not_allowed"
        assert [refused(country, purpose) for country in ("CN", "HK", "SG", "GB", "JP")] == [
            "provider_not_allowed", abroad, abroad, "", "",
        ]  # fmt: skip
    assert [refused(country, "otp") for country in ("CN", "HK")] == ["", ""]
    assert [link("CN", "otp"), link("HK", "otp"), link("HK", "collection"), link("JP", "collection")] == [
        False, True, False, True,
    ]  # fmt: skip
    text_terms.load()
    CountryTerms.objects.filter(country="HK").update(carries="all")
    assert refused("HK", "collection") == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        CountryTerms.objects.create(provider="twilio", country="fr", carries="all")


def test_a_text_to_hong_kong_goes_by_the_route_that_may_carry_it(
    make_due_abroad: Callable, twilio: SandboxServer, run: Callable, now: datetime
) -> None:
    """Twilio's terms bar it there: without a route it is refused, with one the carrier of the route has it."""
    customer, _ = make_due_abroad()
    ContactPoint.objects.filter(customer=customer).delete()
    factories.make_mobile(customer, "+85215550001", country="HK")
    planning.plan(on=now.date(), now=now)
    barred = Message.objects.get()
    assert (barred.state, barred.reason_params) == ("refused", {"provider": "twilio", "country": "HK"})
    SenderRoute.objects.create(branch=customer.branch, country="HK", provider="sandbox", weight=1)
    other, _ = make_due_abroad()
    ContactPoint.objects.filter(customer=other).update(value="+85215550002", country="HK")
    run()
    sent = Message.objects.get(customer=other)
    assert (sent.state, sent.provider, twilio.book.messages) == ("delivered", "sandbox", {})


def test_a_time_out_after_taking_is_unknown_and_never_sent_twice(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, now: datetime, claim_of: Any
) -> None:
    """Twilio took it and the answer was lost: the list at Twilio proves it, and its name is adopted."""
    make_due_abroad()
    twilio.book.behaviour.hang_after_taking = 1
    run()
    message = Message.objects.get()
    assert (message.state, Contact.objects.get().state) == ("unknown", "unknown")
    claim_of.recover(now)
    message.refresh_from_db()
    assert message.state == "accepted"
    assert list(twilio.book.messages) == [message.provider_id]
    assert message.attempts == 1


def test_an_unknown_message_waits_while_twilio_cannot_be_asked(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, now: datetime, settings: Any
) -> None:
    """Not being able to ask proves nothing."""
    make_due_abroad()
    twilio.book.behaviour.hang_after_taking = 1
    run()
    settings.TWILIO_API_URL = "http://127.0.0.1:9"
    assert reconciling.reconcile(now=now + timedelta(hours=1)) == 0
    assert Message.objects.get().state == "unknown"


@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        (429, 20429, "failed_transient", "provider_busy"),
        (500, 20500, "unknown", "20500"),
        (503, 20503, "unknown", "20503"),
        (400, 21211, "failed_permanent", "provider_refused"),
        (400, 21610, "failed_permanent", "provider_refused"),
        (400, 99999, "failed_transient", "provider_busy"),
        (401, 20003, "due", "sender_stopped"),
    ],
)
def test_errors_are_read_from_the_table(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, status: int, code: int, state: str, reason: str
) -> None:
    """Safe to retry, permanent, a matter for operations, or unknown."""
    make_due_abroad()
    twilio.book.behaviour.errors.append((status, code))
    run()
    message = Message.objects.get()
    assert (message.state, message.reason) == (state, reason)
    assert twilio.book.messages == {}


def test_a_number_twilio_calls_invalid_is_bad_for_everybody(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer
) -> None:
    """And one that opted out is not written to again."""
    make_due_abroad()
    twilio.book.behaviour.errors.append((400, 21211))
    run()
    assert ContactPoint.objects.get().quality == "bad"
    make_due_abroad()
    twilio.book.behaviour.errors.append((400, 21610))
    run()
    assert Hold.objects.get().kind == "channel_stop"


def test_what_twilio_does_not_reach_stops_nobody_else(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer
) -> None:
    """No route to one number, a country switched off: each message fails alone, with an alert, and the third goes."""
    codes = (21612, 21408)
    twilio.book.behaviour.errors += [(400, code) for code in codes]
    for _ in range(3):
        make_due_abroad()
    run()
    ends = Message.objects.order_by("pk").values_list("state", "error_code")
    assert list(ends) == [("failed_permanent", "21612"), ("failed_permanent", "21408"), ("accepted", "")]
    assert not SenderState.objects.filter(stopped=True).exists()
    assert Alert.objects.get(kind="no_route").detail == {"provider": "twilio", "reason": "21408"}
    assert set(ContactPoint.objects.values_list("quality", "permission")) == {("verified", "ok")}


def test_demo_data_never_goes_to_the_real_address(settings: Any) -> None:
    """Without a loopback address the sandbox sends nothing through Twilio."""
    settings.TWILIO_API_URL = ""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "1" * 32, "x"
    outcome = TwilioProvider().send(OUTGOING, now=factories.START)
    assert outcome.result == "stopped"
    with pytest.raises(http.WrongAddressError, match="not_https"):
        http.check_address("http://proxy.bank.example", sandbox=False)
    http.check_address("https://proxy.bank.example", sandbox=False)


def test_a_refused_connection_is_surely_not_sent(settings: Any) -> None:
    """Not one byte has left."""
    settings.TWILIO_API_URL = "http://127.0.0.1:9"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "1" * 32, "x"
    assert TwilioProvider().send(OUTGOING, now=factories.START).result == "transient"
    with pytest.raises(CannotTellError):
        TwilioProvider().find(Search(to=OUTGOING.to, body_sha256="", since=factories.START, until=factories.START))


def test_every_class_of_the_error_table_is_known(bank: None) -> None:
    """A slip in the data would otherwise show only when the error comes; a code nobody listed is tried once more."""
    rows = list(ProviderCode.objects.all())
    assert {row.provider for row in rows} == {"smpp", "twilio"}
    assert all(row.meaning and row.meaning_zh for row in rows)
    for row in rows:
        assert result_of(class_of(row.code, provider=row.provider, phase=row.phase))
        row.full_clean()
    assert class_of("99999", provider="twilio", phase="sending") == "once"
    assert provider_codes.load() == 0


def test_a_code_nobody_listed_is_tried_once_more_and_then_left_to_a_person(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """Until operations say what it means: from then on that is done."""
    make_due_abroad()
    twilio.book.behaviour.errors += [(400, 99999)] * 3
    run()
    sending.send_due(now=now + timedelta(minutes=5), worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason, message.attempts) == ("failed_permanent", "gave_up", 2)
    assert "99999" in HandOff.objects.get(kind="other").text
    row = ProviderCode(provider="twilio", phase="sending", code="99999", error_class="landline", meaning="sample")
    with pytest.raises(RefusedError, match="not_allowed"):
        provider_codes.save(row=row, by=factories.make_staff("collector"))
    provider_codes.save(row=row, by=factories.make_staff("administrator"))
    make_due_abroad()
    run()
    assert ContactPoint.objects.filter(permission="no_sms").count() == 1


def test_a_request_outside_the_description_is_refused(twilio: SandboxServer) -> None:
    """Unknown, missing and malformed parameters each."""
    described, values = openapi.operation("POST", f"/2010-04-01/Accounts/{'AC' + '0' * 32}/Messages.json") or ({}, {})
    good = {"To": ["+819000001234"], "From": ["+15005550006"], "Body": ["hello"]}

    def problems(**changes: list[str]) -> list[str]:
        return openapi.request_problems(described, path_values=values, query={}, form=good | changes)

    assert problems() == []
    assert problems(Colour=["red"]) == ["Colour: no such parameter"]
    assert problems(To=[]) != []
    assert problems(ValidityPeriod=["soon"]) == ["ValidityPeriod: is not an integer"]
    assert problems(ScheduleType=["often"]) == ["ScheduleType: is none of fixed"]
    assert problems(StatusCallback=["http://host_name/x"]) == ["StatusCallback: is no uri"]
    assert problems(ProvideFeedback=["yes"]) == ["ProvideFeedback: is not true or false"]
    assert openapi.operation("DELETE", "/2010-04-01/Accounts/x/Messages.json") is None


@pytest.mark.skipif(not SPEC.exists(), reason="Twilio's whole description is not on this machine")
def test_the_shipped_excerpt_says_what_the_whole_description_says() -> None:
    """Path by path and schema by schema, descriptions and examples aside."""
    whole = json.loads(SPEC.read_text(encoding="utf-8"))
    excerpt = openapi.spec()
    for path, operations in excerpt["paths"].items():
        for method, operation in operations.items():
            assert operation == _bare(whole["paths"][path][method]), (method, path)
    for name, schema in excerpt["components"]["schemas"].items():
        assert schema == _bare(whole["components"]["schemas"][name]), name


def _bare(node: Any) -> Any:
    left_out = {"description", "examples", "example", "x-twilio", "headers"}
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in node.items() if key not in left_out}
    return [_bare(item) for item in node] if isinstance(node, list) else node
