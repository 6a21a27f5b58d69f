"""The base of the pages on who works what: for those whose role may, with the one way to refuse."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from collections_app.services import refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from desk.views import errors
from desk.views.writes.base import StaffView


class ForRoleView(StaffView):
    """A page for signed-in staff whose role may do ``action``."""

    action: ClassVar[str] = "owner.assign"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer 403 to everybody else."""
        if request.user.is_authenticated and not self.staff.may(self.action):
            return errors.forbidden(request)
        return super().dispatch(request, *args, **kwargs)


def refused(error: RefusedError) -> dict[str, Any]:
    """Return the status and the sentence of a refusal."""
    status = 403 if isinstance(error, NotAllowedError) else 422
    return {"status": status, "refusal": refusal_texts.refusal_text(error)}
