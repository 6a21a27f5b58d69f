"""Finding a customer; staff of the whole institution say why before a record opens."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from collections_app.domain import phones
from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock, contact_points, searches
from collections_app.services.records import Actor
from desk.forms.find import FindForm, PurposeForm, SearchForm
from desk.selectors import find as finding
from desk.selectors import phone_calls


@login_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show the search and what it found."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    # The number of one's own call goes from the record of the call into the box, never through the address.
    wide = records.needs_purpose(staff)
    kind = SearchForm if wide else FindForm
    asked_for = request.GET.get("purpose", "")
    purpose = asked_for if asked_for in records.LOOK_UP_PURPOSES else "call_in"
    initial = {"q": _called_number(staff, request), "purpose": purpose}
    form = kind(request.GET if "q" in request.GET else None, initial=initial)
    found, by = [], {}
    if form.is_bound and form.is_valid():
        text, now = form.cleaned_data["q"], clock.now()
        found = finding.find(staff=staff, text=text, now=now)
        searches.log(text=text, purpose=purpose, found=len(found), actor=Actor.of(staff), now=now)
        by = finding.matched(found, text=text)
    wanted = None
    if number := request.GET.get("open", ""):
        try:
            wanted = records.access_record(staff=staff, customer_no=number, now=clock.now())
        except records.NoSuchRecordError as error:
            raise Http404 from error
    context = {
        "form": form,
        "found": [(customer, by[customer.pk]) for customer in found],
        "most": finding.MOST,
        "wanted": wanted,
        "needs_purpose": wide,
        "purpose": purpose,
        "purpose_form": PurposeForm(initial={"next": request.GET.get("next", ""), "purpose": purpose}),
    }
    return render(request, "desk/find/page.html", context)


def _called_number(staff: Staff, request: HttpRequest) -> str:
    """Return the number of the call the address names, if it is at this person's telephone now."""
    wanted = number_of(request.GET.get("call", ""))
    call = phone_calls.current(staff=staff, now=clock.now()) if wanted is not None else None
    return phones.national(call.number) if call is not None and call.id == wanted else ""


@login_required
@require_POST
def open_with_purpose(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Log why a record is opened, and open it."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    try:
        customer = records.access_record(staff=staff, customer_no=customer_no, now=clock.now())
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
