"""One entry of the log."""

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact

from ledger.domain.merkle import HASH_BYTES


class Entry(models.Model):
    """The hash of one payload at its place in the log.

    The payload stays with whoever appended it. ``index`` starts at 0 and has no gaps:
    it is the position of the leaf in the tree. Rows can only be added: the database
    refuses to update or delete them. TRUNCATE is deliberately not refused, because
    emptying the tables between tests relies on it; production's database role should
    not own the table and so cannot truncate it, and a shortened log no longer
    matches its checkpoints.
    """

    personal_data: tuple[str, ...] = ()

    index = models.BigIntegerField(primary_key=True)
    topic = models.CharField(max_length=32)
    leaf_hash = models.BinaryField(max_length=HASH_BYTES)
    appended_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.CheckConstraint(condition=Q(index__gte=0), name="ledger_entry_index_from_zero"),
            models.CheckConstraint(condition=~Q(topic=""), name="ledger_entry_has_topic"),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("leaf_hash"), function="OCTET_LENGTH", output_field=models.IntegerField()),
                    HASH_BYTES,
                ),
                name="ledger_entry_leaf_hash_length",
            ),
        )
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)
