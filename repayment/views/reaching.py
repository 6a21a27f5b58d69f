"""How a customer wants to be reached: a wrong number, a call at an hour, channels to leave alone, a representative."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from collections_app.domain.purposes import CHANNELS
from collections_app.models import AccessSession
from collections_app.services import channel_stops, clock, records, working_time
from repayment.domain.formats import day_text
from repayment.forms.reaching import CallbackForm, ChannelsForm, RepresentativeForm, WrongPersonForm
from repayment.selectors import account_page as selectors
from repayment.selectors import numbers
from repayment.services import reaching, requests
from repayment.views.pages import own_page
from repayment.views.saying import METHODS, choice, lines, serve


@own_page
@require_http_methods(METHODS)
def wrong_person(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the word that a number or a person is wrong."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = WrongPersonForm(request.POST or None, numbers=numbers.own(customer_id=session.customer_id))

    def send(data: dict[str, Any]) -> None:
        text = lines([choice(form, "reason"), data["text"]])
        if data["reason"] == "person" and page.parts:
            # Somebody else's debt is looked into like an account opened in their name, the worst one first.
            requests.ask(
                customer_id=session.customer_id,
                kind="fraud_claim",
                account_id=page.parts[0].account.pk,
                text=text,
                now=clock.now(),
            )
            return
        reaching.disown_number(
            customer_id=session.customer_id, contact_point_id=data.get("number"), text=text, now=clock.now()
        )

    return serve(request, session, page, "wrong_person", form, send)


@own_page
@require_http_methods(METHODS)
def callback(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the wish for a call at an hour at which the branch works."""
    now = clock.now()
    page = selectors.read(customer_id=session.customer_id, now=now)
    zone = ZoneInfo(page.customer.time_zone)
    language = get_language() or "zh-hans"
    hours = [
        (hour, f"{day_text(here.date(), today=page.today, language=language)} {here:%H:%M}")
        for hour in working_time.hours_to_call(customer=page.customer, days=reaching.CALL_DAYS, now=now)
        for here in [timezone.localtime(hour, zone)]
    ]
    known = [name for _pk, name in numbers.own(customer_id=session.customer_id)]
    form = CallbackForm(request.POST or None, hours=hours, numbers=known)

    def send(data: dict[str, Any]) -> None:
        reaching.ask_for_call(
            customer_id=session.customer_id, number=data["number"], at=data["at"], text=data["text"], now=clock.now()
        )

    return serve(request, session, page, "callback", form, send)


@own_page
@require_http_methods(METHODS)
def channels(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show and take the channels the customer wants to be left alone on."""
    now = clock.now()
    page = selectors.read(customer_id=session.customer_id, now=now)
    language = get_language() or "zh-hans"
    offered = [(channel.value, CHANNELS[channel].text(language)) for channel in channel_stops.STOPPABLE]
    stopped = channel_stops.stopped_now(customer=page.customer, now=now)
    # No box ticked may leave nothing in the form at all.
    given = request.POST if request.method == "POST" else None
    form = ChannelsForm(given, channels=offered, initial={"stopped": stopped})

    def send(data: dict[str, Any]) -> None:
        channel_stops.choose(
            customer_id=session.customer_id, stopped=data["stopped"], actor=records.CUSTOMER, now=clock.now()
        )

    return serve(request, session, page, "channels", form, send)


@own_page
@require_http_methods(METHODS)
def representative(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take who shall speak for the customer, with the document that says so."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = RepresentativeForm(request.POST or None, request.FILES or None, today=page.today)

    def send(data: dict[str, Any]) -> None:
        reaching.name_representative(
            customer_id=session.customer_id,
            name=data["name"],
            scope=data["scope"],
            valid_until=data["valid_until"],
            files=data["papers"],
            now=clock.now(),
        )

    return serve(request, session, page, "representative", form, send)
