"""The nightly file by hand: upload it, watch it being taken in, and see which rows it lost and why."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from collections_app.domain.intake.format import ROW_REASONS
from collections_app.models import IntakeBatch
from collections_app.services import clock, intake
from collections_app.tasks.intake import take_in_upload
from desk.forms.intake import UploadForm
from desk.selectors import intake as selector
from desk.views.csv_cells import cell
from desk.views.writes.base import StaffView


class _IntakeView(StaffView):
    """A page for those who may take in files."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let nobody else in."""
        if request.user.is_authenticated and not self.staff.may("intake.run"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def batch(self, batch_id: int) -> IntakeBatch:
        """Return a batch or answer 404."""
        found = selector.batch(batch_id)
        if found is None:
            raise Http404
        return found


class IntakeView(_IntakeView):
    """The files taken in lately, and the form for another."""

    writes_once: ClassVar[bool] = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show both."""
        yesterday = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1)
        return self._page(UploadForm(initial={"as_of": yesterday}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep an upload sealed, have it taken in, and go to its page."""
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=422)
        batch = intake.receive(
            file=form.cleaned_data["file"],
            as_of=form.cleaned_data["as_of"],
            actor=self.actor,
            now=clock.now(),
            form_key=form.cleaned_data["form_key"],
        )
        # The row is the queue: without a broker, the sweep of waiting files finds it.
        with suppress(OperationalError):
            take_in_upload.delay(batch.id)
        return HttpResponseRedirect(reverse("desk:intake_batch", args=[batch.id]))

    def _page(self, form: UploadForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "batches": selector.latest_batches()}
        return render(self.request, "desk/intake/page.html", context, status=status)


class BatchView(_IntakeView):
    """One file: how far it is, what it changed, which rows it lost."""

    template = "desk/intake/batch.html"

    def get(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Show it."""
        batch = self.batch(batch_id)
        context = {
            "batch": batch,
            "rejects": selector.first_rejects(batch),
            "under_way": batch.state in selector.UNDER_WAY,
            "most_shown": selector.MOST_REJECTS_SHOWN,
        }
        return render(request, self.template, context)


class ProgressView(BatchView):
    """The part of a file's page that changes while it is being taken in."""

    template = "desk/intake/_progress.html"


class RejectsView(_IntakeView):
    """The rejected rows as a file for a spreadsheet."""

    def get(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Send them whole: a stream that a server sends asynchronously would be read to its end first."""
        batch = self.batch(batch_id)
        response = HttpResponse(_lines(batch), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="rejected-{batch.as_of}-{batch.id}.csv"'
        return response


class _Echo:
    """A file that gives back what is written to it, so that the csv module makes single lines."""

    def write(self, text: str) -> str:
        return text


def _lines(batch: IntakeBatch) -> Iterator[str]:
    language = get_language() or "zh-hans"
    writer = csv.writer(_Echo())
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    yield "\ufeff" + writer.writerow([_("Line"), _("Column"), _("Reason"), _("Code"), _("Value")])
    for reject in selector.all_rejects(batch):
        reason = ROW_REASONS[reject.reason].text(language)
        yield writer.writerow([reject.line, reject.column, reason, reject.reason, cell(reject.value)])
