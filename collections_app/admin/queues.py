"""The bank's queues: their names, their order, and who sees them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.models import SavedQueue
from collections_app.services.worklists import queues


@admin.register(SavedQueue)
class SavedQueueAdmin(ServiceAdmin[SavedQueue]):
    """One row per queue of the bank's; what people keep for themselves is theirs."""

    section = Section.RULES
    help = _("The bank's queues of the worklist. What is changed holds from the next page each person opens.")
    list_display = ("name_zh", "name_en", "order", "role", "position", "active")
    fields = ("name_zh", "name_en", "order", "role", "position", "active")
    ordering = ("position", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedQueue]:
        """Return the bank's own."""
        return super().get_queryset(request).exclude(code="")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a view is made on the worklist, where one sees what it holds."""
        return False

    def write(self, request: HttpRequest, row: SavedQueue, form: Any) -> SavedQueue:
        """Save the queue."""
        return queues.change(row=row, actor=actor_of(request))
