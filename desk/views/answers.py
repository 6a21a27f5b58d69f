"""The approved answers, and another wording of one for a second person to approve."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from collections_app.domain.answers import WORDS
from collections_app.models import ApprovedAnswer
from collections_app.services import answers, clock, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.views.once import say_saved, sending_of
from desk.forms.answer import AnswerForm
from desk.views.writes.base import StaffView

NEW = "new"


class AnswersView(StaffView):
    """The answers in use."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        rows = ApprovedAnswer.objects.filter(active=True).select_related("created_by", "approved_by")
        context = {"rows": rows.order_by("position", "code"), "may_write": self.staff.may(answers.WRITE)}
        return render(request, "desk/answers/list.html", context)


class AnswerView(StaffView):
    """Another wording of one answer, or a new one."""

    writes_once: ClassVar[bool] = True

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show the form with the words in use; 403 for who could never use it."""
        row = self.row(code)
        names = ("code", "question_zh", "question_en", "answer_zh", "answer_en", "statuses", "valid_to")
        today = timezone.localtime(clock.now()).date()
        initial = {"valid_from": today} | ({name: getattr(row, name) for name in names} if row else {})
        if not self.staff.may(answers.WRITE):
            words = refusal_texts.refusal_text(NotAllowedError("not_allowed"))
            return self.show(row, AnswerForm(initial=initial), status=403, refusal=words)
        return self.show(row, AnswerForm(initial=initial))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Write it down and ask for its approval, or say why not."""
        row, form = self.row(code), AnswerForm(request.POST)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(row, form, status=422)
        values: dict[str, Any] = form.cleaned_data
        try:
            answers.propose(
                code=row.code if row else values["code"],
                words=form.words(),
                statuses=values["statuses"],
                valid_from=values["valid_from"],
                valid_to=values["valid_to"],
                reason=values["reason"],
                actor=self.actor,
                now=clock.now(),
            )
        except NotAllowedError as error:
            return self.show(row, form, status=403, refusal=refusal_texts.refusal_text(error))
        except RefusedError as error:
            return self.show(row, form, status=422, refusal=refusal_texts.refusal_text(error))
        return say_saved(HttpResponseRedirect(reverse("desk:approvals"), status=303), sending)

    def row(self, code: str) -> ApprovedAnswer | None:
        """Return the version in use, None for a new answer, or answer 404."""
        if code == NEW:
            return None
        row = ApprovedAnswer.objects.filter(code=code, active=True).first()
        if row is None:
            raise Http404
        return row

    def show(
        self, row: ApprovedAnswer | None, form: AnswerForm, *, status: int = 200, refusal: str = ""
    ) -> HttpResponse:
        """Render the page."""
        context = {"row": row, "form": form, "refusal": refusal, "words": WORDS}
        return render(self.request, "desk/answers/answer.html", context, status=status)
