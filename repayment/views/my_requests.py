"""My requests: what the customer asked for or said, how it stands, and what was answered."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from repayment.forms.papers import MorePapersForm
from repayment.selectors import account_page
from repayment.selectors import requests as selectors
from repayment.services import requests as services
from repayment.views.account import show_account
from repayment.views.pages import own_page, show


@own_page
@require_safe
def my_requests(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show all requests and complaints with their states, days, words and papers."""
    now = clock.now()
    page = account_page.read(customer_id=session.customer_id, now=now)
    letters = selectors.letters(customer_id=session.customer_id, now=now)
    context = {
        "page": page,
        "today": page.today,
        "requests": selectors.of_customer(customer_id=session.customer_id),
        "complaints": [(complaint, letters.get(complaint.pk, [])) for complaint in page.complaints],
    }
    return show(request, "my_requests.html", context, session=session, time_zone=page.customer.time_zone)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def more_papers(request: HttpRequest, handoff_id: int, *, session: AccessSession) -> HttpResponse:
    """Take papers or words that the customer adds to an open request."""
    page = account_page.read(customer_id=session.customer_id, now=clock.now())
    found = {row.handoff.pk: row for row in selectors.of_customer(customer_id=session.customer_id)}
    row = found.get(handoff_id)
    if row is None:
        raise Http404
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MorePapersForm(*given)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_papers(
                customer_id=session.customer_id,
                handoff_id=handoff_id,
                files=form.cleaned_data["papers"],
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except RefusedError as error:
            return show_account(request, session, status=409, problem=error.code)
        return redirect("repayment:sent", "papers")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "row": row, "page": page, "today": page.today}
    return show(request, "more_papers.html", context, status=status, session=session, time_zone=page.customer.time_zone)
