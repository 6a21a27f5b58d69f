"""The nightly file by hand: upload it, watch it being taken in, and see which rows it lost and why."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.intake.format import ROW_REASONS
from collections_app.models import IntakeBatch
from collections_app.services import clock, intake
from collections_app.views.paging import page_of
from desk.forms.intake import UploadForm
from desk.selectors import intake as selector
from desk.views.exporting import ExportView, Row
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
            rows_told=form.cleaned_data["rows"],
        )
        return HttpResponseRedirect(reverse("desk:intake_batch", args=[batch.id]))

    def _page(self, form: UploadForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "batches": page_of(self.request, selector.batches())}
        return render(self.request, "desk/intake/page.html", context, status=status)


class BatchView(_IntakeView):
    """One file: how far it is, what it changed, which rows it lost."""

    template = "desk/intake/batch.html"

    def get(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Show it."""
        batch = self.batch(batch_id)
        context = {
            "batch": batch,
            "rejects": selector.rejects(batch),
            "under_way": batch.state in selector.UNDER_WAY,
        }
        return render(request, self.template, context)


class ProgressView(BatchView):
    """The part of a file's page that changes while it is being taken in."""

    template = "desk/intake/_progress.html"


class RejectsExportView(ExportView):
    """The rejected rows of one file."""

    page_action: ClassVar[str] = "intake.run"
    kind: ClassVar[str] = "rejects"
    batch: IntakeBatch

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the file of the address."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.batch = get_object_or_404(IntakeBatch, id=kwargs["batch_id"])

    def selection(self) -> Mapping[str, str]:
        """Return which file it was."""
        return {"file": self.batch.file_name, "as_of": self.batch.as_of.isoformat(), "batch": str(self.batch.pk)}

    def columns(self) -> Row:
        """Return the names of the columns."""
        return [_("Line"), _("Column"), _("Reason"), _("Code"), _("Value")]

    def rows(self) -> Iterator[Row]:
        """Yield every rejected row that was kept, and say how many were not."""
        for reject in selector.all_rejects(self.batch):
            reason = ROW_REASONS[reject.reason].text(get_language() or "zh-hans")
            yield [reject.line, reject.column, reason, reject.reason, reject.value]
        if rest := selector.not_kept(self.batch):
            yield ["", "", _("Rejected rows not kept: %(rows)s") % {"rows": rest}, "", ""]
