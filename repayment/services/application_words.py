"""What a negotiator reads of an application for an arrangement, in the bank's language whatever its customer's is."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from repayment.domain.formats import money_text
from repayment.models import ArrangementApplication
from repayment.selectors import means


def tell(*, row: ArrangementApplication, text: str, before: means.Refused | None) -> str:
    """Return an application in words: what is asked for, the means, ``text``, and the means that were said before.

    Amounts are in the currency of the account each is about.
    """
    with translation.override(settings.LANGUAGE_CODE):
        said = means.said_in(row)
        stays = {
            "instalment": _("What is paid beyond an instalment ends the plan sooner; the instalments stay."),
            "term": _("What is paid beyond an instalment makes the later ones smaller; the dates stay."),
        }
        lines = [
            _("%(offer)s, %(number)s instalments, the largest %(each)s")
            % {"offer": row.offer.name, "number": len(row.terms["lines"]), "each": _amount(said.largest_fen, said)},
            _means_line(said),
            stays.get(row.recalculates, ""),
            text,
        ]
        if before is not None:
            lines += [_("What was said of it before:"), *(_means_line(item, dated=True) for item in before.said)]
        return "\n".join(line for line in lines if line)


def elsewhere(*, row: ArrangementApplication, text: str) -> str:
    """Return the words of an application for whoever works on another account of the same customer."""
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join([_("Said on the account ending in %(tail)s:") % {"tail": row.account.tail}, text])


def _amount(fen: int, said: means.Said) -> str:
    return money_text(fen, currency=said.currency, language=settings.LANGUAGE_CODE)


def _means_line(said: means.Said, *, dated: bool = False) -> str:
    facts: Mapping[str, str] = {
        "day": said.on.isoformat(),
        "income": _amount(said.income_fen, said),
        "spent": _amount(said.spent_fen, said),
        "each": _amount(said.largest_fen, said),
    }
    if dated:
        words = _("%(day)s: income each month %(income)s, spent %(spent)s, for an instalment of %(each)s") % facts
    else:
        words = _("income each month %(income)s, spent on living and other debts %(spent)s") % facts
    if said.own_fen:
        words += _("; plans in force with us take up to %(own)s in a month") % {"own": _amount(said.own_fen, said)}
    if said.uncounted:
        words += _("; a plan in another currency is in force and not counted")
    return words
