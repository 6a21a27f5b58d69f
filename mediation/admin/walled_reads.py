"""Who read behind the wall, and when; never what."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.records import RecordRowsAdmin
from mediation.models import WalledRead


@admin.display(description=_("mediation"), ordering="mediation_id")
def talks(row: WalledRead) -> str:
    """Return the number of the talks that were read of."""
    return str(row.mediation_id)


@admin.register(WalledRead)
class WalledReadAdmin(RecordRowsAdmin[WalledRead]):
    """Each reading of notes, means, marks, proposals and references, newest first."""

    help = _("Every look behind the wall of mediation: who, which part, when. What was read is on no page but theirs.")
    list_display = ("at", "staff", "part", talks)
    list_filter = ("part",)
    fields: ClassVar[Any] = ("at", "staff", "part", talks)
    readonly_fields: ClassVar[Any] = (talks,)
    list_select_related = ("staff",)
    ordering = ("-at", "-pk")
