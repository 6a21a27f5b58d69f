"""Signed states of the log of events: evidence that nothing in it was changed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.sections import Section
from ledger.models import Checkpoint


@admin.display(description=_("root hash"))
def root(row: Checkpoint) -> str:
    """Return the root of the log as hexadecimal digits."""
    return bytes(row.root_hash).hex()


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin[Checkpoint]):
    """Checkpoints. They are verified by the command ``ledger verify``, which needs no administration."""

    section = Section.EVIDENCE
    help = _("Each signed state of the log of events. Keep one outside the bank: no later log can deny it.")
    list_display = ("tree_size", "signed_at", root)
    fields: ClassVar[Any] = ("tree_size", "signed_at", root, "note")
    readonly_fields: ClassVar[Any] = fields
    date_hierarchy = "signed_at"
    ordering = ("-tree_size",)
