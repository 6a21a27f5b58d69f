"""The demo bank's people: invented, the same each time, with numbers that belong to nobody."""

import random
from collections import Counter
from datetime import date

import phonenumbers
import pytest
from stdnum.iso7064 import mod_11_2

from collections_app.domain import phones
from collections_app.domain.staff import Role, Scope
from oversight.domain.demo_bank import loans, numbers, people, rows, transactions
from oversight.domain.demo_bank.cards import CardFacts
from oversight.domain.demo_bank.organisation import UNITS, colleagues, collectors_of

MANY = 4000


@pytest.fixture(scope="module")
def crowd() -> list[people.Person]:
    """Customers with a card, and customers with only a loan."""
    return [*people.people("10", MANY), *people.people("20", MANY // 6, start=40_800)]


def test_the_same_bank_is_made_each_time() -> None:
    """Same seed, same people; a shorter list is the beginning of a longer one."""
    assert list(people.people("10", 50)) == list(people.people("10", 80))[:50]
    card = CardFacts(1, 100, (5_000_00, 4_000_00, 0, 0, 0, 0), (1_000_00, 0, 0, 0, 0, 0), 0)
    day = date(2026, 11, 19)
    done = list(transactions.transactions(card, anchor=day))
    assert done
    assert done == list(transactions.transactions(card, anchor=day))
    assert loans.loan(7, anchor=day) == loans.loan(7, anchor=day)


def test_no_two_customers_share_a_number(crowd: list[people.Person]) -> None:
    """Neither phone nor ID nor customer number comes twice."""
    for name in ("mobile", "id_number", "customer_no"):
        assert Counter(getattr(person, name) for person in crowd).most_common(1)[0][1] == 1


def test_id_numbers_have_a_checksum_and_a_region_that_does_not_exist(crowd: list[people.Person]) -> None:
    """They pass where a real one would and can be nobody's."""
    for person in crowd:
        if person.country == "CN":
            assert mod_11_2.is_valid(person.id_number)
            assert person.id_number.startswith("99")
            assert person.id_number[6:14] == f"{person.birth_date:%Y%m%d}"


def test_phone_numbers_are_of_ranges_nobody_is_given(crowd: list[people.Person]) -> None:
    """They pass the product's own check, and no numbering plan gives them out; American ones are fiction's."""
    for person in crowd:
        number = phones.e164(person.mobile, country=person.country)
        assert number is not None
        parsed = phonenumbers.parse(number)
        assert phonenumbers.region_code_for_country_code(parsed.country_code) == person.country
        if person.country == "US":
            assert "555010" <= str(parsed.national_number)[3:9] <= "555019"
        else:
            assert not phonenumbers.is_valid_number(parsed), number
        if person.country == "CN":
            assert number[3:6] in {"103", "104", "105"}
        if person.country == "GB":
            assert number.startswith("+447700900")


def test_account_numbers_begin_as_no_issuers_do_and_never_repeat() -> None:
    """Thirty thousand cards and five thousand loans have numbers of their own."""
    found = [numbers.card_number(index) for index in range(1, 30_001)]
    found += [numbers.loan_number(index) for index in range(5_000)]

    assert len(set(found)) == 35_000
    assert all(number.startswith("9999") for number in found)


def test_names_are_of_every_shape(crowd: list[people.Person]) -> None:
    """Long names and names of minorities are among them, and customers abroad have names of their own."""
    names = {person.name for person in crowd}

    assert "阿依古丽·买买提" in names
    assert max(len(name) for name in names if "·" in name) >= 12
    assert len(names) > MANY // 2
    assert {person.language for person in crowd if person.unit == "INTL"} == {"en"}
    assert {person.country for person in crowd if person.unit == "INTL"} == {"HK", "JP", "GB", "US"}


def test_addresses_can_reach_nobody_by_mail(crowd: list[people.Person]) -> None:
    """E-mail addresses are of a domain set aside for examples."""
    assert {person.email.partition("@")[2] for person in crowd if person.email} == {"example.com"}


def test_two_work_in_every_role() -> None:
    """Every role has two people at least, each of a known unit, with a user name of their own."""
    staff = list(colleagues())
    by_role = Counter(item.role for item in staff)

    assert set(by_role) == {role.value for role in Role}
    assert min(by_role.values()) >= 2
    assert len({item.username for item in staff}) == len({item.employee_no for item in staff}) == len(staff)
    assert {item.unit for item in staff} <= {unit.code for unit in UNITS}
    assert {item.scope for item in staff} <= {scope.value for scope in Scope}
    assert {"collector.bj1", "service.sc1", "mediator.m1", "admin.a1"} <= {item.username for item in staff}
    assert all(len(collectors_of(unit)) == 2 for unit in ("BJ", "SH", "INTL", "CC"))


def test_weights_that_leave_something_over_give_the_last() -> None:
    """Rounding may leave a hair above the last weight."""
    chance = random.Random(1)
    assert {people._pick(chance, (("a", 0), ("b", 0))) for _ in range(3)} == {"b"}


def test_three_of_ten_loans_are_of_customers_with_a_card() -> None:
    """The others are of people with a loan alone; a bank without cards has only these."""
    cards, others = list(people.people("10", 120)), list(people.people("20", 20, start=40_800))
    owners = list(rows.owners_of_loans(cards, others, 20))
    assert [owner in cards for owner in owners] == [place % 10 < 3 for place in range(20)]
    assert list(rows.owners_of_loans([], others, 20)) == others


def test_the_next_instalment_of_every_loan_is_still_to_come() -> None:
    """Seen from the end of a month, too, where the day drawn would already be over."""
    for day in (date(2026, 11, 19), date(2026, 12, 29)):
        for number in range(120):
            facts = loans.loan(number, anchor=day)
            assert loans.state_on(facts, as_of=day).due_on is None or loans.state_on(facts, as_of=day).due_on > day
