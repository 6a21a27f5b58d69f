"""Which payment is the one a customer spoke of, from what was said and what came alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.claims import is_the_one


def test_a_payment_is_the_one_spoken_of_by_amount_way_day_and_beginning(now: datetime) -> None:
    """A day late by another bank is still it; another way, an earlier day, or what was begun after is not."""
    yesterday, earlier, later = now - timedelta(days=1), now - timedelta(minutes=5), now + timedelta(days=1)
    zone = ZoneInfo("Asia/Shanghai")

    def is_it(fen: int, channel: str, begun: datetime, made: datetime, said: str = "counter") -> bool:
        claimed = (10_000, said, yesterday.date(), now)
        return is_the_one(claimed=claimed, paid=(fen, channel, begun, made), zone=zone)

    assert is_it(10_000, "counter", yesterday, yesterday)
    assert is_it(200_000, "app", earlier, earlier, said="not_said")
    assert is_it(10_000, "interbank", later, later, said="interbank")
    assert not is_it(9_999, "counter", yesterday, yesterday)
    assert not is_it(200_000, "app", earlier, earlier)
    assert not is_it(10_000, "counter", later, later)
    assert not is_it(10_000, "counter", yesterday - timedelta(days=1), yesterday - timedelta(days=1))
    assert not is_it(10_000, "interbank", later, now + timedelta(days=4), said="interbank")
