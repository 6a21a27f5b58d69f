"""Taking a list out as a file: asked for with a reason, logged and marked."""

import csv
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from collections_app.domain.exports import EXPORT_KINDS
from collections_app.domain.typed import plain
from collections_app.models import Export
from collections_app.services import clock, exports
from collections_app.services.errors import RefusedError
from collections_app.templatetags.terms import moment
from desk.forms.export import ExportForm
from desk.views import errors, xlsx
from desk.views.csv_cells import cell
from desk.views.ownership.guard import ForRoleView, refused

Row = Sequence[Any]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportView(ForRoleView):
    """Asks what the file is for, and sends it. Subclasses say which rows, within the person's reach."""

    action: ClassVar[str] = exports.ACTION
    # What the page of the list itself asks for, where not everybody who takes files may see it.
    page_action: ClassVar[str] = ""
    kind: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer 403 to whoever may not see the list on its own page."""
        if request.user.is_authenticated and self.page_action and not self.staff.may(self.page_action):
            return errors.forbidden(request)
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def columns(self) -> Row:
        """Return the names of the columns."""

    @abstractmethod
    def rows(self) -> Iterable[Row]:
        """Yield the rows, within what the person may see now."""

    def selection(self) -> Mapping[str, str]:
        """Return how the rows were chosen: the parameters of the address."""
        return {plain(name)[:40]: plain(str(value))[:200] for name, value in self.request.GET.items()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the reason."""
        return self.show(ExportForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Log the file and send it, or say why not."""
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            export = exports.begin(
                kind=self.kind,
                file_format=form.cleaned_data["file_format"],
                reason=form.cleaned_data["reason"],
                selection=self.selection(),
                actor=self.actor,
                now=clock.now(),
            )
        except RefusedError as error:
            return self.show(form, **refused(error))
        return self.send(export)

    def send(self, export: Export) -> HttpResponseBase:
        """Send the file under its mark."""
        watermark = _("%(mark)s · taken by %(name)s (%(number)s) on %(at)s · for: %(reason)s") % {
            "mark": export.mark,
            "name": self.staff.name,
            "number": self.staff.employee_no,
            "at": moment(export.at),
            "reason": export.reason,
        }
        language = get_language() or "zh-hans"
        lines = marked(self.columns(), self.rows(), watermark=watermark, mark=export.mark, language=language)
        body = xlsx.workbook(lines, mark=watermark) if export.file_format == "xlsx" else _csv(lines)
        content_type = _XLSX if export.file_format == "xlsx" else "text/csv; charset=utf-8"
        response = HttpResponse(body, content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{export.mark}.{export.file_format}"'
        return response

    def show(self, form: ExportForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        context = {
            "form": form,
            "refusal": refusal,
            "what": EXPORT_KINDS[self.kind].text(get_language() or "zh-hans"),
            "query": urlencode(self.selection()),
        }
        return render(self.request, "desk/exports/page.html", context, status=status)


def marked(columns: Row, rows: Iterable[Row], *, watermark: str, mark: str, language: str) -> Iterator[Row]:
    """Yield the lines of a file: who took it, when and why first and last, and its mark in every row between.

    The lines are made while they are sent, perhaps on another thread, whose language is not the reader's.
    """
    with override(language):
        yield [watermark]
        yield [*columns, _("File")]
        for row in rows:
            yield [*row, mark]
        yield [watermark]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(lines: Iterable[Row]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    # By which spreadsheets know that it is UTF-8.
    yield b"\xef\xbb\xbf"
    for line in lines:
        yield writer.writerow([cell(value) for value in line]).encode()
