"""Sending a message by hand: choose what it is, read it as it would be sent, send it."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collections_app.domain.typed import number_of
from collections_app.models import Account, Customer, Event
from collections_app.services import clock, records
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.views.once import once
from notifications.domain.kinds import MessageKind
from notifications.domain.typed_words import MOST_SIGNS
from notifications.services import asked
from notifications.views.guard import access_record, staff_of


def _to_messages(request: HttpRequest, customer_no: str) -> HttpResponse:
    return redirect("notifications:record", customer_no=customer_no)


@login_required
@require_http_methods(["GET", "POST"])
@once(again=_to_messages)
def ask(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show the kinds a person may send and the text of the chosen one; queue it when asked to, else show why not."""
    now = clock.now()
    customer = access_record(request, customer_no, now=now)
    kinds = asked.offered(staff=staff_of(request))
    if not kinds:
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    kind = next((row for row in kinds if row.code == given.get("kind", "")), None)
    typed = request.POST.get("typed", "")
    refused: RefusedError | None = None
    changes: Sequence[Event] = []
    if request.method == "POST" and kind is not None and "save" in request.POST:
        try:
            _send(request, customer, kind, typed, now)
        except StaleWriteError as stale:
            changes = stale.changes
        except RefusedError as error:
            refused = error
        else:
            return _to_messages(request, customer_no)
        customer.refresh_from_db()
    status = 409 if refused or changes else 200
    context = {"customer": customer, "kinds": kinds, "refused": refused, "changes": changes, "typed": typed}
    if kind is not None:
        context |= _chosen(request, customer, kind, number_of(given.get("account", "")), typed, now)
    return render(request, "notifications/ask.html", context, status=status)


def _chosen(
    request: HttpRequest, customer: Customer, kind: MessageKind, account_id: int | None, typed: str, now: datetime
) -> dict[str, object]:
    choice = asked.accounts(kind=kind, customer=customer)
    account: Account | None = next((row for row in choice if row.pk == account_id), choice[0] if choice else None)
    shown = None
    given = request.POST if request.method == "POST" else request.GET
    by = given.get("by", "") if given.get("by", "") in asked.ways(kind) else ""
    if kind.harmless or account is not None:
        shown = asked.preview(
            customer=customer, kind=kind, account=account, typed=typed, now=now, staff=staff_of(request), by=by
        )
    return {
        "kind": kind,
        "by": by,
        "ways": asked.ways(kind),
        "accounts": choice,
        "account": account,
        "preview": shown,
        "most": MOST_SIGNS.get(kind.typed),
    }


def _send(request: HttpRequest, customer: Customer, kind: MessageKind, typed: str, now: datetime) -> None:
    asked.send(
        customer_id=customer.pk,
        kind_code=kind.code,
        account_id=number_of(request.POST.get("account", "")),
        typed=typed,
        by=request.POST.get("by", ""),
        actor=records.Actor.of(staff_of(request)),
        seen_version=number_of(request.POST.get("seen_version", "")) or 0,
        now=now,
    )
