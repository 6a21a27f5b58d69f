"""Finding a caller: by every way, within the budget of queries, and by an index each time."""

import re
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.urls import reverse

from collections_app.models import Account, Case, ContactPoint, Customer, CustomerSearch, LookUp
from collections_app.models.tokens import contact_token, name_tokens, number_tokens, required_tokens
from collections_app.selectors import records
from desk.selectors import find as finding
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
MANY = 6000
CARD = "6226090012345678"
GUARANTOR = "+8613911112222"


@pytest.fixture
def caller(no_n_plus_one: None) -> Customer:
    """One debtor among some thousands, at a branch that is not the agent's."""
    customer, _account = factories.make_debtor(
        branch=factories.make_branch("SH"), name="曾绿萍", id_number="310101198804125529"
    )
    Account.objects.filter(customer=customer).update(account_no=CARD, tail=CARD[-4:])
    factories.make_mobile(customer, "+8613800006612")
    factories.make_mobile(customer, GUARANTOR, relation="guarantor")
    keys = name_tokens(customer.name) | number_tokens(customer.id_number) | number_tokens(CARD)
    customer.search_tokens = sorted(keys | number_tokens("+8613800006612"))
    customer.save(update_fields=["search_tokens"])
    return customer


@pytest.fixture
def agent() -> Any:
    return factories.make_staff("service_agent")


@pytest.fixture
def no_n_plus_one() -> None:
    """Rows are laid one by one."""


def fill(like: Customer) -> None:
    """Lay some thousands of records beside one, with tokens, cases and numbers of their own."""
    columns = [field.column for field in Customer._meta.concrete_fields if not field.primary_key]
    own = {
        "customer_no": "'X' || lpad(i::text, 8, '0')",
        "case_number": "'X-26-' || lpad(i::text, 6, '0')",
        "search_tokens": "ARRAY[md5(i::text), md5((i %% 3000)::text || 't')]",
        "overdue_fen": "i",
    }
    chosen = ", ".join(own.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO collections_app_customer ({names}) SELECT {chosen} FROM collections_app_customer, "  # noqa: S608
            "generate_series(1, %s) i WHERE id = %s",
            [MANY, like.pk],
        )
        cursor.execute(
            "INSERT INTO collections_app_case (customer_id, number, opened_at, close_reason, reopened) "
            "SELECT id, case_number, created_at, '', 0 FROM collections_app_customer WHERE customer_no LIKE 'X%%'"
        )
        cursor.execute(
            "INSERT INTO collections_app_contactpoint (customer_id, kind, value, value_token, country, provenance, "
            "relation, holder_name, quality, permission, created_at) SELECT id, 'mobile', '', md5(customer_no), 'CN', "
            "'on_file', 'self', '', 'likely', 'ok', created_at FROM collections_app_customer "
            "WHERE customer_no LIKE 'X%%'"
        )
        cursor.execute("ANALYZE collections_app_customer, collections_app_case, collections_app_contactpoint")


@pytest.mark.parametrize(
    "typed",
    [
        "13800006612", "+86 138-0000-6612", "6612", "0066 12", "曾绿萍", "曾 绿 萍", "zenglvping", "Zeng Lü Ping",
        "zenglyuping", "cenglvping", "zlp", "ZLP", "310101198804125529", "5529", "125529", CARD, "5678", "12345678",
        "6226 0900 1234 5678", "曾绿萍 5529", "5678 zlp", "5529 5678", GUARANTOR.removeprefix("+86"),
    ],
)  # fmt: skip
def test_a_caller_is_found_by_whatever_they_can_say(caller: Customer, agent: Any, typed: str) -> None:
    """Number, ID and card by the whole or a tail of any length, name by sign, pinyin or initials; and both together."""
    assert [item.pk for item in finding.find(staff=agent, text=typed, now=NOW)] == [caller.pk]


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("6612", ("phone", "self", "6612")), (GUARANTOR.removeprefix("+86"), ("phone", "guarantor", "2222")),
        ("125529", ("id_number", "", "5529")), (CARD, ("account", "", "5678")), ("曾绿萍", ("name", "", "")),
        ("曾绿萍 5678", ("account", "", "5678")),
    ],
)  # fmt: skip
def test_the_hit_says_which_number_and_whose(
    client: Any, caller: Customer, agent: Any, typed: str, by: tuple[str, str, str]
) -> None:
    """How they stand to the customer, and no more of the number than its tail; nobody is named but the customer."""
    ContactPoint.objects.filter(relation="guarantor").update(holder_name="林保证")
    found = finding.find(staff=agent, text=typed, now=NOW)
    match = finding.matched(found, text=typed)[caller.pk]
    assert (match.what, match.relation, match.tail) == by
    client.force_login(agent)
    page = client.get("/find/", {"q": typed, "purpose": "call_in"}).content.decode()
    assert ("电话（担保人），尾号 2222" in page) is (by[1] == "guarantor")
    assert "林保证" not in page


def test_a_caller_is_found_by_case_and_customer_number_however_written(caller: Customer, agent: Any) -> None:
    """A case that is closed is found too: the letter in the customer's hand names it."""
    Case.objects.create(
        customer=caller,
        number="SH-25-000001",
        opened_at=factories.START,
        closed_at=factories.START,
        close_reason="paid",
    )
    for typed in (caller.customer_no, caller.customer_no.lower(), caller.case_number, "sh-25-000001"):
        assert [item.pk for item in finding.find(staff=agent, text=typed, now=NOW)] == [caller.pk], typed


@pytest.mark.parametrize("typed", ["曾绿萍 0000", "5529 0001", "zlq", "曾", "661", "99912345678", "987655529"])
def test_nobody_is_found_by_what_does_not_all_match(caller: Customer, agent: Any, typed: str) -> None:
    """A name with somebody else's tail is nobody; too little to go by is nobody too."""
    assert finding.find(staff=agent, text=typed, now=NOW) == []


def test_a_collector_finds_only_in_their_scope(caller: Customer) -> None:
    """The branch of the record is not theirs."""
    assert finding.find(staff=factories.make_staff("collector"), text="zlp", now=NOW) == []


# Staff and their ties are few, and read as they lie.
WHOLE_TABLE = re.compile(r"Seq Scan on collections_app_(?!staff)")


def test_every_way_goes_by_an_index_among_thousands(caller: Customer, agent: Any) -> None:
    """No way reads the whole of a table, and each takes a bounded number of queries."""
    fill(caller)
    rows = records.scoped(agent, now=NOW)
    ways = {
        "customer number": finding.by_customer_no(rows, caller.customer_no),
        "case": finding.by_case(rows, caller.case_number),
        "telephone": finding.by_telephone(rows, contact_token(GUARANTOR, is_phone=True)),
        "tail": finding.by_tokens(rows, required_tokens("5529")),
        "name": finding.by_tokens(rows, required_tokens("曾绿萍")),
        "pinyin": finding.by_tokens(rows, required_tokens("zenglvping")),
        "initials": finding.by_tokens(rows, required_tokens("zlp")),
        "card": finding.by_tokens(rows, required_tokens(CARD)),
        "name and tail": finding.by_tokens(rows, required_tokens("曾绿萍 5529")),
    }
    for name, question in ways.items():
        plan = question[: finding.MOST].explain()
        assert not WHOLE_TABLE.search(plan), f"{name}: {plan}"
        assert [item.pk for item in question[: finding.MOST]] == [caller.pk], name


@pytest.mark.parametrize(
    ("typed", "queries"), [("C1", 4), ("曾绿萍", 2), ("5529", 4), ("125529", 8), ("13999999999", 8)]
)
def test_a_search_asks_few_questions(
    caller: Customer, agent: Any, typed: str, queries: int, django_assert_max_num_queries: Any
) -> None:
    """However many match: one for walls, and a tail of another length compares candidates in three more."""
    with django_assert_max_num_queries(queries):
        finding.find(staff=agent, text=typed, now=NOW)


def test_an_agent_finds_anybody_and_says_why_before_opening(client: Any, caller: Customer, agent: Any) -> None:
    """The number of a guarantor leads to the record of another branch, which opens once a purpose is logged."""
    client.force_login(agent)
    page = client.get(reverse("desk:find"), {"q": "139 1111 2222", "purpose": "call_in"})
    assert f"?open={caller.customer_no}" in page.content.decode()
    record = reverse("desk:record", args=[caller.customer_no])
    said = reverse("desk:find_open", args=[caller.customer_no])
    assert client.get(record).status_code == 302
    assert client.post(said, {"purpose": "curiosity"})["Location"].endswith(f"open={caller.customer_no}")
    assert not LookUp.objects.exists()
    assert client.post(said, {"purpose": "call_in"})["Location"] == record
    assert client.get(record).status_code == 200
    look = LookUp.objects.get()
    assert (look.staff, look.customer, look.purpose) == (agent, caller, "call_in")


def test_a_search_is_logged_with_its_purpose_and_without_what_was_typed(
    client: Any, caller: Customer, agent: Any
) -> None:
    """Never with what was typed. Nobody searches the whole bank without saying for what; one's own needs none."""
    client.force_login(agent)
    page = client.get(reverse("desk:find"), {"q": "曾绿萍 5529"})
    assert f"?open={caller.customer_no}" not in page.content.decode()
    assert not CustomerSearch.objects.exists()
    for _again in range(2):
        client.get(reverse("desk:find"), {"q": "曾绿萍 5529", "purpose": "complaint"})
    client.force_login(factories.make_staff("collector"))
    client.get(reverse("desk:find"), {"q": "5529", "purpose": "complaint"})
    rows = list(CustomerSearch.objects.order_by("id"))
    assert [(row.purpose, row.key, row.length, row.found) for row in rows] == [
        ("complaint", "both", 7, 1), ("complaint", "both", 7, 1), ("", "number", 4, 0),
    ]  # fmt: skip
    assert rows[0].digest == rows[1].digest != rows[2].digest
    client.force_login(factories.make_staff("compliance", scope="institution", is_staff=True))
    shown = client.get("/admin/collections_app/customersearch/").content.decode()
    assert "投诉处理" in shown
    assert "曾绿萍" not in shown
    with pytest.raises(InternalError), transaction.atomic():
        CustomerSearch.objects.update(found=0)
