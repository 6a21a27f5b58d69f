"""Choosing cases: conditions upon a view, and views that are kept, shared and removed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.staff import ROLES, Scope
from collections_app.domain.worklists.orders import ORDERS
from collections_app.selectors import saved_queues
from collections_app.services import clock, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.worklists import queues
from desk.views import errors
from desk.views.worklist_filters import Chosen, chips, inputs, read, view_name
from desk.views.writes.base import StaffView

# Whom a view can be shared with: those who work from a worklist.
_ROLES = ("collector", "service_agent", "negotiator", "supervisor")


class ViewsView(StaffView):
    """The form of all conditions, what is chosen now, and the views one has kept."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what can be chosen, with what the address chooses."""
        if self.staff.scope == Scope.NONE:
            return errors.forbidden(request)
        return self.show(read(request.GET))

    def show(self, chosen: Chosen, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page."""
        language = get_language() or "zh-hans"
        views = saved_queues.views(self.staff)
        shown = next((view for view in views if view.key == chosen.key), views[0])
        chosen = chosen.upon(shown.key)
        values = {
            "chosen": chosen,
            "chips": chips(chosen),
            "views": [(view.key, view_name(view), view.key == shown.key) for view in views],
            "orders": [
                (code, term.text(language), code == (chosen.order or shown.order)) for code, term in ORDERS.items()
            ],
            "inputs": inputs(chosen, self.staff),
            "kept": [(view, view_name(view), view.key[1:]) for view in views if view.saved],
            "roles": [(code, ROLES[code].text(language)) for code in _ROLES],
            "may_share": self.staff.may("view.share"),
            "name": "",
            "refusal": "",
            **context,
        }
        return render(self.request, "desk/worklist/views.html", values, status=status)


class SaveView(ViewsView):
    """Keeps what is chosen as a view; sent twice the view of that name is the same again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page of views: there is nothing to see at this address."""
        return HttpResponseRedirect(reverse("desk:views"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save it and show it, or say why not and keep what was typed."""
        if self.staff.scope == Scope.NONE:
            return errors.forbidden(request)
        chosen = read(QueryDict(request.POST.get("query", "")[:2000]))
        upon = next((view for view in saved_queues.views(self.staff) if view.key == chosen.key), None)
        name = request.POST.get("name", "")
        try:
            row = queues.save(
                name=name,
                conditions=[*(upon.conditions if upon else ()), *chosen.conditions],
                order=chosen.order or (upon.order if upon else "priority"),
                shared="shared" in request.POST,
                role=request.POST.get("role", ""),
                actor=self.actor,
                now=clock.now(),
            )
        except NotAllowedError:
            return errors.forbidden(request)
        except RefusedError as error:
            return self.show(chosen, status=422, refusal=refusal_texts.refusal_text(error), name=name)
        messages.info(request, _("The view “%(name)s” is kept.") % {"name": row.name})
        return HttpResponseRedirect(f"{reverse('desk:worklist')}?queue=v{row.id}", status=303)


class RemoveView(StaffView):
    """Removes a view; sent twice it says that there is none."""

    def post(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Remove it and show the others."""
        try:
            name = queues.remove(view_id=view_id, actor=self.actor)
        except RefusedError as error:
            messages.info(request, refusal_texts.refusal_text(error))
        else:
            messages.info(request, _("The view “%(name)s” is removed.") % {"name": name})
        return HttpResponseRedirect(reverse("desk:views"), status=303)
