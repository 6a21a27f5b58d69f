"""Another wording of what staff and customers read in an emergency."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, ApprovedSentence, Customer
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.emergencies import sentences
from collections_app.services.errors import RefusedError


class SentenceKind(ApprovalKind):
    """``subject`` is ``sentence:<code>``; the payload names the version."""

    term = Term(sentences.KIND, "应急话术", "Sentence for emergencies")
    ask_action = sentences.WRITE
    decide_action = sentences.APPROVE

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when words are missing."""
        sentences.check_words(_row(approval))

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Put the version in use."""
        sentences.put_in_use_within(row=_row(approval), actor=actor, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Show the words as people would read them."""
        row = _row(approval)
        lines = [Line(_("To staff"), row.staff_zh), Line(_("To staff"), row.staff_en)]
        if row.customer_zh:
            lines += [Line(_("To customers"), row.customer_zh), Line(_("To customers"), row.customer_en)]
        return lines


def _row(approval: Approval) -> ApprovedSentence:
    row = ApprovedSentence.objects.filter(id=approval.payload["sentence"]).first()
    if row is None:
        raise RefusedError("no_such_sentence")
    return row
