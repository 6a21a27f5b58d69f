"""Finding a customer; staff of the whole institution say why before a record opens."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock, contact_points
from collections_app.services.records import Actor
from desk.forms.find import FindForm, PurposeForm
from desk.selectors import find as finding


@login_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show the search and what it found."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    form = FindForm(request.GET if "q" in request.GET else None)
    found = finding.find(staff=staff, text=form.cleaned_data["q"]) if form.is_bound and form.is_valid() else []
    wanted = None
    if number := request.GET.get("open", ""):
        try:
            wanted = records.access_record(staff=staff, customer_no=number)
        except records.NoSuchRecordError as error:
            raise Http404 from error
    context = {
        "form": form,
        "found": found,
        "most": finding.MOST,
        "wanted": wanted,
        "needs_purpose": records.needs_purpose(staff),
        "purpose_form": PurposeForm(initial={"next": request.GET.get("next", "")}),
    }
    return render(request, "desk/find/page.html", context)


@login_required
@require_POST
def open_with_purpose(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Log why a record is opened, and open it."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    try:
        customer = records.access_record(staff=staff, customer_no=customer_no)
    except records.NoSuchRecordError as error:
        raise Http404 from error
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('desk:find')}?{urlencode({'open': customer_no})}")
    contact_points.log_look(
        customer_id=customer.id, purpose=form.cleaned_data["purpose"], actor=Actor.of(staff), now=clock.now()
    )
    then = form.cleaned_data["next"]
    # Only back to where they were sent from, on this very site.
    if not url_has_allowed_host_and_scheme(then, allowed_hosts=None):
        then = reverse("desk:record", args=[customer_no])
    return HttpResponseRedirect(then)
