"""The kill switch: who works with messages stops them with a reason, and lets them go on."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.services import clock, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.views.paging import page_of
from notifications.forms.halt import EndHaltForm, StaffHaltForm
from notifications.selectors import halts as selectors
from notifications.services import halts
from notifications.views.guard import staff_of


@login_required
@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Show what is halted and what was; begin a halt, or end one."""
    staff, now = staff_of(request), clock.now()
    if not (staff.may(halts.HALT) or staff.may("admin.read")):
        raise PermissionDenied
    form, refusal, status = StaffHaltForm(), "", 200
    if request.method == "POST":
        try:
            if "end" in request.POST:
                _end(request, staff, now)
                return redirect("notifications:halts")
            form = StaffHaltForm(request.POST)
            if form.is_valid():
                halts.begin(**form.cleaned_data, by=staff, now=now)
                return redirect("notifications:halts")
            status = 422
        except RefusedError as error:
            refusal = refusal_texts.refusal_text(error)
            status = 403 if isinstance(error, NotAllowedError) else 422
    context = {
        "halts": [(halt, None if halt.provider else selectors.waiting(halt, now=now)) for halt in selectors.in_force()],
        "ended": page_of(request, selectors.ended(), name="ended"),
        "form": form,
        "refusal": refusal,
        "may_halt": staff.may(halts.HALT),
    }
    return render(request, "notifications/halts.html", context, status=status)


def _end(request: HttpRequest, staff: Staff, now: datetime) -> None:
    """End a halt. Raise RefusedError when nothing is said of why."""
    form = EndHaltForm(request.POST)
    if not form.is_valid():
        raise RefusedError("reason_missing")
    halts.end(halt_id=number_of(request.POST["end"]) or 0, by=staff, now=now, reason=form.cleaned_data["reason"])
