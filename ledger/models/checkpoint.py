"""One signed state of the log."""

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from ledger.domain.merkle import HASH_BYTES


class Checkpoint(models.Model):
    """What the log signed when it held ``tree_size`` entries.

    One size has one checkpoint. ``frontier`` holds the roots of the perfect subtrees,
    so that the next checkpoint grows out of this one by construction and reads only
    the entries since. Rows can only be added, as in ``Entry``, TRUNCATE excepted.
    """

    personal_data: tuple[str, ...] = ()

    tree_size = models.BigIntegerField(_("entries in the log"), primary_key=True)
    root_hash = models.BinaryField(_("root hash"), max_length=HASH_BYTES)
    frontier = models.BinaryField()
    note = models.TextField(_("signed note"))
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("signed checkpoint")
        verbose_name_plural = _("signed checkpoints")
        constraints = (
            models.CheckConstraint(condition=Q(tree_size__gte=0), name="ledger_checkpoint_size_from_zero"),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("root_hash"), function="OCTET_LENGTH", output_field=models.IntegerField()),
                    HASH_BYTES,
                ),
                name="ledger_checkpoint_root_hash_length",
            ),
        )
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)
