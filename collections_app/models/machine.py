"""Machine clients: who they are, the tokens they hold, what is placed with them, and each use they make."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.domain.machines.clients import MACHINE_ACTIONS, MACHINE_KINDS
from collections_app.domain.ownership.placements import RECALL_REASONS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.organisation import Branch
from collections_app.models.staff import Staff


class MachineClient(models.Model):
    """A system outside that may ask for permits or report calls. Its secret is kept as a hash only."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    client_id = models.CharField(_("client ID"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=choices(MACHINE_KINDS))
    channels = models.JSONField(_("channels"), default=list, blank=True)
    scopes = models.JSONField(_("allowed to"), default=list)
    branches = models.ManyToManyField(Branch, verbose_name=_("branches"), blank=True, related_name="+")
    script_version = models.CharField(_("version of its approved script"), max_length=40, blank=True)
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=600)
    secret_hash = models.CharField(max_length=64, blank=True)
    secret_made_at = models.DateTimeField(_("secret made at"), null=True, blank=True)
    old_secret_hash = models.CharField(max_length=64, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("machine client")
        verbose_name_plural = _("machine clients")

    def __str__(self) -> str:
        return self.name


class MachineToken(models.Model):
    """One access token, kept as a hash: whose it is, what for, and until when."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    client = models.ForeignKey(MachineClient, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # The sweep of those that have expired.
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="machine_token_expires")]


class MachineUse(models.Model):
    """One request a machine made: what it asked, from where, and how it was answered."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    client = models.ForeignKey(
        MachineClient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        verbose_name=_("machine client"),
    )
    action = models.CharField(_("what"), max_length=40, choices=choices(MACHINE_ACTIONS))
    status = models.PositiveSmallIntegerField(_("answered"))
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    items = models.PositiveIntegerField(_("contacts"), default=0)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("use by a machine")
        verbose_name_plural = _("uses by machines")
        indexes: ClassVar = [
            # How many there were within the last minute.
            models.Index(fields=["client", "-at"], name="machine_use_recent"),
            # Refused tries to get a token, from one address.
            models.Index(fields=["address", "-at"], name="machine_use_refused", condition=Q(status__gte=400)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="machine_use_append_only", operation=pgtrigger.Update),
            # What no client proved to have asked may be forgotten: anybody can make such rows.
            pgtrigger.Protect(
                name="machine_use_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__client_id__isnull=False),
            ),
        ]


class Placement(models.Model):
    """An account placed with an agency, until it is called back."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    client = models.ForeignKey(
        MachineClient, on_delete=models.PROTECT, related_name="placements", verbose_name=_("agency")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="placements", verbose_name=_("account"))
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    placed_at = models.DateTimeField(_("placed at"))
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    until_on = models.DateField(_("placed until"), null=True, blank=True)
    batch = models.CharField(_("batch"), max_length=32, blank=True, default="", db_default="")
    from_pool = models.CharField(max_length=16, default="in_house", db_default="in_house")
    recalled_at = models.DateTimeField(_("called back at"), null=True, blank=True)
    recalled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recall_reason = models.CharField(
        _("why it was called back"),
        max_length=24,
        blank=True,
        default="",
        db_default="",
        choices=choices(RECALL_REASONS),
    )

    class Meta:
        verbose_name = _("placement with an agency")
        verbose_name_plural = _("placements with agencies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(recalled_at__isnull=True), name="placement_one_per_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client.name} · {self.account}"
