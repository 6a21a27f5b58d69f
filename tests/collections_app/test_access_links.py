"""Links and codes: made, replaced, refused, locked."""
# Long because all that can go wrong with a link is told in one place.

import re
from datetime import timedelta

import pytest
import zeal
from axes.models import AccessAttempt as SignInFailure
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from collections_app.domain import access as rules
from collections_app.models import AccessAttempt, AccessLink, AccessSession, Event, MachineUse, Rule, RulePack
from collections_app.selectors import access as selectors
from collections_app.services import access, records, sign_in, tries
from collections_app.services.access import AccessRefusedError
from collections_app.services.errors import RefusedError
from collections_app.services.machines import clients
from collections_app.services.tries import TooManyTriesError
from tests import factories

ADDRESS = "192.0.2.7"
RIGHT = {"id_tail": "0011"}


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def mint(customer, now):
    with transaction.atomic():
        return access.mint_within(customer=records.lock(customer_id=customer.pk, now=now), now=now)


@pytest.mark.django_db
def test_a_link_is_stored_only_as_hashes(now):
    """Whoever reads the database cannot follow anybody's link."""
    customer, _ = factories.make_debtor()
    minted = mint(customer, now)
    link = AccessLink.objects.get()
    assert len(minted.token) == 26
    assert link.token_hash == rules.digest(minted.token)
    stored = {str(value) for value in link.__dict__.values()}
    assert not stored & {minted.token, minted.code, minted.code.replace("-", "")}


@pytest.mark.django_db
def test_minting_ends_the_older_link(now):
    """One link is live per customer: the newest message counts."""
    customer, _ = factories.make_debtor()
    older, newer = mint(customer, now), mint(customer, now)
    assert access.peek(token=older.token, now=now) is None
    assert access.peek(token=newer.token, now=now) is not None
    assert access.peek(code=newer.code, now=now) is not None


@pytest.mark.django_db
def test_many_links_cost_as_many_queries_as_one(now, django_assert_num_queries):
    """A batch of messages mints its links in four queries."""
    with zeal.zeal_ignore():
        customers = [factories.make_debtor()[0] for _ in range(5)]
    for some in (customers[:1], customers):
        with transaction.atomic(), django_assert_num_queries(3):
            minted = access.mint_many_within(customers=some, now=now)
        assert len({item.token for item in minted.values()}) == len(some)


@pytest.mark.django_db
def test_a_right_proof_opens_a_session(now):
    """Who holds the link and knows the facts is let in, and the record says so."""
    customer, _ = factories.make_debtor()
    opened = access.prove(token=mint(customer, now).token, facts=RIGHT, address=ADDRESS, now=now)
    assert access.session(secret=opened.secret, now=now).customer_id == customer.pk
    assert AccessSession.objects.get().secret_hash == rules.digest(opened.secret)
    assert Event.objects.filter(customer=customer, kind="access.opened").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda customer, now: {"token": "a" * 26, "now": now}, "unknown"),
        (lambda customer, now: {"code": "K7QP-3M9D", "now": now}, "unknown"),
        (lambda customer, now: {"token": mint(customer, now).token, "now": now + rules.LINK_LIVES}, "expired"),
        (lambda customer, now: {"token": [mint(customer, now), mint(customer, now)][0].token, "now": now}, "revoked"),
    ],
)
def test_a_dead_link_is_refused_and_logged(now, make, reason):
    """Forged, expired and replaced ones are refused with the same error, and the log says which it was."""
    customer, _ = factories.make_debtor()
    with pytest.raises(AccessRefusedError) as refusal:
        access.prove(**make(customer, now), facts=RIGHT, address=ADDRESS)
    assert refusal.value.code == "access_refused"
    assert dict(refusal.value.params) == {}
    assert AccessAttempt.objects.get().reason == reason
    assert not AccessSession.objects.exists()


@pytest.mark.django_db
def test_another_customers_facts_do_not_open_a_link(now):
    """A link that was sent on shows its receiver nothing, whoever they are."""
    customer, _ = factories.make_debtor()
    with zeal.zeal_ignore():
        factories.make_debtor(id_number="110101198505052233", birth_date="1985-05-05")
    with pytest.raises(AccessRefusedError):
        access.prove(token=mint(customer, now).token, facts={"id_tail": "2233"}, address=ADDRESS, now=now)
    assert AccessAttempt.objects.get().reason == "wrong_facts"


@pytest.mark.django_db
def test_the_fifth_wrong_answer_locks_the_link(now):
    """After five failures even the right answer is refused, with the same error as before."""
    customer, _ = factories.make_debtor()
    token = mint(customer, now).token
    for _ in range(5):
        with zeal.zeal_ignore(), pytest.raises(AccessRefusedError):
            access.prove(token=token, facts={"id_tail": "9999"}, address=ADDRESS, now=now)
    with pytest.raises(AccessRefusedError):
        access.prove(token=token, facts=RIGHT, address=ADDRESS, now=now)
    assert AccessLink.objects.get().locked_at == now
    assert list(AccessAttempt.objects.values_list("reason", flat=True)) == ["wrong_facts"] * 5 + ["locked"]
    assert access.peek(token=mint(customer, now).token, now=now) is not None


def test_tries_of_an_address_are_counted_under_what_one_machine_has():
    """An IPv4 address is one; of IPv6 it is the network of 64 bits."""
    counted = {address: rules.counted_as(address) for address in ("192.0.2.8", "2001:db8:0:2::5", "2001:db8:0:2:9::1")}
    assert list(counted.values()) == ["192.0.2.8", "2001:db8:0:2::/64", "2001:db8:0:2::/64"]


@pytest.mark.django_db
def test_who_has_a_network_of_addresses_is_stopped_as_one(now, monkeypatch):
    """Of IPv6 everybody has more addresses than tries; another household's network is left alone. Without Redis too."""
    for redis_is_away in (False, True):
        if redis_is_away:
            monkeypatch.setattr(tries.cache, "get", _refuse)
        for number in range(rules.ADDRESS_MOST_REFUSALS if not redis_is_away else 0):
            with pytest.raises(AccessRefusedError):
                access.check(token="b" * 26, address=f"2001:db8:0:2::{number + 1:x}", now=now)
        with pytest.raises(TooManyTriesError):
            access.check(token="b" * 26, address="2001:db8:0:2:ffff::1", now=now)
    with pytest.raises(AccessRefusedError):
        access.check(token="b" * 26, address="2001:db8:0:3::1", now=now)


@pytest.mark.django_db
def test_an_address_that_guesses_is_stopped(now, monkeypatch):
    """After thirty refusals an address is refused before anything is looked up, also while Redis is away."""
    for redis_is_away in (False, True):
        if redis_is_away:
            monkeypatch.setattr(tries.cache, "get", _refuse)
        for _ in range(30 if not redis_is_away else 0):
            with pytest.raises(AccessRefusedError):
                access.check(token="b" * 26, address=ADDRESS, now=now)
        for _again in range(5):
            with pytest.raises(TooManyTriesError):
                access.check(token="b" * 26, address=ADDRESS, now=now)
        assert AccessAttempt.objects.count() == 31, "who goes on knocking writes no further rows"
    with pytest.raises(AccessRefusedError):
        access.check(token="b" * 26, address="192.0.2.8", now=now)


def _refuse(*args, **kwargs):
    raise ConnectionError


@pytest.mark.django_db
def test_a_session_ends_when_idle_and_after_an_hour(now):
    """Fifteen minutes without use, or sixty in all, close the page."""
    customer, _ = factories.make_debtor()
    secret = access.prove(token=mint(customer, now).token, facts=RIGHT, address=ADDRESS, now=now).secret
    assert access.session(secret=secret, now=now + timedelta(minutes=14)) is not None
    assert access.session(secret=secret, now=now + timedelta(minutes=28)) is not None
    assert access.session(secret=secret, now=now + timedelta(minutes=44)) is None
    for minutes in (40, 52, 59):
        access.session(secret=secret, now=now + timedelta(minutes=minutes))
    assert access.session(secret=secret, now=now + timedelta(minutes=60)) is None
    assert access.session(secret="", now=now) is None


@pytest.mark.django_db
def test_a_session_that_was_ended_stays_ended(now):
    """Signing out is final on the server, not only in the browser."""
    customer, _ = factories.make_debtor()
    secret = access.prove(token=mint(customer, now).token, facts=RIGHT, address=ADDRESS, now=now).secret
    access.end(secret=secret, now=now)
    assert access.session(secret=secret, now=now) is None


@pytest.mark.django_db
def test_a_new_message_leaves_an_open_session_alone(now):
    """Minting a newer link does not throw out who is already in."""
    customer, _ = factories.make_debtor()
    secret = access.prove(token=mint(customer, now).token, facts=RIGHT, address=ADDRESS, now=now).secret
    mint(customer, now)
    assert access.session(secret=secret, now=now) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("quality", "relation", "sent", "after"),
    [
        ("unknown", "self", True, "likely"),
        ("unknown", "self", False, "unknown"),
        ("unknown", "relative", True, "unknown"),
        ("verified", "self", True, "verified"),
        ("suspect", "self", True, "suspect"),
    ],
)
def test_whoever_proves_themselves_is_reached_at_the_number_the_link_went_to(now, quality, relation, sent, after):
    """An unchecked number of the customer's own becomes likely, on the record's history; no other changes."""
    customer, _ = factories.make_debtor()
    point = customer.contact_points.get()
    point.quality, point.relation = quality, relation
    point.save()
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        sent_to = {customer.pk: point} if sent else None
        token = access.mint_many_within(customers=[locked], now=now, sent_to=sent_to)[customer.pk].token
    access.prove(token=token, facts={"id_tail": "0011"}, address=None, now=now)
    point.refresh_from_db()
    assert point.quality == after
    changed = Event.objects.filter(customer=customer, kind="contact_point.changed")
    assert changed.count() == (1 if after != quality else 0)


@pytest.mark.django_db
def test_refused_tries_are_forgotten_after_half_a_year(now):
    """Forged links and guessed passwords come from anybody: the newest stay, the oldest go."""
    for days in (1, 182, 184, 900):
        at = now - timedelta(days=days)
        with zeal.zeal_ignore():
            AccessAttempt.objects.create(reason=rules.Refusal.UNKNOWN, address=ADDRESS, at=at)
            failed = SignInFailure.objects.create(username=f"guess{days}", failures_since_start=1)
            SignInFailure.objects.filter(pk=failed.pk).update(attempt_time=at)
    assert (tries.forget_old(now=now), sign_in.forget_failed(now=now)) == (2, 2)
    assert AccessAttempt.objects.count() == SignInFailure.objects.count() == 2
    assert tries.forget_old(now=now) == 0
    clients.note_use(client=None, action="token", status=401, address=ADDRESS, items=0, now=now - timedelta(days=184))
    clients.note_use(client=None, action="token", status=401, address=ADDRESS, items=0, now=now)
    assert (clients.forget_strangers(now=now), MachineUse.objects.count()) == (1, 1)


def _asked(way_in, call):
    """The statements one refused try costs, without the values in them."""
    with CaptureQueriesContext(connection) as asked, zeal.zeal_ignore(), pytest.raises(AccessRefusedError):
        call(**way_in)
    return [re.sub(r"'[^']*'|NULL|s\d+_x\d+|\b\d+\b", "?", query["sql"]) for query in asked]


@pytest.mark.django_db
def test_a_link_that_never_was_takes_the_same_steps_as_one_that_lives(now):
    """Neither the answer nor the work behind it tells them apart: not at the facts, not at the one-time code."""
    customer, _ = factories.make_debtor()
    replaced, live = mint(customer, now), mint(customer, now)
    common = {"address": ADDRESS, "now": now}
    tokens = [{"token": token} for token in ("b" * 26, replaced.token, live.token)]
    codes = [{"code": code} for code in ("K7QP3M9D", replaced.code, live.code)]
    for call, given in ((access.prove, {"facts": {"id_tail": "9999"}}), (access.enter_code, {"typed": "123456"})):
        for ways_in in (tokens, codes):
            never, replaced_one, live_one = (_asked(way_in | given | common, call) for way_in in ways_in)
            assert never == replaced_one == live_one
            assert len(never) > 5


def _wrong(token, now, times):
    for _ in range(times):
        with zeal.zeal_ignore(), pytest.raises(AccessRefusedError):
            access.prove(token=token, facts={"id_tail": "9999"}, address=None, now=now)


@pytest.mark.django_db
def test_ten_wrong_answers_in_a_day_stop_all_links_of_a_customer_until_a_colleague_ends_them(now):
    """New messages bring new links, but no new tries; the way out is a colleague, or the next day."""
    customer, _ = factories.make_debtor()
    for _ in range(2):
        _wrong(mint(customer, now).token, now, 5)
    third = mint(customer, now).token
    with pytest.raises(AccessRefusedError):
        access.prove(token=third, facts=RIGHT, address=None, now=now)
    assert AccessAttempt.objects.latest("id").reason == "customer_limit"
    tomorrow = now + timedelta(hours=24, seconds=1)
    assert access.prove(token=third, facts=RIGHT, address=None, now=tomorrow).secret
    colleague = records.Actor.of(factories.make_staff("service_agent"))
    later = now + timedelta(minutes=1)
    access.end_way_in(customer_id=customer.pk, reason="本人来电", actor=colleague, seen_version=None, now=later)
    assert access.prove(token=mint(customer, later).token, facts=RIGHT, address=None, now=later).secret


@pytest.mark.django_db
def test_a_colleague_ends_link_code_and_session(now):
    """At once, with who and why on the record; of a customer who never had a link there is nothing to end."""
    customer, _ = factories.make_debtor()
    colleague = factories.make_staff("service_agent")
    common = {"customer_id": customer.pk, "reason": "手机丢失", "actor": records.Actor.of(colleague), "now": now}
    with pytest.raises(RefusedError) as refused:
        access.end_way_in(**common, seen_version=None)
    assert refused.value.code == "no_way_in"
    first = mint(customer, now)
    secret = access.prove(token=first.token, facts=RIGHT, address=None, now=now).secret
    access.end_way_in(**common, seen_version=1)
    assert access.session(secret=secret, now=now) is None
    assert access.peek(token=first.token, now=now) is access.peek(code=first.code, now=now) is None
    event = Event.objects.get(customer=customer, kind="access.ended")
    assert (event.actor, event.payload["sessions"], event.text_row.text) == (colleague, 1, "手机丢失")


def _pack(**parameters):
    pack = RulePack.objects.create(
        code="CN", version=1, active=True, effective_from="2026-01-01", name_zh="中国", name_en="China"
    )
    return Rule.objects.create(
        pack=pack, code="POL-PAGE", kind="page_proof", parameters=parameters, basis="policy", source="x"
    )


@pytest.mark.django_db
def test_the_rule_pack_says_what_proves_a_customer_and_how_often_one_may_be_wrong(now):
    """Two facts instead of one, and the second wrong answer locks."""
    _pack(ways=["id_tail+birth_date"], tries=2)
    customer, _ = factories.make_debtor()
    token = mint(customer, now).token
    with pytest.raises(AccessRefusedError):
        access.prove(token=token, facts=RIGHT, address=None, now=now)
    assert access.prove(token=token, facts=RIGHT | {"birth_date": "19900307"}, address=None, now=now).secret
    token = mint(customer, now).token
    _wrong(token, now, 2)
    assert AccessLink.objects.latest("id").locked_at == now


@pytest.mark.django_db
def test_the_rule_pack_may_ask_for_a_one_time_code_too(now):
    """With no switch of the branch."""
    _pack(ways=["id_tail"], one_time_code=True)
    customer, _ = factories.make_debtor()
    with pytest.raises(access.CodeAskedError):
        access.prove(token=mint(customer, now).token, facts=RIGHT, address=None, now=now)


@pytest.mark.django_db
def test_a_rule_that_cannot_be_read_asks_for_all_there_is(now):
    """Nobody comes in by less than was meant."""
    rule = _pack(ways=["shoe_size"])
    customer, _ = factories.make_debtor()
    with pytest.raises(AccessRefusedError):
        access.prove(token=mint(customer, now).token, facts=RIGHT, address=None, now=now)
    assert selectors.proof_of(customer.branch, on=now.date()) == rules.STRICTEST_PROOF
    assert selectors.ways_offered(on=now.date()) == ["id_tail+birth_date+account_tail"]
    rule.delete()
    assert selectors.proof_of(customer.branch, on=now.date()) == rules.STARTING_PROOF
