"""The command: a sound bank passes, a broken one ends with exit 1 and names the records."""

from collections.abc import Callable
from io import StringIO
from types import ModuleType, SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from oversight.management.commands import verify_guarantees
from oversight.selectors.guarantees import AUDITS
from oversight.selectors.guarantees.finding import Finding
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


def test_audits_that_run_at_once_are_shown_in_order_whichever_began_first(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def answer(audit: ModuleType, customer_id: int | None) -> tuple[Finding, float]:
        begun.append(audit.CODE)
        return Finding(), 0.0

    monkeypatch.setattr(verify_guarantees, "connection", SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr(verify_guarantees, "_look_apart", answer)
    monkeypatch.setattr(verify_guarantees, "AT_ONCE", 1)
    shown = [audit.CODE for audit, _found, _seconds in verify_guarantees.look(AUDITS)]
    assert shown == [f"G{number}" for number in range(1, 11)]
    assert sorted(begun) == sorted(shown)
    assert begun[: len(verify_guarantees.DEAREST)] == list(verify_guarantees.DEAREST)
