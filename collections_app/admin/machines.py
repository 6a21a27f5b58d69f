"""Machine clients, what is placed with agencies, and the log of every use."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin, actor_of, staff_of
from collections_app.admin.sections import Section
from collections_app.forms.machine import MachineClientForm, PlacementForm
from collections_app.models import MachineClient, MachineUse, Placement
from collections_app.selectors import walls
from collections_app.services import clock
from collections_app.services.machines import clients, placements


@admin.register(MachineClient)
class MachineClientAdmin(ServiceAdmin[MachineClient]):
    """A system outside, what it may ask for, and its secret."""

    section = Section.PEOPLE
    help = _(
        "Diallers, voice robots, agencies, letter and visit systems ask for permits here; telephone systems report "
        "calls. A new client opens nothing until a secret is made for it. A change ends the tokens it holds."
    )
    form = MachineClientForm
    list_display = ("name", "kind", "client_id", "script_version", "secret_made_at", "revoked_at")
    list_filter = ("kind",)
    search_fields = ("name", "client_id")
    ordering = ("name",)
    readonly_fields = ("client_id", "secret_made_at", "revoked_at")
    actions = ("make_secret", "make_secret_at_once", "revoke")
    fields = (
        "name",
        "kind",
        "channels",
        "scopes",
        "branches",
        "script_version",
        "per_minute",
        "client_id",
        "secret_made_at",
        "revoked_at",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is not typed: the kind, too, once it is chosen."""
        return (*self.readonly_fields, "kind") if obj else self.readonly_fields

    def write(self, request: HttpRequest, row: MachineClient, form: Any) -> MachineClient:
        """Make or change the client."""
        return clients.save(row=row, branches=form.cleaned_data["branches"], actor=actor_of(request), now=clock.now())

    @admin.action(description=_("Make a new secret (the one before opens for another day)"))
    def make_secret(self, request: HttpRequest, queryset: QuerySet[MachineClient]) -> HttpResponse | None:
        """Make a secret for each chosen client and show it once."""
        return self._show_secrets(request, queryset, at_once=False)

    @admin.action(description=_("Make a new secret and end the one before now (it has leaked)"))
    def make_secret_at_once(self, request: HttpRequest, queryset: QuerySet[MachineClient]) -> HttpResponse | None:
        """The same, and the one before and every token end with it."""
        return self._show_secrets(request, queryset, at_once=True)

    def _show_secrets(
        self, request: HttpRequest, queryset: QuerySet[MachineClient], *, at_once: bool
    ) -> HttpResponse | None:
        made: list[tuple[MachineClient, str]] = []

        def write(row: MachineClient) -> None:
            secret = clients.make_secret(client_pk=row.pk, actor=actor_of(request), now=clock.now(), at_once=at_once)
            made.append((row, secret))

        ask = gettext("The secret is shown once, on the next page. Have the place ready where it is to be kept.")
        answer = self.run_action(
            request, queryset, write, done=gettext("a new secret was made"), logged="secret_made", ask=ask
        )
        if answer is not None or not made:
            return answer
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("New secrets"),
            "opts": self.opts,
            "section_name": "",
            "page_help": gettext("They are shown now and never again: nobody, not even this program, can read them."),
            "made": made,
        }
        # In the page alone: never in a message, which would keep it in a cookie or a session.
        return TemplateResponse(request, "admin/machine_secrets.html", context)

    @admin.action(description=_("Revoke for good: secret and tokens end now"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[MachineClient]) -> HttpResponse | None:
        """End each chosen client."""
        return self.run_action(
            request,
            queryset.filter(revoked_at__isnull=True),
            lambda row: clients.revoke(client_pk=row.pk, actor=actor_of(request), now=clock.now()),
            done=gettext("opens nothing any more"),
            logged="revoked",
            ask=gettext("Their secrets and tokens end at once, for good. What they did stays on record."),
        )


_KNOWN = ("client", "account", "batch", "placed_at", "until_on", "recalled_at", "recall_reason")


@admin.register(Placement)
class PlacementAdmin(ServiceAdmin[Placement]):
    """Accounts that are with an agency, and were."""

    action = placements.ACTION
    may_change = False
    section = Section.PEOPLE
    help = _(
        "An agency sees the accounts placed with it and nothing else; meanwhile nobody else collects on them. Called "
        "back, an account is gone from its sight at once, and a permit it holds cannot be used. "
        "The debtor is told first "
        "(Placements, on the desk)."
    )
    form = PlacementForm
    list_display = ("client", "account", "batch", "placed_at", "until_on", "recalled_at", "recall_reason")
    list_filter: ClassVar[Any] = (("client", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("client", "account")
    ordering = ("-placed_at", "-id")
    fields = ("client", "account_number", "until_on", "batch")
    actions = ("recall",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        """Return the placements of records that are not walled from the person."""
        return walls.outside_by(super().get_queryset(request), staff_of(request), "customer")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is typed for a new one; of one there is, what is known."""
        return _KNOWN if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return all fields of one there is."""
        return _KNOWN if obj else ()

    def write(self, request: HttpRequest, row: Placement, form: Any) -> Placement:
        """Place the account."""
        placement = placements.place(
            account_no=form.cleaned_data["account_number"].strip(),
            client=form.cleaned_data["client"],
            actor=actor_of(request),
            now=clock.now(),
            until_on=form.cleaned_data["until_on"],
            batch=form.cleaned_data["batch"],
        )
        # The form knows the agency alone; the log names the account too.
        row.account = placement.account
        return placement

    @admin.action(description=_("Call back"))
    def recall(self, request: HttpRequest, queryset: QuerySet[Placement]) -> HttpResponse | None:
        """Call each chosen account back."""
        return self.run_action(
            request,
            queryset.filter(recalled_at__isnull=True),
            lambda row: placements.recall(placement_id=row.pk, actor=actor_of(request), now=clock.now()),
            done=gettext("is with the bank again"),
            logged="recalled",
        )


@admin.register(MachineUse)
class MachineUseAdmin(ReadOnlyAdmin[MachineUse]):
    """Every request of a machine, newest first."""

    section = Section.EVIDENCE
    help = _("Every request of a machine: what it asked, from where, and how it was answered. It cannot be edited.")
    list_display = ("at", "client", "action", "status", "items", "address")
    fields: ClassVar[Any] = ("at", "client", "action", "status", "items", "address")
    readonly_fields: ClassVar[Any] = fields
    list_filter: ClassVar[Any] = ("action", "status", ("client", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("client",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")
