"""G4, what changes with time: days off, numbers verified long ago, roles and refusals, accounts with agencies."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import (
    CalendarVersion,
    Contact,
    ContactPoint,
    Event,
    ImportedDay,
    MachineClient,
    MachinePermit,
    MachineRequest,
    Placement,
)
from collections_app.services import calendars
from collections_app.services.records import SYSTEM
from tests import factories
from tests.collections_app.machines import make_client
from tests.oversight.audits import audit
from tests.oversight.conftest import Bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_of_module")]
Plant = Callable[..., None]
MakeContact = Callable[..., Contact]
DAY = timedelta(days=1)


def found(now: datetime) -> set[str]:
    return {item.what for item in audit("G4", now).violations}


def decided(contact: Contact, pack: str) -> Any:
    return json.loads(json.dumps(contact.decision).replace('"CN"', f'"{pack}"'))


def test_g4_finds_a_visit_on_a_day_off(bank: Bank, contact_of: MakeContact, now: datetime) -> None:
    """By the calendar as it was known: what is published afterwards makes nobody wrong."""
    neutral = decided(bank.call.contact, "neutral")
    visits = [contact_of(bank.free, now + days * DAY, channel="visit", decision=neutral) for days in (0, 1, 45)]
    ImportedDay.objects.filter(country="CN", on__gte=now.date()).delete()
    ImportedDay.objects.get_or_create(country="CN", on=now.date() - 9 * DAY, defaults={"works": True})
    off = f"contact {visits[1].id} was made on a day off, {(now + DAY).date()}, against POL-VISIT-DAY"
    unknown = f"was made on a day of a year without a calendar, {(now + 45 * DAY).date()}"
    told = found(now)
    assert off in told
    assert any(unknown in what for what in told)
    assert not any(f"contact {visits[0].id} " in what for what in told)
    version = CalendarVersion.objects.create(
        country="CN", version=99, source="x", sha256="x", days=1, loaded_at=now + DAY
    )
    ImportedDay.objects.create(country="CN", on=now.date(), works=False, source="x", loaded=version)
    assert not any(f"contact {visits[0].id} " in what for what in found(now))
    CalendarVersion.objects.filter(pk=version.pk).update(loaded_at=now - DAY)
    assert any(f"contact {visits[0].id} was made on a day off" in what for what in found(now))


def test_g4_holds_nobody_to_a_calendar_that_was_corrected_since(
    bank: Bank, contact_of: MakeContact, now: datetime
) -> None:
    """A Saturday that stood as worked and does so no more; a visit on one after the correction was wrong."""
    neutral = decided(bank.call.contact, "neutral")
    _before, after = (contact_of(bank.free, now + at * DAY, channel="visit", decision=neutral) for at in (1, 8))
    year = f"country,date,works,name\nCN,{now.year}-01-01,0,\nCN,{now.year}-02-14,1,\n"
    for at, worked in ((-2 * DAY, f"CN,{(now + DAY).date()},1,\n"), (2 * DAY, "")):
        calendars.load(content=(year + worked).encode(), source="国办发明电", actor=SYSTEM, now=now + at)
        told = {what for what in found(now + 9 * DAY) if "on a day off" in what}
        assert told == {f"contact {after.id} was made on a day off, {(now + 8 * DAY).date()}, against POL-VISIT-DAY"}


def test_g4_finds_a_number_that_nobody_had_verified_lately(
    bank: Bank, contact_of: MakeContact, plant: Plant, now: datetime
) -> None:
    """What was verified since proves nothing of then; the permit has kept what was known."""
    plant("UPDATE collections_app_branch SET rule_pack = 'US-REGF'")
    american = decided(bank.call.contact, "US-REGF")
    contact = contact_of(bank.free, now, channel="sms", decision=american)
    wrong = f"contact {contact.id} used a number not verified in 60 days, against US-S1"
    point = contact.contact_point_id
    for verified, is_wrong in ((None, True), (now - 61 * DAY, True), (now - 59 * DAY, False), (now + DAY, True)):
        plant("UPDATE collections_app_contactpoint SET verified_at = %s WHERE id = %s", verified, point)
        assert (wrong in found(now)) is is_wrong, verified
    kept = {"check": "number_age", "result": "passed", "rule": {"code": "US-S1"}}
    american["considered"].append({**kept, "inputs": {"verified": (now - 9 * DAY).date().isoformat(), "days": 60}})
    Contact.objects.filter(pk=contact.pk).update(decision=american)
    assert wrong not in found(now)


def rightly_asked(bank: Bank) -> Any:
    """A permit by which a third party may be asked for the customer."""
    asked = json.loads(json.dumps(bank.call.contact.decision))
    looked = {"check": "third_party", "result": "passed", "rule": {"pack": "CN", "version": 1, "code": "CN-T1"}}
    asked["considered"].append({**looked, "inputs": {"relation": "emergency", "usable_points": 1, "failures": 3}})
    return asked


def say(point: ContactPoint, permission: str, at: datetime) -> None:
    """Let the holder of a number say what they allow."""
    ContactPoint.objects.filter(pk=point.pk).update(permission=permission or point.permission)
    Event.objects.create(
        customer=point.customer, kind="contact_point.changed", at=at, version=point.customer.version,
        payload={"contact_point": point.pk, "permission": permission}, department="collections",
    )  # fmt: skip


def test_g4_finds_who_is_no_party_and_was_contacted(bank: Bank, contact_of: MakeContact, now: datetime) -> None:
    """Beside the rule, of the debt, after their role had ended, and after they had refused on whatever record."""
    number = factories.make_mobile(bank.free, "+8613911112222", relation="emergency")
    asked = rightly_asked(bank)
    rightly = contact_of(bank.free, now, contact_point=number, purpose="third_party", decision=asked)
    assert not audit("G4", now).violations, rightly
    too_soon = json.loads(json.dumps(asked).replace('"failures": 3', '"failures": 2'))
    hours = timedelta(hours=1)
    other = factories.make_mobile(bank.free, "+8613911113333", relation="relative")
    soon = contact_of(bank.free, now + hours, contact_point=other, purpose="third_party", decision=too_soon)
    debt = contact_of(bank.free, now + 2 * hours, contact_point=other, channel="letter", effective=False)
    agent = factories.make_person(bank.free, "representative", until=now.date() + 9 * DAY, document="授权委托书")
    theirs = factories.make_mobile(bank.free, "+8613911114444", relation="agent", person=agent)
    before, after = (
        contact_of(bank.free, now + hours * at, contact_point=theirs, channel="letter", effective=False)
        for at in (3, 5)
    )
    agent.ended_at = now + 4 * hours
    agent.save()
    ContactPoint.objects.filter(pk=theirs.pk).update(relation="unknown")
    same = factories.make_mobile(bank.promiser, "+8613911112222", relation="relative")
    say(same, "refused", now - DAY)
    told = found(now)
    assert {
        f"contact {soon.id} asked somebody who is no party, whom no rule let be asked",
        f"contact {debt.id} spoke of a debt to somebody who is no party to it",
        f"contact {after.id} reached somebody whose role had ended",
        f"contact {rightly.id} reached somebody who is no party and had refused for good",
    } <= told
    assert not any(f"contact {before.id} " in what for what in told)


def test_g4_finds_who_refused_and_had_to_refuse_again(bank: Bank, contact_of: MakeContact, now: datetime) -> None:
    """The call in which they say so again was one too many; one before a refusal taken back and said anew was not."""
    number = factories.make_mobile(bank.free, "+8613911112222", relation="relative")
    say(number, "refused", now - 5 * DAY)
    called = contact_of(bank.free, now - DAY, contact_point=number, purpose="third_party", decision=rightly_asked(bank))
    wrong = f"contact {called.id} reached somebody who is no party and had refused for good"
    assert found(now) == {wrong}
    say(number, "", now - DAY)
    say(number, "refused", now - DAY + timedelta(minutes=9))
    assert found(now) == {wrong}
    say(number, "ok", now)
    say(number, "refused", now + DAY)
    assert not found(now)


def test_g4_counts_the_refusal_of_a_party_from_the_end_of_their_role(
    bank: Bank, contact_of: MakeContact, now: datetime
) -> None:
    """As a guarantor they closed their own record only; they could be asked for somebody else until that was over."""
    guarantor = factories.make_person(bank.promiser, "guarantor")
    own = factories.make_mobile(bank.promiser, "+8613911112222", relation="guarantor", person=guarantor)
    say(own, "refused", now - 10 * DAY)
    elsewhere = factories.make_mobile(bank.free, "+8613911112222", relation="emergency")
    asked = {"contact_point": elsewhere, "purpose": "third_party", "decision": rightly_asked(bank)}
    contact_of(bank.free, now - 9 * DAY, **asked)
    late = contact_of(bank.free, now - DAY, **asked)
    assert not found(now)
    guarantor.ended_at = now - 2 * DAY
    guarantor.save()
    ContactPoint.objects.filter(pk=own.pk).update(relation="unknown")
    assert found(now) == {f"contact {late.id} reached somebody who is no party and had refused for good"}


def test_g4_finds_contacts_beside_a_placement(bank: Bank, contact_of: MakeContact, now: datetime) -> None:
    """The agency before, after and past the last day; everybody else meanwhile; and one that nobody ended."""
    agency = make_client("agency")
    account = bank.free_account
    of_account = {"client": agency, "account": account, "customer": bank.free}
    placed = Placement.objects.create(
        **of_account, placed_at=now, until_on=now.date() + 2 * DAY, recalled_at=now + 6 * DAY
    )
    ours = {days: contact_of(bank.free, now + days * DAY + DAY / 8, channel="letter") for days in (-1, 1, 7)}
    receipt = contact_of(bank.free, now + DAY, channel="sms", purpose="receipt")
    theirs = {days: contact_of(bank.free, now + days * DAY + DAY / 6, channel="letter") for days in (-2, 2, 4, 8)}
    for days, contact in theirs.items():
        _permit(agency, contact, f"k{days}")
    told = found(now)
    for days, contact in theirs.items():
        what = f"contact {contact.id} was an agency's, of an account that was not with it"
        assert (what in told) is (days != 2), days
    for days, contact in ours.items():
        assert (f"contact {contact.id} spoke of an account that was with an agency" in told) is (days == 1), days
    assert not any(f"contact {receipt.id} " in what for what in told)
    Placement.objects.filter(pk=placed.pk).update(recalled_at=None)
    assert f"placement {placed.pk} goes on after its last day" in found(now + 4 * DAY)
    assert f"placement {placed.pk} goes on after its last day" not in found(now + 2 * DAY)


def _permit(agency: MachineClient, contact: Contact, key: str) -> None:
    request = MachineRequest.objects.create(client=agency, key=key, content_hash="x", at=contact.at)
    MachinePermit.objects.create(request=request, client=agency, customer=contact.customer, contact=contact)
