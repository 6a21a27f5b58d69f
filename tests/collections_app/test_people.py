"""People, numbers and the estate: every role rests on something, and no number speaks to who has none."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from collections_app.domain.people import Standing
from collections_app.models import ContactPoint, Estate, Event, HandOff, Hold
from collections_app.services import contact_points, contacts, corrections, holds, people, records
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from tests import factories

NOW_DAY = date(2026, 11, 20)


@pytest.fixture
def agent(db: None) -> Any:
    return factories.make_staff("service_agent")


def _common(staff: Any, now: datetime) -> dict[str, Any]:
    return {"actor": records.Actor.of(staff), "seen_version": None, "now": now}


def _person(debtor: Any, agent: Any, now: datetime, role: str, **values: Any) -> Any:
    standing = Standing(role, values.pop("document", ""), values.pop("until", None), values.pop("consent_on", None))
    given = {"name": "李四", "relation": "unknown", "provenance": "customer_given", **values}
    return people.record(customer_id=debtor.customer.id, standing=standing, **given, **_common(agent, now))


@pytest.mark.parametrize(
    ("role", "values", "problem"),
    [
        ("guarantor", {}, "role_needs_document"),
        ("household", {}, "role_needs_document"),
        ("representative", {"document": "授权委托书"}, "role_needs_end"),
        ("representative", {"document": "授权委托书", "until": date(2026, 11, 1)}, "role_is_over"),
        ("volunteer", {}, "role_needs_consent"),
        ("heir", {"document": "户口簿"}, "role_needs_death"),
        ("none", {"relation": "guarantor"}, "relation_needs_role"),
        ("king", {}, "no_such_role"),
        ("none", {"name": " "}, "name_missing"),
    ],
)
def test_a_role_rests_on_something(
    debtor: Any, agent: Any, now: datetime, role: str, values: dict[str, Any], problem: str
) -> None:
    """A document, a last day, the debtor's own consent, or the debtor's death."""
    with pytest.raises(RefusedError) as refused:
        _person(debtor, agent, now, role, **values)
    assert refused.value.code == problem


def test_a_number_of_a_party_stands_under_the_person(debtor: Any, agent: Any, now: datetime) -> None:
    """Nobody makes somebody a guarantor by typing a number; the relation the permits go by follows the role."""
    given = {"customer_id": debtor.customer.id, "kind": "mobile", "provenance": "customer_given"}
    with pytest.raises(RefusedError, match="relation_needs_role"):
        contact_points.add(value="13911112222", relation="guarantor", **given, **_common(agent, now))
    person = _person(debtor, agent, now, "guarantor", document="保证合同 7")
    point = contact_points.add(value="139 1111 2222", person_id=person.id, **given, **_common(agent, now))
    assert (point.value, point.relation, point.holder_name) == ("+8613911112222", "guarantor", "李四")
    assert "李四" not in str(ContactPoint.objects.filter(id=point.id).values("relation", "value_token"))
    for value, problem in (("13911112222", "number_stands_already"), ("12", "number_unreadable")):
        with pytest.raises(RefusedError, match=problem):
            contact_points.add(value=value, person_id=person.id, **given, **_common(agent, now))


def test_when_an_authority_ends_its_numbers_are_closed(debtor: Any, agent: Any, now: datetime) -> None:
    """By night, once: who represents nobody any more is a third party who is told nothing."""
    person = _person(debtor, agent, now, "representative", document="授权书", until=NOW_DAY + timedelta(days=3))
    point = contact_points.add(
        customer_id=debtor.customer.id, kind="mobile", value="13911112222", provenance="customer_given",
        person_id=person.id, **_common(agent, now),
    )  # fmt: skip
    assert people.end_expired(now=now + timedelta(days=3)) == 0
    # At 06:40 of the next day, when it is still the last one by UTC.
    early = (now + timedelta(days=4)).replace(hour=6, minute=40).astimezone(UTC)
    assert early.date() == NOW_DAY + timedelta(days=3)
    assert people.end_expired(now=early) == 1
    assert people.end_expired(now=now + timedelta(days=4)) == 0
    point.refresh_from_db()
    assert (point.relation, point.permission) == ("unknown", "ok")
    ended = contacts.preview(
        customer=debtor.customer, channel="voice", purpose="third_party", contact_point=point,
        actor=Actor.of(agent), now=now,
    )  # fmt: skip
    assert "third_party" in [finding.reason for finding in ended.refusals]


def test_a_renewed_power_reaches_its_representative(debtor: Any, agent: Any, now: datetime) -> None:
    """Before the old one ends and after it: the number goes to the newer document, and what was allowed stays so.

    Nobody else's number passes on: not the customer's own, not that of somebody who has a role.
    """
    given = {"customer_id": debtor.customer.id, "kind": "mobile", "provenance": "customer_given"}

    def until(days: int) -> Any:
        return _person(debtor, agent, now, "representative", document="授权书", until=NOW_DAY + timedelta(days=days))

    old = until(3)
    point = contact_points.add(value="13911112222", person_id=old.id, **given, **_common(agent, now))
    newer = until(90)
    contact_points.add(value="13911112222", person_id=newer.id, **given, **_common(agent, now))
    assert people.end_expired(now=now + timedelta(days=4)) == 1
    point.refresh_from_db()
    assert (point.person_id, point.relation) == (newer.id, "agent")
    people.end(person_id=newer.id, reason="撤销授权", **_common(agent, now))
    contact_points.judge(contact_point_id=point.id, quality="", permission="no_sms", **_common(agent, now))
    last = until(365)
    contact_points.add(value="13911112222", person_id=last.id, **given, **_common(agent, now))
    point.refresh_from_db()
    assert (point.person_id, point.relation, point.permission) == (last.id, "agent", "no_sms")
    guarantor = _person(debtor, agent, now, "guarantor", document="保证合同 7")
    own = debtor.customer.contact_points.get(relation="self").value
    for value in ("13911112222", own):
        with pytest.raises(RefusedError, match="number_stands_already"):
            contact_points.add(value=value, person_id=guarantor.id, **given, **_common(agent, now))


def test_giving_a_number_to_somebody_does_not_undo_what_is_known_of_it(debtor: Any, agent: Any, now: datetime) -> None:
    """One that was not theirs stays so until it is judged with evidence; who refused for good is asked no more."""
    guarantor = _person(debtor, agent, now, "guarantor", document="保证合同 7")
    given = {"customer_id": debtor.customer.id, "kind": "mobile", "provenance": "customer_given"}
    point = contact_points.add(
        value="13911112222", relation="relative", quality="not_his", **given, **_common(agent, now)
    )
    contact_points.add(value="13911112222", person_id=guarantor.id, quality="likely", **given, **_common(agent, now))
    point.refresh_from_db()
    assert (point.relation, point.quality) == ("guarantor", "not_his")
    other = contact_points.add(value="13911113333", relation="relative", **given, **_common(agent, now))
    contact_points.judge(contact_point_id=other.id, quality="", permission="refused", **_common(agent, now))
    with pytest.raises(RefusedError, match="third_refusal_stands"):
        contact_points.add(value="13911113333", person_id=guarantor.id, **given, **_common(agent, now))


def test_a_number_is_called_verified_or_opened_again_only_with_what_proves_it(
    debtor: Any, agent: Any, now: datetime
) -> None:
    """What is verified here is used although another record says it is not theirs: it needs more than a click."""
    point = debtor.customer.contact_points.get()
    for before, quality in (("likely", "verified"), ("bad", "likely"), ("not_his", "unknown")):
        ContactPoint.objects.filter(id=point.id).update(quality=before)
        with pytest.raises(RefusedError, match="evidence_missing"):
            contact_points.judge(contact_point_id=point.id, quality=quality, **_common(agent, now))
    contact_points.judge(
        contact_point_id=point.id, quality="verified", evidence="柜面持身份证更新，回执 7", **_common(agent, now)
    )
    event = Event.objects.filter(kind="contact_point.changed").latest("id")
    assert event.text_row.text == "柜面持身份证更新，回执 7"
    contact_points.judge(contact_point_id=point.id, quality="suspect", **_common(agent, now))


def test_a_death_recorded_in_error_is_taken_back_whole(debtor: Any, agent: Any, supervisor: Any, now: datetime) -> None:
    """By the correction that says so: the estate counts no more, and who was heir is nobody. Two may die at once."""
    others = factories.make_debtor()[0]
    for customer in (debtor.customer, others):
        people.record_estate(
            customer_id=customer.id, values={"died_on": NOW_DAY, "proof": "电话告知"}, **_common(agent, now)
        )
    heir = _person(debtor, agent, now, "heir", document="户口簿 第3页")
    hold = Hold.objects.get(customer=debtor.customer, kind="deceased")
    with pytest.raises(RefusedError, match="death_is_corrected"):
        holds.release(hold_id=hold.id, reason="同名误报", **_common(supervisor, now))
    corrections.hold(hold_id=hold.id, kind="", reason="同名误报", **_common(supervisor, now))
    debtor.customer.refresh_from_db()
    heir.refresh_from_db()
    assert debtor.customer.status != "deceased"
    assert not people.is_dead(debtor.customer, now=now)
    assert heir.ended_at == now
    assert people.is_dead(others, now=now)


def test_agreed_hours_are_kept_by_the_permit(debtor: Any, agent: Any, now: datetime) -> None:
    """Inside them this check passes, outside it refuses; without hours on record the wish cannot be set."""
    point = debtor.customer.contact_points.get()
    with pytest.raises(RefusedError, match="hours_missing"):
        contact_points.judge(contact_point_id=point.id, quality="", permission="hours", **_common(agent, now))
    with pytest.raises(RefusedError, match="hours_upside_down"):
        contact_points.judge(
            contact_point_id=point.id, quality="", permission="hours", hours=(time(12), time(9)), **_common(agent, now)
        )
    for hours, refused in (((time(9), time(12)), False), ((time(18), time(20)), True)):
        contact_points.judge(
            contact_point_id=point.id, quality="", permission="hours", hours=hours, **_common(agent, now)
        )
        point.refresh_from_db()
        decision = contacts.preview(
            customer=debtor.customer, channel="voice", purpose="collection", contact_point=point,
            actor=Actor.of(agent), now=now,
        )  # fmt: skip
        assert ("agreed_hours" in [finding.reason for finding in decision.refusals]) is refused


def test_a_death_stops_collection_and_asks_for_its_proof_once(debtor: Any, agent: Any, now: datetime) -> None:
    """Then heirs may be recorded, who answer up to the estate; its worth needs a source."""
    given: dict[str, Any] = {"customer_id": debtor.customer.id, **_common(agent, now)}
    people.record_estate(values={"died_on": NOW_DAY - timedelta(days=9)}, **given)
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "deceased"
    assert Hold.objects.get(kind="deceased").released_at is None
    assert HandOff.objects.get(kind="bereavement").to_department == "legal"
    heir = _person(debtor, agent, now, "heir", document="户口簿 第3页")
    assert heir.relation == "heir"
    for values, problem in (
        ({"inventory_fen": 1}, "inventory_needs_source"),
        ({"died_on": NOW_DAY + timedelta(days=9)}, "day_to_come"),
    ):
        with pytest.raises(RefusedError, match=problem):
            people.record_estate(values=values, **given)
    worth = {"inventory_fen": 12_000_00, "inventory_on": NOW_DAY, "inventory_source": "遗产清单公证 12 号"}
    people.record_estate(values={"proof": "死亡证明 88", "contact_id": heir.id, **worth}, **given)
    estate = Estate.objects.get()
    assert (estate.proven_at, estate.contact, estate.inventory_fen) == (now, heir, 12_000_00)
    assert (Hold.objects.count(), HandOff.objects.count()) == (1, 1)


def test_heirs_who_renounced_owe_nothing_and_are_called_no_more(debtor: Any, agent: Any, now: datetime) -> None:
    """Whoever administers the estate stays; nobody is made heir while that stands, nor looks after it unasked."""
    given: dict[str, Any] = {"customer_id": debtor.customer.id, **_common(agent, now)}
    dead = {"died_on": NOW_DAY - timedelta(days=9), "proof": "死亡证明 88"}
    people.record_estate(values=dead, **given)
    heir, administrator = (_person(debtor, agent, now, role, document="户口簿 第3页") for role in ("heir", "estate"))
    number = contact_points.add(
        kind="mobile", value="13911112222", provenance="customer_given", person_id=heir.id, **given
    )
    people.record_estate(values={"contact_id": heir.id}, **given)
    people.record_estate(values={"renounced": True, "contact_id": heir.id}, **given)
    for row in (heir, administrator, number):
        row.refresh_from_db()
    assert (heir.ended_at, administrator.ended_at, number.relation) == (now, None, "unknown")
    assert Estate.objects.get().contact is None
    with pytest.raises(RefusedError, match="heirs_renounced"):
        _person(debtor, agent, now, "heir", document="公证书")
    people.record_estate(values={"renounced": False, "contact_id": administrator.id}, **given)
    _person(debtor, agent, now, "heir", document="公证书")
    people.end(person_id=administrator.id, reason="辞任", **_common(agent, now))
    assert Estate.objects.get().contact is None


def test_a_death_recorded_again_begins_with_nothing_of_the_wrong_one(debtor: Any, agent: Any, now: datetime) -> None:
    """The proof of somebody else's death proves nothing: it is asked for again."""
    given: dict[str, Any] = {"customer_id": debtor.customer.id, **_common(agent, now)}
    people.record_estate(values={"died_on": NOW_DAY, "proof": "死亡证明 88"}, **given)
    hold = Hold.objects.get(kind="deceased")
    corrections.hold(hold_id=hold.id, kind="", reason="同名误报", **_common(agent, now))
    people.record_estate(values={"died_on": NOW_DAY}, **given)
    estate = Estate.objects.get()
    assert (estate.proof, estate.proven_at, estate.withdrawn_at) == ("", None, None)
    assert HandOff.objects.filter(kind="bereavement").exists()


def test_nobody_ends_a_role_twice(debtor: Any, agent: Any, now: datetime) -> None:
    """And not without a reason."""
    person = _person(debtor, agent, now, "volunteer", consent_on=NOW_DAY)
    with pytest.raises(RefusedError, match="reason_missing"):
        people.end(person_id=person.id, reason=" ", **_common(agent, now))
    people.end(person_id=person.id, reason="本人撤回", **_common(agent, now))
    with pytest.raises(RefusedError, match="no_such_person"):
        people.end(person_id=person.id, reason="again", **_common(agent, now))
