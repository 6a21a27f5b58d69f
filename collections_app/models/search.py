"""Searches for customers: how, for what and with what success, never what was typed."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.look_ups import SEARCHES
from collections_app.domain.searches import SEARCH_KEYS
from collections_app.models.choices import choices
from collections_app.models.staff import Staff


class CustomerSearch(models.Model):
    """One search of a member of staff.

    Without a purpose it stayed within their own book or branch, or was made by audit or compliance, who need none.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague"))
    purpose = models.CharField(_("purpose"), max_length=24, blank=True, choices=choices(SEARCHES))
    key = models.CharField(_("looked for by"), max_length=8, choices=choices(SEARCH_KEYS))
    length = models.PositiveSmallIntegerField(_("length"))
    digest = models.CharField(max_length=32, help_text="keyed digest of what was typed: the same search has the same")
    found = models.PositiveSmallIntegerField(_("found"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("search for a customer")
        verbose_name_plural = _("searches for customers")
        indexes: ClassVar = [models.Index(fields=["at"], name="customer_search_at")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="customer_search_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
