"""Another wording of what customer service answers."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, ApprovedAnswer, Customer
from collections_app.selectors import codes
from collections_app.services import answers, records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError


class AnswerKind(ApprovalKind):
    """``subject`` is ``answer:<code>``; the payload names the version."""

    term = Term(answers.KIND, "核准答复", "Approved answer")
    ask_action = answers.WRITE
    decide_action = answers.APPROVE

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the answer cannot be given as it is written."""
        answers.check_words(_row(approval))

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Put the version in use."""
        answers.put_in_use_within(row=_row(approval), actor=actor, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Show question and answer in both languages, for which statuses, and from when to when."""
        row = _row(approval)
        statuses = " · ".join(codes.name_of("statuses", code) for code in row.statuses) or _("All statuses")
        days = f"{row.valid_from} – {row.valid_to or ''}"
        return [
            Line(_("Question"), row.question_zh),
            Line(_("Answer"), row.answer_zh),
            Line(_("Question"), row.question_en),
            Line(_("Answer"), row.answer_en),
            Line(_("For the statuses"), statuses),
            Line(_("Valid"), days),
        ]


def _row(approval: Approval) -> ApprovedAnswer:
    row = ApprovedAnswer.objects.filter(id=approval.payload["answer"]).first()
    if row is None:
        raise RefusedError("no_such_answer")
    return row
