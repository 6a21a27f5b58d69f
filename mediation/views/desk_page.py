"""The mediator's desk: one page for a session, as the mediator or the bank's representative may see it."""

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from collections_app.forms.keyed import KeyedForm
from collections_app.models import Account
from collections_app.services import clock
from collections_app.services.errors import KeyReusedError, RefusedError
from mediation.domain.calculator import Column, column
from mediation.domain.law import DISPUTE_TYPES, type_of
from mediation.domain.sides import Side
from mediation.forms.table import (
    MOST_COLUMNS,
    MeansForm,
    ProposalForm,
    RecordingForm,
    RoundForm,
    calculator_choices,
    method_choices,
)
from mediation.models import Session
from mediation.selectors import passages, similar, wall
from mediation.selectors.people.seated import kept_away
from mediation.selectors.sessions import BANK_ZONE, account_of
from mediation.services import fact_sheets
from mediation.services.refusals import sentences, text_of
from mediation.views.guards import staff_of, staff_only
from mediation.views.sessions import access


@dataclass
class Sent:
    """What was sent to the desk and refused: its forms as they were filled in, and why."""

    forms: dict[str, Any] = field(default_factory=dict)
    error: RefusedError | None = None
    status: int = 409


def access_desk(request: HttpRequest, session_id: int) -> tuple[Session, wall.Reader]:
    """Return one of the person's own sessions and what they are in it. Raise Http404 where there is no desk.

    The bank's own negotiation has none: nobody stands between the parties.
    """
    row = access(request, session_id)
    try:
        return row, wall.at_session(session=row, staff=staff_of(request))
    except wall.BehindTheWallError as error:
        raise Http404 from error


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def desk(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the desk of a session."""
    row, reader = access_desk(request, session_id)
    return desk_page(request, row, reader)


def desk_page(request: HttpRequest, row: Session, reader: wall.Reader, sent: Sent | None = None) -> HttpResponse:
    """Return the desk; what was refused stands on it with its reason, and what was typed is kept."""
    sent = sent or Sent(status=200)
    now = clock.now()
    account = account_of(row)
    if isinstance(sent.error, KeyReusedError):
        for form in sent.forms.values():
            if isinstance(form, KeyedForm):
                form.renew_key()
    sheet = wall.facts_of(reader=reader, now=now)
    context: dict[str, Any] = {
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "account": account,
        "is_mediator": reader.is_mediator,
        "side": reader.side,
        "live": row.state in {"scheduled", "in_session"},
        "sheet": sheet,
        "sheet_hash": wall.facts_hash(sheet.undisputed) if sheet else "",
        "sheet_outdated": sheet is not None and fact_sheets.outdated(mediation=row.mediation, view=sheet),
        "may_confirm": _may_confirm(sheet, reader),
        "round": wall.round_of(reader=reader, now=now),
        "problems": sentences(sent.error) if sent.error else [],
        "now": now,
    }
    context |= _law(request, row, account)
    context |= _mediators_part(row, reader, sent) if reader.is_mediator else _banks_part(context, sent)
    context |= _calculator(request, account, context.get("means"))
    return render(request, "mediation/desk/desk.html", context, status=sent.status)


def _may_confirm(sheet: wall.SheetView | None, reader: wall.Reader) -> bool:
    if sheet is None or reader.side is None:
        return False
    return bool(sheet.all_marked and sheet.undisputed and reader.side not in sheet.confirmed)


def _law(request: HttpRequest, row: Session, account: Account) -> dict[str, Any]:
    kind = type_of(request.GET.get("type", "") or row.mediation.dispute_type)
    language = get_language() or "zh"
    return {
        "dispute_type": kind,
        "dispute_types": [(code, term.text(language)) for code, term in DISPUTE_TYPES.items()],
        "passages": passages.passages_for(product=account.product, dispute_type=kind),
    }


def _mediators_part(row: Session, reader: wall.Reader, sent: Sent) -> dict[str, Any]:
    """What only the mediator sees: the means, past cases, references of recordings, and the forms that write them."""
    now = clock.now()
    return {
        "means": wall.means_of(reader=reader, now=now),
        "wish": wall.wish_of(reader=reader, now=now),
        "similar": similar.similar_to(row.mediation),
        "recordings": wall.recordings_of(session=row, reader=reader, now=now),
        "means_form": sent.forms.get("means") or MeansForm(),
        "voice_barred": kept_away(session=row, staff=row.representative),
        "round_form": sent.forms.get("round") or RoundForm(initial={"closes_at": RoundForm.usual(now)}),
        "recording_form": sent.forms.get("recording") or RecordingForm(),
    }


def _banks_part(context: dict[str, Any], sent: Sent) -> dict[str, Any]:
    """What the representative may say: a proposal while a round is open. Of the means they see nothing."""
    seen = context["round"]
    initial = {"round": seen.round.id} if seen else {}
    return {
        "means": None,
        "proposal_form": sent.forms.get("proposal") or ProposalForm(side=Side.BANK, initial=initial),
        "typed_facts": sent.forms.get("facts", {}),
    }


def _calculator(request: HttpRequest, account: Account, means: wall.OwnMeans | None) -> dict[str, Any]:
    choices, typed = calculator_choices(dict(request.GET.lists()))
    today = clock.now().astimezone(BANK_ZONE).date()
    affordable = means.figures.affordable_fen if means else None
    columns: list[tuple[dict[str, str], Column | None]] = []
    for choice, row in zip(choices, typed, strict=True):
        shown = None
        if choice is not None and account.payoff_fen > 0:
            shown = column(choice, payoff_fen=account.payoff_fen, today=today, affordable_fen=affordable)
        columns.append((row, shown))
    return {
        "columns": columns,
        "draftable": any(plan is not None and plan.may_be_drafted for _typed, plan in columns),
        "spare_column": len(columns) < MOST_COLUMNS,
        "methods": method_choices(get_language() or "zh"),
        "unreadable": text_of("calculator_unreadable"),
    }
