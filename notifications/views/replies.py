"""What customers answered: on the records in scope, and from numbers that are on no record."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collections_app.domain.typed import number_of
from collections_app.selectors import records
from collections_app.services import clock
from notifications.selectors import replies as selectors
from notifications.views.guard import staff_of


@login_required
@require_GET
def replies(request: HttpRequest) -> HttpResponse:
    """List replies, fifty a page. Texts are read on the record where each look needs a purpose, else here."""
    staff = staff_of(request)
    unknown = request.GET.get("of") == "nobody"
    before = number_of(request.GET.get("before", ""))
    rows, following = selectors.page(staff=staff, unknown=unknown, before=before, now=clock.now())
    context = {
        "rows": rows,
        "next_before": following,
        "unknown": unknown,
        "may_read_unknown": staff.may(selectors.READS_UNKNOWN),
        "needs_purpose": records.needs_purpose(staff),
    }
    return render(request, "notifications/replies.html", context)
