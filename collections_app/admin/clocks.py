"""The law of limitation and guarantee, what interrupted, and what suspends."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.columns import customer_link, word
from collections_app.admin.records import RecordRowsAdmin
from collections_app.admin.sections import Section
from collections_app.domain.clocks.limitation import OBSTACLES
from collections_app.models import ClockRule, LimitationEvent, LimitationSuspension
from collections_app.services.clocks import law

interrupts = word("event_kind", "limitation_events", _("what interrupts"))
obstacle = word("kind", OBSTACLES, _("obstacle"))
kind = word("kind", "limitation_events", _("what interrupts"))


@admin.register(ClockRule)
class ClockRuleAdmin(ServiceAdmin[ClockRule]):
    """What the law says of limitation and guarantee, with article and source."""

    action = "rules.write"
    section = Section.RULES
    may_add = False
    help = _("Clocks go by these rows from the next interruption, and all of them from the next night.")
    list_display = ("code", "country", "kind", interrupts, "number", "article", "basis", "verified")
    fields: ClassVar[Any] = (
        "code", "country", "kind", interrupts, "number", "article", "basis", "source", "verified",
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = ("code", "country", "kind", interrupts)
    list_filter = ("kind", "verified")
    ordering = ("kind", "code")

    def write(self, request: HttpRequest, row: ClockRule, form: Any) -> ClockRule:
        """Save the row."""
        return law.save(rule=row, actor=actor_of(request))


@admin.register(LimitationEvent)
class LimitationEventAdmin(RecordRowsAdmin[LimitationEvent]):
    """What interrupted limitation; its evidence is read on the record."""

    action = "rules.write"
    help = _("Nothing here is changed: a wrong interruption is revoked on the record, by another row.")
    list_display = ("on", customer_link, kind, "article", "source", "recorded_at")
    fields: ClassVar[Any] = ("on", customer_link, kind, "article", "source", "recorded_at")
    readonly_fields: ClassVar[Any] = fields
    list_select_related = ("customer",)
    ordering = ("-id",)


@admin.register(LimitationSuspension)
class LimitationSuspensionAdmin(RecordRowsAdmin[LimitationSuspension]):
    """What suspends limitation; its evidence is read on the record."""

    action = "rules.write"
    help = _("What keeps the bank from suing; it is recorded and ended on the record.")
    list_display = ("since", "gone_on", customer_link, obstacle, "recorded_at", "revoked_at")
    fields: ClassVar[Any] = ("since", "gone_on", customer_link, obstacle, "recorded_at", "revoked_at")
    readonly_fields: ClassVar[Any] = fields
    list_select_related = ("customer",)
    ordering = ("-id",)
