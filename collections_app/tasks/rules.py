"""Testing drafts of contact rules on contacts of the past."""

from celery import shared_task

from collections_app.services import backtests, clock


@shared_task(name="rules.backtest")
def run_backtest(backtest_id: int) -> None:
    """Go through the customers of one test."""
    backtests.run(backtest_id=backtest_id, now=clock.now())


@shared_task(name="rules.run_backtests")
def run_backtests() -> int:
    """Go on with the tests whose wake-up was lost."""
    return backtests.run_waiting(now=clock.now())
