"""Who answers an error: customers read the words of their own page, staff those of the desk."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from desk.views import errors as desk
from repayment.views import errors as repayment

CUSTOMERS = "/r/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense."""
    return repayment.not_found(request, exception) if _of_customer(request) else desk.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody whose role does not allow this page."""
    return repayment.not_found(request, exception) if _of_customer(request) else desk.forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what does not exist or is none of this person's business."""
    return repayment.not_found(request, exception) if _of_customer(request) else desk.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program itself has failed."""
    return repayment.failed(request) if _of_customer(request) else defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old or came from elsewhere."""
    return (
        repayment.form_expired(request, reason) if _of_customer(request) else desk.csrf_failure(request, reason=reason)
    )


def _of_customer(request: HttpRequest) -> bool:
    return request.path.startswith(CUSTOMERS)
