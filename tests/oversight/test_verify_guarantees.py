"""The command: a sound bank passes, a broken one ends with exit 1 and names the records."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.oversight.conftest import Bank

pytestmark = pytest.mark.django_db
Plant = Callable[..., None]


def test_a_sound_bank_keeps_all_ten(bank: Bank) -> None:
    """One line for each guarantee, in order, and the command ends well."""
    out = StringIO()
    call_command("verify_guarantees", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == [f"G{number}" for number in range(1, 11)]
    assert all(" kept " in line and " 0 violations" in line for line in lines), out.getvalue()
    assert "log of" in lines[6]


def test_a_violation_ends_with_exit_1_and_names_the_customer(bank: Bank, plant: Plant) -> None:
    plant("UPDATE collections_app_customer SET overdue_fen = overdue_fen + 1 WHERE id = %s", bank.free.id)
    out = StringIO()
    with pytest.raises(CommandError, match=r"Violated: G1 \(1\)"):
        call_command("verify_guarantees", stdout=out)
    assert f"{bank.free.customer_no}: stored overdue_fen differ from the facts" in out.getvalue()


def test_one_record_can_be_audited_alone(bank: Bank, plant: Plant) -> None:
    """A breach elsewhere is not looked at."""
    plant("UPDATE collections_app_customer SET overdue_fen = overdue_fen + 1 WHERE id = %s", bank.free.id)
    out = StringIO()
    call_command("verify_guarantees", customer=bank.promiser.customer_no, stdout=out)
    assert "1 checked" in out.getvalue().splitlines()[0]
    with pytest.raises(CommandError):
        call_command("verify_guarantees", customer=bank.free.customer_no, only=["g1"], stdout=out)


@pytest.mark.parametrize("options", [{"customer": "C-nobody"}, {"only": ["G11"]}])
def test_what_does_not_exist_is_refused(bank: Bank, options: dict[str, object]) -> None:
    with pytest.raises(CommandError, match="There is no"):
        call_command("verify_guarantees", stdout=StringIO(), **options)
