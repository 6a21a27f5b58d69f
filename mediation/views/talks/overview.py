"""All talks of the customer who is in, and each by itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.views.customer_pages import own_page, show
from mediation.domain.kinds import Kind
from mediation.forms.table import WishForm
from mediation.models import Mediation
from mediation.selectors import own_talks, referrals, wall


def access(session: AccessSession, mediation_id: int) -> Mediation:
    """Return one of the customer's own talks, or 404."""
    try:
        return own_talks.access_talks(customer_id=session.customer_id, mediation_id=mediation_id)
    except own_talks.NoSuchTalksError as error:
        raise Http404 from error


@own_page
@require_safe
def overview(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show the customer's talks, the latest first."""
    context = {"talks": own_talks.talks_of(customer_id=session.customer_id), "now": clock.now()}
    return show(
        request, "mediation/talks/overview.html", context, session=session, time_zone=session.customer.time_zone
    )


@own_page
@require_safe
def talks(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show one of the customer's talks: what it is about, when and how it is held, and what may be done now."""
    return talks_page(request, session, access(session, mediation_id))


def talks_page(
    request: HttpRequest,
    session: AccessSession,
    mediation: Mediation,
    *,
    problem: str = "",
    changed: bool = False,
    wish: WishForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of one of the customer's talks; a problem, or that it has changed, stands on it.

    ``wish`` is the form of a longer term as it was filled in.
    """
    takes_wish, filed_at = False, None
    if mediation.kind == Kind.MEDIATION and mediation.state != "ended":
        standing = wall.wish_standing(mediation, now=clock.now())
        takes_wish, filed_at = standing.takes, standing.filed_at
    context = {
        "takes_wish": takes_wish,
        "wish_filed_at": filed_at,
        "wish_form": wish or WishForm(),
        "mediation": mediation,
        "problem": problem,
        "changed": changed,
        "now": clock.now(),
        "version": session.customer.version,
        "extension": referrals.waiting_extension(mediation),
    }
    return show(
        request,
        "mediation/talks/talks.html",
        context,
        status=status,
        session=session,
        time_zone=session.customer.time_zone,
    )
