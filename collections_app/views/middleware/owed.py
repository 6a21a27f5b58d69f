"""The answer to a person who owes something before they go on: a page is sent there, a program is told why."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse


def is_for_programs(request: HttpRequest) -> bool:
    """Return whether no person reads the answer: the API and the live feed."""
    return request.path.startswith(("/api/", "/live/"))


def send_to(request: HttpRequest, address: str, *, code: str, at: str) -> HttpResponse:
    """Return what sends the person to an address; the API gets 403 with the code, and the address under ``at``."""
    if is_for_programs(request):
        return JsonResponse({"code": code, at: address}, status=403)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
