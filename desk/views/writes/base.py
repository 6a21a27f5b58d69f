"""The one way a form of the desk writes: check, call the service, and keep the author's input when it is refused."""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from collections_app.models import Customer, Hold, Staff
from collections_app.services import clock, form_keys, refusal_texts
from collections_app.services.emergencies import red_button
from collections_app.services.errors import (
    AlreadyWrittenError,
    CallLostError,
    KeyReusedError,
    NotAllowedError,
    RefusedError,
    StaleWriteError,
)
from collections_app.services.records import Actor
from collections_app.views.once import say_saved, sending_of
from collections_app.views.opening import open_record
from desk.forms.base import RecordForm


class StaffView(LoginRequiredMixin, View):
    """A view for signed-in staff."""

    @property
    def staff(self) -> Staff:
        """The person who is signed in."""
        assert isinstance(self.request.user, Staff)
        return self.request.user

    @property
    def actor(self) -> Actor:
        """The person who is signed in, as services take them."""
        return Actor.of(self.staff)


class WriteView(ABC, StaffView):
    """Shows a form about a record and writes it through one service.

    A refusal answers with the reason and keeps everything typed: 403 not allowed, 409 changed meanwhile (with
    what changed, and the form ready to apply to the version of now), 422 not possible. A form that is sent again
    writes nothing and leads to where the first sending went.
    """

    writes_once: ClassVar[bool] = True
    action: ClassVar[str]
    title: ClassVar[LazyText]
    button: ClassVar[LazyText]
    form_class: ClassVar[type[RecordForm]]
    template: ClassVar[str] = "desk/write/form.html"

    customer: Customer

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Open the record before any handler runs, once somebody is signed in."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.customer = open_record(self.staff, kwargs["customer_no"], now=clock.now())
            self.open_row()

    def open_row(self) -> None:
        """Load the row the address names beside the record, or answer 404 when it is none of this record's."""

    @abstractmethod
    def write(self, form: Any) -> str | None:
        """Do it through one service call. Return where to go next, or None for the record page."""

    @cached_property
    def risk(self) -> Hold | None:
        """The stop for risk to life: while it is in force no form of the record names an amount."""
        return red_button.in_force(customer_id=self.customer.id, now=clock.now())

    def initial(self) -> dict[str, Any]:
        """Return the first values of the form."""
        return {}

    def form(self, data: Any = None) -> RecordForm:
        """Return the form, empty or with what was typed."""
        initial = {"seen_version": self.customer.version, **self.initial()}
        return self.form_class(data, customer=self.customer, initial=initial)

    def extra(self) -> dict[str, Any]:
        """Return what the template needs beside the form: ``about`` names the thing that is written to."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; 403 when the person's role could never use it."""
        if not self.staff.may(self.action):
            return self.refuse(self.form(), NotAllowedError("not_allowed"), status=403)
        return self.show(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write what was typed, or say why not."""
        sending = sending_of(request, self.staff)
        try:
            # Before anything reads the record as the first sending has left it.
            form_keys.check(form=sending, customer_id=self.customer.id)
            return self.attempt(request, sending)
        except AlreadyWrittenError:
            return say_saved(self.done(self.written()), sending)
        except KeyReusedError as error:
            return self.reused(request, error)

    def attempt(self, request: HttpRequest, sending: form_keys.Sent | None) -> HttpResponse:
        """Write a form that has not been written yet, or say why not."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            with form_keys.sending(sending):
                target = self.write(form)
        except KeyReusedError:
            raise
        except StaleWriteError as stale:
            return self.conflict(request, stale)
        except CallLostError as error:
            return self.refuse(form, error, status=409)
        except NotAllowedError as error:
            return self.refuse(form, error, status=403)
        except RefusedError as error:
            return self.refuse(form, error, status=422)
        return say_saved(self.done(target), sending)

    def done(self, target: str | None) -> HttpResponse:
        """Go on to an address, by default the record's page."""
        url = target or reverse("desk:record", args=[self.customer.customer_no])
        if getattr(self.request, "htmx", None):
            return HttpResponseClientRedirect(url)
        return HttpResponseRedirect(url, status=303)

    def written(self) -> str | None:
        """Return where the first sending of a form went that is sent again, or None for the record page."""
        return None

    def reused(self, request: HttpRequest, error: KeyReusedError) -> HttpResponse:
        """Show the form again with what was typed since it was saved, as a form of its own."""
        form = self.form(request.POST)
        form.renew_key()
        return self.refuse(form, error, status=409)

    def refuse(self, form: RecordForm, error: RefusedError, *, status: int) -> HttpResponse:
        """Show the form again with the sentence that says why it was refused."""
        return self.show(form, status=status, refusal=refusal_texts.refusal_text(error))

    def conflict(self, request: HttpRequest, stale: StaleWriteError) -> HttpResponse:
        """Show what changed meanwhile, and the form with its input, ready to be applied to the version of now."""
        data = request.POST.copy()
        data["seen_version"] = str(stale.current_version)
        self.customer.refresh_from_db()
        form = self.form(data)
        return self.show(form, status=409, changes=stale.changes)

    def show(self, form: RecordForm, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page, or only its form for htmx."""
        template = self.template
        if getattr(self.request, "htmx", None):
            template += "#form"
        values = {
            "form": form,
            "customer": self.customer,
            "title": self.title,
            "button": self.button,
            "changes": [],
            "refusal": "",
            "masked": self.risk is not None,
            **self.extra(),
            **context,
        }
        response = render(self.request, template, values, status=status)
        response["Vary"] = "HX-Request, Accept-Language, Cookie"
        return response
