"""The one list of what needs somebody."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collections_app.domain.alerts import ALERT_KINDS
from collections_app.models import Alert, Staff
from collections_app.selectors.alerts import open_alerts
from collections_app.services import alerts, clock, refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.templatetags.terms import details
from oversight.views.alert_help import help_for
from oversight.views.guard import for_staff


@dataclass(frozen=True, slots=True)
class Listed:
    """An alert in words."""

    alert: Alert
    name: str
    help: str
    details: list[tuple[str, str]]


@for_staff()
@require_safe
def listing(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the open alerts that concern this person, the newest first, and what to do about each."""
    language = get_language() or "zh-hans"
    listed = [
        Listed(
            alert=alert,
            name=ALERT_KINDS[alert.kind].text(language) if alert.kind in ALERT_KINDS else alert.kind,
            help=help_for(alert.kind),
            details=details(alert.detail),
        )
        for alert in open_alerts(staff)
    ]
    part = "#list" if request.headers.get("HX-Request") == "true" else ""
    context = {"alerts": listed, "may_resolve": staff.may("alert.resolve")}
    return render(request, f"oversight/alerts.html{part}", context)


@for_staff("alert.resolve")
@require_POST
def resolve(request: HttpRequest, staff: Staff, alert_id: int) -> HttpResponse:
    """Close an alert by hand. One that is closed already, or is not this person's, is said to be so."""
    concerned = open_alerts(staff).filter(pk=alert_id).exists()
    try:
        alerts.resolve(alert_id=alert_id if concerned else 0, actor=Actor.of(staff), now=clock.now())
    except RefusedError as error:
        messages.error(request, refusal_texts.refusal_text(error))
    else:
        messages.success(request, _("The alert is closed. It opens again if its cause comes back."))
    return redirect("oversight:alerts")
