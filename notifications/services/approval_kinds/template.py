"""Putting a new wording of a message into use."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError
from notifications.models import Template
from notifications.services import templates


class TemplateKind(ApprovalKind):
    """``subject`` is ``template:<id>``."""

    term = Term("template", "短信模板启用", "Template into use")
    ask_action = templates.WRITE
    decide_action = templates.APPROVE

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when there is no such text, it is in use already, or it may not go to customers."""
        template = _template(approval)
        if template is None:
            raise RefusedError("no_such_template")
        if template.active:
            raise RefusedError("template_in_use_already")
        templates.check(kind=template.kind, variant=template.variant, body=template.body, language=template.language)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Put the text into use in place of the one before."""
        template = _template(approval)
        if template is None or actor.staff is None:
            raise RefusedError("no_such_template")
        templates.approve_within(template=template, by=actor.staff, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Show the text beside the one in use."""
        template = _template(approval)
        if template is None:
            return []
        before = Template.objects.filter(
            kind=template.kind,
            variant=template.variant,
            language=template.language,
            wording=template.wording,
            active=True,
        ).first()
        name = f"{template.get_kind_display()} · {template.get_variant_display()} · {template.get_language_display()}"
        return [
            Line(_("Message"), name),
            Line(_("In use"), before.body if before else "—"),
            Line(_("New wording"), template.body),
        ]


def _template(approval: Approval) -> Template | None:
    return Template.objects.filter(id=int(approval.subject.partition(":")[2])).first()
