"""What a form was opened on: two people changing one row at once do not overwrite each other."""

import json
from hashlib import sha256
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from collections_app.models.fields import AnySealedField

FIELD = "_seen"
# A colleague's signing in or out is no change of what an administrator edits.
IGNORED = frozenset({"last_login", "sessions_ended"})


def mark_of(row: Model) -> str:
    """Return a mark of a row as it is stored: another mark means that somebody has changed it."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.attname not in IGNORED and not isinstance(field, AnySealedField)
    ]
    values = {field.attname: field.value_to_string(row) for field in fields}
    return sha256(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:32]


def stored_mark(row: Model) -> str:
    """Return the mark of a row as the database has it; a form that was refused has changed the one in hand."""
    return mark_of(type(row)._default_manager.get(pk=row.pk))


def changed_meanwhile(row: Model, seen: Any) -> str:
    """Return who changed the row since it was seen, as a sentence; nothing when it is as it was."""
    if seen == mark_of(row):
        return ""
    kind = ContentType.objects.get_for_model(row)
    last = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).select_related("user").first()
    if last is None:
        return gettext("This has changed since you opened it. Look at what changed, then save again.")
    at = timezone.localtime(last.action_time)
    words = {"who": str(last.user), "at": f"{date_format(at, 'DATE_FORMAT')} {at:%H:%M}"}
    return (
        gettext("%(who)s changed this at %(at)s, after you opened it. Look at what changed, then save again.") % words
    )
