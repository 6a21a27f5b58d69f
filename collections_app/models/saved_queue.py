"""Views of the worklist as data: the bank's queues, what supervisors share, and what people keep for themselves."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import ROLES
from collections_app.domain.worklists.orders import ORDERS
from collections_app.models.choices import choices
from collections_app.models.organisation import Branch
from collections_app.models.staff import Staff


class SavedQueue(models.Model):
    """A view of the worklist: conditions, an order, and who sees it.

    Built in are those with a code. Of the others ``owner`` is whose it is; it is theirs alone unless it is shared
    with a branch, or with one role there.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(max_length=24, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    order = models.CharField(_("order"), max_length=12, choices=choices(ORDERS), default="priority")
    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_queues")
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    shared = models.BooleanField(_("shared"), default=False)
    role = models.CharField(_("role"), max_length=24, blank=True, choices=choices(ROLES))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("view of the worklist")
        verbose_name_plural = _("views of the worklist")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="saved_queue_code_once"),
            models.UniqueConstraint(
                fields=["owner", "name_zh"], condition=models.Q(code=""), name="saved_queue_name_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(code="") | models.Q(owner__isnull=False), name="saved_queue_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        chinese = (get_language() or "zh").startswith("zh")
        return self.name_zh if chinese or not self.name_en else self.name_en
