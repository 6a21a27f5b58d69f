"""The rows of a worklist as HTML. Fifty of them are most of what the page costs, so no template is walked for each."""

from collections.abc import Sequence
from functools import cache
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from collections_app.domain.told.verdicts import FLAGGED
from collections_app.templatetags.terms import dept_mark, yuan
from desk.views.rows import RowText

_ROW = (
    '<li id="row-{id}" data-live-record="{id}" data-version="{version}">'
    '<a class="row-link{claimed}" data-row-link href="{address}"{current}>'
    '<span class="row-name" title="{name}">{name}'
    ' <span class="row-here" data-here-of="{id}" id="here-{id}" hx-morph-skip></span></span>'
    '<span class="row-amount">{amount}</span>'
    '<span class="row-why">{mark}<span title="{why}{place}">{why}</span></span>'
    '<span class="row-when">{when}</span></a></li>\n'
)


def lines(rows: Sequence[RowText], *, query: str, after: str, current_no: str) -> SafeString:
    """Return the rows of a list, each a link to its record; ``query`` and ``after`` lead back to the list."""
    before, behind = reverse("desk:record", args=["_"]).rsplit("_", 1)
    behind += f"?{query}" + (f"&after={after}" if after else "")
    words = _Words()
    return mark_safe("".join(_line(item, words, (before, behind), current_no) for item in rows))  # noqa: S308  every value is escaped below


class _Words:
    """The marks that many rows share, put together once a page."""

    def __init__(self) -> None:
        self.risk = f'<span class="pill pill-bad">{escape(_("Risk to life"))}</span>'
        self.incident = f'<span class="pill pill-bad">{escape(_("Incident"))}</span>'
        self.mark = cache(self._mark)
        self.told = cache(self._told)

    @staticmethod
    def _mark(department: str) -> str:
        sign = escape(dept_mark(department))
        return f'<span class="badge-dept dept-{escape(department)}" aria-hidden="true">{sign}</span>'

    @staticmethod
    def _told(state: str) -> str:
        return render_to_string("desk/worklist/_told.html", {"state": state})


def _line(item: RowText, words: _Words, address: tuple[str, str], current_no: str) -> str:
    row, customer = item.row, item.row.customer
    if row.stopped:
        when = words.incident
    elif customer.told_state in FLAGGED:
        when = words.told(customer.told_state)
    else:
        when = "" if row.at_risk else escape(item.step)
    return _ROW.format(
        id=customer.id,
        version=customer.version,
        claimed=" is-claimed" if row.claim else "",
        address=escape(quote(customer.customer_no, safe="").join(address)),
        current=' aria-current="true"' if customer.customer_no == current_no else "",
        name=escape(customer.name),
        amount=words.risk if row.at_risk else yuan(row.amount_fen),
        mark=words.mark(item.mark) if item.mark else "",
        why=escape(item.why),
        place=escape(f" · {item.place}") if item.place else "",
        when=when,
    )
