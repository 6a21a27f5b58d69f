"""Print batches, what was done with each, and the files of the post: read here, worked with on the page of letters."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.sections import Section
from notifications.models import PostFile, PrintBatch, PrintBatchStep


@admin.register(PrintBatch)
class PrintBatchAdmin(ReadOnlyAdmin[PrintBatch]):
    """Letters printed together, and whether their file was handed over."""

    section = Section.MESSAGES
    help = _("Batches are made and handed over on the page of letters.")
    list_display = ("__str__", "state", "letters_count", "made_by", "made_at", "handed_over_at")
    list_filter = ("state",)
    fields = ("state", "letters_count", "made_by", "made_at", "handed_over_at", "sha256")
    list_select_related = ("made_by",)
    ordering = ("-pk",)


@admin.register(PrintBatchStep)
class PrintBatchStepAdmin(ReadOnlyAdmin[PrintBatchStep]):
    """Who had the file of a batch, and why; never changed."""

    section = Section.MESSAGES
    help = _("Each copy of a file of letters, each hand-over and each decision.")
    list_display = ("at", "batch", "step", "by", "reason")
    list_filter = ("step",)
    fields = ("at", "batch", "step", "by", "reason")
    list_select_related = ("batch", "by")
    ordering = ("-at", "-pk")

    def name_of(self, row: PrintBatchStep) -> str:
        """Return the batch and what was done."""
        return f"{row.batch} · {row.get_step_display()}"


@admin.register(PostFile)
class PostFileAdmin(ReadOnlyAdmin[PostFile]):
    """What the post or the print house told by file."""

    section = Section.MESSAGES
    help = _("Which lines were rejected, and why, stands on the page of letters.")
    list_display = ("at", "name", "taken", "known", "by")
    fields = ("at", "name", "sha256", "taken", "known", "by")
    list_select_related = ("by",)
    ordering = ("-at", "-pk")
