"""The heartbeat of a browser: its person is alive, holds their line, and is at these records."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock
from collections_app.services.lines import lease
from desk.gateways import presence

MOST_RECORDS = 20


# The script that sends it outlives pages and sign-ins, and with them every token. No form of another site can send
# the header, and the session's cookie does not travel with one.
@csrf_exempt
@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Renew the line of one's own call, and say at which records one is: ``at=17,18&writing=17``.

    Whoever is signed out holds nothing; it is no act of a person, so it keeps nobody signed in.
    """
    if "X-Passive" not in request.headers:
        return HttpResponse(status=400)
    if not isinstance(request.user, Staff):
        return JsonResponse({"held": False})
    writing, at = _ids(request.POST.get("writing", "")), _ids(request.POST.get("at", ""))
    now = clock.now()
    held = lease.beat(staff_id=request.user.id, now=now)
    asked = at | writing
    reach = records.scoped(request.user, now=now).filter(id__in=asked)
    known = set(reach.values_list("id", flat=True)) if asked else set()
    presence.say(
        staff_id=request.user.id, at={record: "writing" if record in writing else "looking" for record in known}
    )
    return JsonResponse({"held": held})


def _ids(text: str) -> set[int]:
    numbers = (number_of(part) for part in text.split(",")[:MOST_RECORDS])
    return {number for number in numbers if number is not None}
