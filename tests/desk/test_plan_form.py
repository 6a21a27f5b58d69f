"""The calculator on the form of a plan: the schedule and its cost first, and the record shows what was agreed."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from collections_app.domain.authority import share_of
from collections_app.models import Account, Approval, Arrangement, Authority, Customer, Waiver
from collections_app.services import authorities
from desk.forms import waiver_lines
from tests import factories
from tests.desk.scenes import address


@pytest.fixture
def negotiating(client: Client, record: Customer) -> Client:
    """A browser of somebody who may agree plans."""
    authorities.load()
    client.force_login(factories.make_staff("supervisor", branch=record.branch))
    return client


def typed(record: Customer, **values: str) -> dict[str, str]:
    plain = {
        "seen_version": "1", "account": str(record.stage_account_id), "number": "12", "total": "3900.00",
        "first_on": "2026-12-20", "kind": "personal_plan", "method": "equal_instalment", "annual_percent": "18",
        "conditions": "beyond_ability", "grace_days": "3", "written": "on", "reason": "收入下降",
    }  # fmt: skip
    return plain | values


def test_a_preview_writes_nothing_and_needs_no_reason(negotiating: Client, record: Customer, now: datetime) -> None:
    """Every line, the interest and its annual cost; what makes no schedule is told beside the form."""
    url = address("plan", record)
    page = negotiating.post(url, typed(record, preview="1", reason=""))
    assert page.status_code == 200
    shown = page.content.decode()
    for words in ("357.55", "58.50", "19.56"):
        assert words in shown, words
    impossible = negotiating.post(url, typed(record, preview="1", method="step_up"))
    assert impossible.status_code == 422
    assert not Arrangement.objects.exists()


def test_the_number_of_a_line_is_a_short_one(now: datetime) -> None:
    """Thousands of digits are as many lines as there may be, and no error."""
    most = waiver_lines.MOST_LINES
    assert [waiver_lines.counted({"waivers": typed}) for typed in ("2", "99", "9" * 5000, "x")] == [2, most, most, 1]
    assert waiver_lines.moved({"waivers": "2", "remove_line": "9" * 5000})["waivers"] == 2


def test_what_was_agreed_stands_on_the_record_with_its_cost(
    negotiating: Client, record: Customer, now: datetime
) -> None:
    """One condition of Art. 70 is not enough; with both it is in force, and a colleague may annul it."""
    url = address("plan", record)
    assert negotiating.post(url, typed(record)).status_code == 422
    both = {"conditions": ["beyond_ability", "willing"]}
    assert negotiating.post(url, typed(record) | both).status_code == 303
    plan = Arrangement.objects.get()
    assert (plan.method, str(plan.annual_percent), str(plan.cost_percent)) == ("equal_instalment", "18.000", "19.56")
    shown = negotiating.get(f"/c/{record.customer_no}/").content.decode()
    assert "个性化分期" in shown
    assert "19.56" in shown
    record.refresh_from_db()
    form = {"seen_version": str(record.version), "reason": "登记有误"}
    assert negotiating.post(address("plan_annul", record, plan.id), form).status_code == 403
    negotiating.force_login(factories.make_staff("supervisor", branch=record.branch))
    assert negotiating.post(address("plan_annul", record, plan.id), form).status_code == 303
    plan.refresh_from_db()
    assert plan.state == "annulled"


BOTH = {"conditions": ["beyond_ability", "willing"]}
TWO_LINES = {
    "waivers": "2", "component_1": "late_fee", "waived_1": "25", "unit_1": "percent",
    "component_2": "interest", "waived_2": "30.00", "unit_2": "yuan",
}  # fmt: skip


@pytest.fixture
def with_fees(negotiating: Client, record: Customer) -> Client:
    """The record's worst account with 400.00 of fees and 100.00 of interest."""
    Account.objects.filter(id=record.stage_account_id).update(fees_fen=40_000, interest_fen=10_000)
    return negotiating


def lines_of(page: str) -> list[tuple[str, str]]:
    """Return the component that is chosen and what is typed of each line on a page."""
    chosen = re.findall(r'name="component_(\d)".*?</select>', page, re.DOTALL)
    found = []
    for number in chosen:
        select = re.search(rf'name="component_{number}".*?</select>', page, re.DOTALL)
        typed = re.search(rf'<input[^>]*name="waived_{number}"[^>]*>', page)
        assert select is not None
        assert typed is not None
        component = re.search(r'value="(\w+)" selected', select[0])
        value = re.search(r'value="([^"]*)"', typed[0])
        found.append((component[1] if component else "", value[1] if value else ""))
    return found


def test_several_components_are_let_off_by_share_or_in_yuan(with_fees: Client, record: Customer, now: datetime) -> None:
    """The preview says what a share comes to; each is a waiver of its own, and lapses with the plan."""
    url = address("plan", record)
    shown = with_fees.post(url, typed(record, preview="1") | BOTH | TWO_LINES | {"total": "3000.00"}).content.decode()
    assert "100.00" in re.search(r"preview-title.*?<table", shown, re.DOTALL)[0]  # type: ignore[index]
    assert with_fees.post(url, typed(record, total="3000.00") | BOTH | TWO_LINES).status_code == 303
    plan = Arrangement.objects.get()
    rows = Waiver.objects.values_list("component", "amount_fen", "owed_fen", "arrangement").order_by("component")
    assert list(rows) == [("interest", 3_000, 10_000, plan.id), ("late_fee", 10_000, 40_000, plan.id)]


def test_each_line_is_held_against_the_authority(with_fees: Client, record: Customer, now: datetime) -> None:
    """One of two beyond the share, the sum, the month or the customer's all: the whole of it has to be asked for."""
    row = Authority.objects.filter(role="supervisor", component="late_fee")
    whole = row.values("most_percent", "most_fen", "most_month_fen", "most_customer_fen").get()
    for limit, value in {
        "most_percent": 24, "most_fen": 9_999, "most_month_fen": 9_999, "most_customer_fen": 9_999,
    }.items():  # fmt: skip
        row.update(**whole | {limit: value})
        record.refresh_from_db()
        form = typed(record, total="3000.00", seen_version=str(record.version)) | BOTH | TWO_LINES
        assert with_fees.post(address("plan", record), form).status_code == 303, limit
        assert Approval.objects.latest("id").payload["waived"] == {"late_fee": 10_000, "interest": 3_000}
        Approval.objects.all().delete()
    assert not Waiver.objects.exists()


def test_lines_are_added_and_taken_out_without_scripts(with_fees: Client, record: Customer, now: datetime) -> None:
    """What stands in the form stays, nothing is written, and a line taken out closes its gap."""
    url = address("plan", record)
    form = typed(record, reason="", total="77.00") | TWO_LINES
    more = with_fees.post(url, form | {"add_line": "1"}).content.decode()
    assert lines_of(more) == [("late_fee", "25"), ("interest", "30.00"), ("", "")]
    assert 'value="77.00"' in more
    assert 'value="percent" selected' in more
    less = with_fees.post(url, form | {"remove_line": "1"}).content.decode()
    assert lines_of(less) == [("interest", "30.00")]
    assert lines_of(with_fees.post(url, form | {"waivers": "1", "remove_line": "1"}).content.decode()) == [("", "")]
    full = with_fees.post(url, form | {"waivers": "999999", "add_line": "1"}).content.decode()
    assert len(lines_of(full)) == 6
    assert 'name="add_line"' not in full
    assert not Arrangement.objects.exists()


def test_a_line_that_says_half_is_refused(with_fees: Client, record: Customer, now: datetime) -> None:
    """A component without a sum, a sum without one, a share of nothing or too much, the same one twice."""
    for wrong in (
        {"waived_1": ""}, {"component_1": ""}, {"waived_1": "0"}, {"waived_1": "101"}, {"waived_1": "NaN"},
        {"waived_1": "half"}, {"waived_2": "half"}, {"component_2": "late_fee"},
    ):  # fmt: skip
        form = typed(record, total="3000.00") | BOTH | TWO_LINES | wrong
        assert with_fees.post(address("plan", record), form).status_code == 422, wrong
    assert not Arrangement.objects.exists()


def test_a_share_is_rounded_half_up_to_the_fen() -> None:
    assert [share_of(owed_fen=fen, percent=Decimal("12.5")) for fen in (0, 4, 12, 400)] == [0, 1, 2, 50]
