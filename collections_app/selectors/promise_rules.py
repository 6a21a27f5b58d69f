"""What may be promised on an account today."""

from collections.abc import Iterable
from datetime import date

from collections_app.domain.promises import Limits, limits
from collections_app.models import Account, PromiseRule

# Used until an administrator has stated rules for the product: the bank's starting policy.
_DEFAULT = PromiseRule()


def limits_for(*, account: Account, today: date) -> Limits:
    """Return the limits of a promise on this account: its stage's rule, else its product's, else the bank's."""
    rows = PromiseRule.objects.filter(product=account.product, stage__in=["", account.stage]).order_by("-stage")
    return _limits(account, rows.first() or _DEFAULT, today)


def limits_of(*, accounts: Iterable[Account], today: date) -> dict[int, Limits]:
    """Return the limits of a promise on each of these accounts by its id. One query."""
    rules = {(rule.product, rule.stage): rule for rule in PromiseRule.objects.all()}
    return {
        account.pk: _limits(
            account,
            rules.get((account.product, account.stage)) or rules.get((account.product, "")) or _DEFAULT,
            today,
        )
        for account in accounts
    }


def _limits(account: Account, rule: PromiseRule, today: date) -> Limits:
    return limits(
        today=today,
        overdue_fen=account.overdue_fen,
        minimum_due_fen=account.minimum_due_fen,
        smallest_percent=rule.smallest_percent,
        longest_days=rule.longest_days,
        most_parts=rule.most_parts,
        most_redates=rule.most_redates,
        tolerance_fen=rule.tolerance_fen,
    )
