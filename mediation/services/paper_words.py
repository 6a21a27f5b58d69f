"""Words and sums of the papers that both sides sign and a court reads: nobody's own voice, and sums that add up."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from collections_app.domain.money import yuan_text
from collections_app.models import Account

if TYPE_CHECKING:
    from mediation.services.drafts import Wording


def neutral(text: str) -> str:
    """Return a Chinese term of the bank's own screens as a paper of both sides says it.

    There the bank is a party like the customer, not the one who speaks: least of all in a mediator's paper.
    """
    return text.replace("本行", "银行")


def owed(account: Account) -> list[tuple[str, int]]:
    """Return the components of the payoff, each with its fen; together they are the payoff.

    The core states principal, interest and fees by its books, and the payoff to its own day: what has accrued or was
    paid since stands in a line of its own, below zero where more was paid. A sum that does not add up is none a court
    takes.
    """
    booked = [
        (_("Principal"), account.principal_fen),
        (_("Interest"), account.interest_fen),
        (_("Fees"), account.fees_fen),
    ]
    since = account.payoff_fen - sum(fen for _name, fen in booked)
    return [*booked, (_("Accrued, less paid, since the books"), since)] if since else booked


def left(account: Account, wording: "Wording") -> list[str]:
    """Return the sentence on what an agreement leaves owed; none where it is about all of it.

    A court confirms no agreement whose content is unclear (interpretation of the Civil Procedure Law, article 358), and
    nobody should read the sum of the instalments as the end of the debt.
    """
    fen = wording.left_fen(account)
    said = _("Of what is owed, %(left)s %(currency)s is neither paid by these instalments nor let off: it stays owed.")
    return [said % {"left": yuan_text(fen), "currency": account.currency}] if fen else []
