"""Money seen on an account: each fen once, in doubt for the customer."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.money_seen import CoreMoney, MoneySeen, OwnMoney
from collections_app.domain.promises import Part, first_uncovered, judge_part, may_judge

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)
DAY = date(2026, 11, 20)


def own(fen: int, hours: int = 1, *, named: bool = True) -> OwnMoney:
    return OwnMoney(START + timedelta(hours=hours), fen, named)


def core(fen: int, days: int = 0, *, gap: int = 0) -> CoreMoney:
    latest = DAY + timedelta(days=days)
    return CoreMoney(latest - timedelta(days=gap), latest, START + timedelta(days=days, hours=20), fen)


def total(*items: OwnMoney | CoreMoney) -> int:
    return money(*items).total_fen


def money(*items: OwnMoney | CoreMoney) -> MoneySeen:
    mine = [item for item in items if isinstance(item, OwnMoney)]
    return MoneySeen(mine, [item for item in items if isinstance(item, CoreMoney)]).since(START, zone=ZONE)


def test_what_was_there_before_does_not_count() -> None:
    """Nor does a file of the day before that came in afterwards."""
    late = CoreMoney(DAY - timedelta(days=1), DAY - timedelta(days=1), START + timedelta(hours=1), 50)
    assert total(own(100, -1), late, own(7), core(5)) == 12


def test_a_fall_is_first_taken_for_own_payments_the_core_has_not_named() -> None:
    assert total(own(100, named=False), core(100)) == 100
    assert total(own(100, named=False), core(130)) == 130
    assert total(own(100), core(100)) == 200


def test_a_fall_before_the_day_of_an_unnamed_payment_is_other_money() -> None:
    assert total(core(100), own(100, 30, named=False)) == 200


def test_what_goes_out_again_takes_back_the_newest_first() -> None:
    """Also when it came before: then nothing of what came since is lost."""
    assert total(core(100), core(50, 1), core(-70, 2)) == 80
    old = CoreMoney(DAY - timedelta(days=9), DAY - timedelta(days=9), START - timedelta(days=8), 500)
    assert total(old, core(-500, 1), core(40, 2)) == 40


def test_money_known_at_an_instant_leaves_out_what_has_gone_since() -> None:
    seen = MoneySeen([own(10), own(20, 90)], [core(100), core(-100, 2)])
    assert seen.until(START + timedelta(days=1)).total_fen == 10


def test_a_gap_between_files_makes_nobody_late() -> None:
    """It may have come in on the first day of the gap."""
    assert money(core(100, 3, gap=2)).by_end_of(DAY + timedelta(days=1), zone=ZONE) == 100
    assert money(core(100, 3)).by_end_of(DAY + timedelta(days=1), zone=ZONE) == 0


def test_parts_are_covered_in_their_order() -> None:
    """Money of the first part's day after it is late for it and in time for the second."""
    parts = [Part(DAY, 100), Part(DAY + timedelta(days=5), 100)]
    seen = money(own(60), own(45, 24))
    assert [judge_part(parts, index, money=seen, zone=ZONE, tolerance_fen=5) for index in (0, 1)] == [
        "kept_late",
        "partly_kept",
    ]
    assert [first_uncovered(parts, paid_fen=fen, tolerance_fen=5) for fen in (94, 95, 195)] == [0, 1, None]


def test_a_part_is_judged_the_morning_after_on_the_data_of_its_day() -> None:
    morning = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)
    assert may_judge(day=DAY, local=morning, posted_through=DAY)
    assert may_judge(day=DAY, local=morning, posted_through=None)
    assert not may_judge(day=DAY, local=morning, posted_through=DAY - timedelta(days=1))
    assert not may_judge(day=DAY, local=morning - timedelta(minutes=1), posted_through=DAY)


def test_a_bounce_raises_what_the_payment_had_lowered() -> None:
    amounts = FiveAmounts(100, 30, 400, 500, None, 60)
    lowered = amounts.lowered_by(430)
    assert lowered == {
        "overdue_fen": 100,
        "minimum_due_fen": 30,
        "billed_fen": 400,
        "payoff_fen": 430,
        "unbilled_fen": 30,
    }
    assert amounts.after_payment(430).raised_by(lowered) == amounts
