"""Hours and limits of contact: versions of packs, and the rules of a draft."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReasonActionForm, ServiceAdmin, actor_of
from collections_app.forms.rule import RuleForm
from collections_app.models import Rule, RulePack
from collections_app.services import clock, rules


@admin.register(RulePack)
class RulePackAdmin(ServiceAdmin[RulePack]):
    """Versions of packs. A change begins with a draft and ends when somebody else puts it in force."""

    action = rules.ACTION
    may_add = may_change = False
    list_display = ("code", "version", "name_zh", "active", "effective_from", "written_by", "activated_by")
    list_filter = ("code", "active")
    list_select_related = ("written_by", "activated_by")
    ordering = ("code", "-version")
    action_form = ReasonActionForm
    actions = ("make_draft", "ask_in_force")

    def write(self, request: HttpRequest, row: RulePack, form: Any) -> RulePack:
        """Copy the version as a draft: no version is edited."""
        return rules.draft(pack_id=row.pk, actor=actor_of(request), now=clock.now())

    @admin.action(description=_("Make a draft of the chosen version"))
    def make_draft(self, request: HttpRequest, queryset: QuerySet[RulePack]) -> None:
        """Copy each chosen version as a draft."""
        self.run_action(
            request,
            queryset,
            lambda row: self.write(request, row, None),
            done=gettext("copied as a draft; change its rules, then let somebody else put it in force"),
            logged="drafted",
        )

    @admin.action(description=_("Ask for the chosen draft to be put in force"))
    def ask_in_force(self, request: HttpRequest, queryset: QuerySet[RulePack]) -> None:
        """Ask a second person to put each chosen draft in force."""
        self.run_action(
            request,
            queryset,
            lambda row: rules.ask_in_force(
                pack_id=row.pk, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
            ),
            done=gettext("asked for; somebody else decides in the approval inbox"),
            logged="asked",
        )


@admin.register(Rule)
class RuleAdmin(ServiceAdmin[Rule]):
    """Rules of all versions; those of a draft can be changed."""

    action = rules.ACTION
    form = RuleForm
    may_add = False
    list_display = ("pack", "code", "kind", "channels", "parameters", "basis", "verified")
    list_filter = ("pack", "kind", "basis", "verified")
    list_select_related = ("pack",)
    search_fields = ("code", "source")
    ordering = ("pack__code", "-pack__version", "id")
    readonly_fields = ("pack", "code", "kind", "channels", "basis", "source", "verified")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the rule is of a draft and the role may."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        versions = list(RulePack.objects.filter(code=obj.pack.code).order_by("version"))
        return rules.is_draft(obj.pack, versions)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what the rule is, and beside it what may be set of it."""
        if not self.has_change_permission(request, obj):
            return [*self.readonly_fields, "parameters"]
        return [*self.readonly_fields, *RuleForm(instance=obj).fields]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; which fields it has depends on the rule, and it makes them itself."""
        if self.has_change_permission(request, obj):
            kwargs["fields"] = None
        return super().get_form(request, obj, change=change, **kwargs)

    def write(self, request: HttpRequest, row: Rule, form: Any) -> Rule:
        """Set the hours or limits of the draft's rule."""
        return rules.change(rule_id=row.pk, parameters=form.parameters, actor=actor_of(request))
