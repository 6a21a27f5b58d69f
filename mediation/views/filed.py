"""A paper that a side has filed, as a download."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from mediation.models import PositionPaper
from mediation.services import positions


def sent(found: PositionPaper | None) -> HttpResponse:
    """Return a paper to be kept as a file, never shown in place; 404 when there is none."""
    if found is None:
        raise Http404
    response = HttpResponse(positions.content_of(found).read(), content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name)
    response["Cache-Control"] = "no-store"
    return response
