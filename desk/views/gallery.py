"""The component gallery: every component of the desk in all its states, for who builds pages."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collections_app.domain.staff import DEPARTMENTS
from collections_app.domain.statuses import Status
from collections_app.models import Account
from collections_app.services import clock
from desk.forms.find import FindForm, PurposeForm
from desk.views.permit_words import Banner
from desk.views.timeline import Day, Item


@login_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components. Only where there are no customers."""
    if settings.MODE == "production":
        raise Http404
    refused = FindForm({"q": ""})
    refused.is_valid()
    context = {
        "statuses": [status.value for status in Status],
        "promise_states": ["active", "due", "awaiting_posting", "kept", "partly_kept", "broken", "withdrawn"],
        "form": FindForm({"q": _("Chen Xiaomei")}),
        "refused_form": refused,
        "purpose_form": PurposeForm(),
        "permits": _permits(),
        "days": _days(),
        "account": _account(),
        "departments": list(DEPARTMENTS),
    }
    return render(request, "desk/gallery.html", context)


def _permits() -> list[Banner]:
    return [
        Banner(True, _("May be called now"), _("All rules of contact are met at this moment; a call asks again.")),
        Banner(
            False,
            _("No collection now"),
            _("%(reason)s. Calls that come in may be taken.") % {"reason": _("Promise pending")},
        ),
    ]


def _account() -> Account:
    """An account with sums of eight digits, never saved."""
    today = timezone.localtime(clock.now()).date()
    return Account(
        currency="CNY",
        overdue_fen=1_234_567_890,
        core_overdue_fen=1_334_567_890,
        minimum_due_fen=123_456_789,
        billed_fen=1_234_567_890,
        payoff_fen=1_298_765_432,
        payoff_valid_until=today + timedelta(days=3),
        unbilled_fen=0,
        data_as_of=today - timedelta(days=1),
        synthetic=["due_on"],
    )


def _days() -> list[Day]:
    now = clock.now()
    first = Item(3, now, "service", _("Wang Fang"), _("Promise to pay"), "self_promise", "4:12", "", True, True)
    second = Item(
        2, now - timedelta(days=1), "system", _("System"), _("Messages"), "", _("delivered"), "", False, False
    )
    return [Day(timezone.localtime(item.at).date(), [item], item.is_new) for item in (first, second)]
