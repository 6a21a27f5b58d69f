"""Hours and limits of contact: versions of packs, and the rules of a draft."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReasonActionForm, ServiceAdmin, actor_of
from collections_app.admin.columns import words_of
from collections_app.admin.rule_words import says
from collections_app.admin.sections import Section
from collections_app.domain.purposes import CHANNELS
from collections_app.forms.new_rule import NewRuleForm
from collections_app.forms.rule import RuleForm
from collections_app.models import Rule, RulePack
from collections_app.services import backtests, clock, rule_requests, rules


@admin.display(description=pgettext_lazy("of a thing", "name"))
def name(row: RulePack) -> str:
    """Return the pack's name in the reader's language."""
    return row.name_zh if (get_language() or "zh").startswith("zh") else row.name_en


@admin.display(description=_("standing"), ordering="active")
def standing(row: Any) -> str:
    """Return whether the version is in force, a draft, or one that was replaced."""
    if row.active:
        return gettext("in force")
    return gettext("draft") if row.version > (row.in_force or 0) else gettext("replaced")


@admin.display(description=_("rules"))
def rules_link(row: RulePack) -> SafeString:
    """Return a link to the rules of the version."""
    address = f"{reverse('admin:collections_app_rule_changelist')}?pack__id__exact={row.pk}"
    return format_html('<a href="{}">{}</a>', address, gettext("Hours and limits of this version"))


@admin.display(description=_("channels"))
def channels(row: Rule) -> str:
    """Return the channels in words."""
    return words_of(row.channels, CHANNELS) or gettext("all channels")


@admin.register(RulePack)
class RulePackAdmin(ServiceAdmin[RulePack]):
    """Versions of packs. A change begins with a draft and ends when somebody else puts it in force."""

    action = rules.ACTION
    section = Section.RULES
    help = _(
        "Hours and limits of contact, in versions. Choose the version in force and make a draft of it; change its "
        "rules and test it on last month's contacts; then somebody else puts the draft in force."
    )
    may_add = may_change = False
    list_display = ("code", "version", name, standing, "effective_from", "written_by", "activated_by", "activated_at")
    readonly_fields: ClassVar[Any] = (standing, rules_link)
    fields: ClassVar[Any] = (
        ("code", "version"),
        ("name_zh", "name_en"),
        (standing, "effective_from"),
        "written_by",
        ("activated_by", "activated_at"),
        rules_link,
    )
    list_filter = ("active", "code")
    search_fields = ("code", "name_zh", "name_en")
    list_select_related = ("written_by", "activated_by")
    ordering = ("code", "-version")
    action_form = ReasonActionForm
    actions = ("make_draft", "test_draft", "ask_in_force")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RulePack]:
        """Return the versions, each with the one of its pack that is in force."""
        in_force = RulePack.objects.filter(code=OuterRef("code"), active=True).values("version")[:1]
        return super().get_queryset(request).annotate(in_force=Subquery(in_force))

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

    @admin.action(description=_("Test the chosen draft on last month's contacts"))
    def test_draft(self, request: HttpRequest, queryset: QuerySet[RulePack]) -> None:
        """Begin a test of each chosen draft; its page shows how far it has come and what it found."""
        self.run_action(
            request,
            queryset,
            lambda row: backtests.start(pack_id=row.pk, actor=actor_of(request), now=clock.now()),
            done=gettext("the test has begun; its page under the tests of drafts shows what it finds"),
            logged="tested",
        )

    @admin.action(description=_("Ask for the chosen draft to be put in force"))
    def ask_in_force(self, request: HttpRequest, queryset: QuerySet[RulePack]) -> None:
        """Ask a second person to put each chosen draft in force."""
        self.run_action(
            request,
            queryset,
            lambda row: rule_requests.ask_in_force(
                pack_id=row.pk, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
            ),
            done=gettext("asked for; somebody else decides in the approval inbox"),
            logged="asked",
        )


@admin.register(Rule)
class RuleAdmin(ServiceAdmin[Rule]):
    """Rules of all versions; those of a draft can be changed."""

    action = rules.ACTION
    section = Section.RULES
    help = _("Only the rules of a draft can be changed, added or left out. Filter by its version to find them.")
    form = RuleForm
    actions = ("leave_out",)
    list_display = ("pack", "code", "kind", channels, says, "basis", "verified")
    list_display_links = ("code",)
    list_filter = ("pack", "kind", "basis", "verified")
    list_select_related = ("pack",)
    search_fields = ("code", "source")
    ordering = ("pack__code", "-pack__version", "id")
    readonly_fields: ClassVar[Any] = ("pack", "code", "kind", channels, says, "basis", "source", "verified")

    def name_of(self, row: Rule) -> str:
        """Return the pack, its version and the code."""
        return f"{row.pack} · {row.code}"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the rule is of a draft and the role may."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        versions = list(RulePack.objects.filter(code=obj.pack.code).order_by("version"))
        return rules.is_draft(obj.pack, versions)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what the rule is, and beside it what may be set of it; of a new one, everything."""
        if obj is None:
            return [*NewRuleForm.field_order]
        if not self.has_change_permission(request, obj):
            return list(self.readonly_fields)
        return [*self.readonly_fields, *RuleForm(instance=obj).fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what stands beside the form; nothing of a rule that is not there yet."""
        return self.readonly_fields if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; which fields it has depends on the rule, and it makes them itself."""
        if obj is None:
            kwargs["form"] = NewRuleForm
        if self.has_change_permission(request, obj):
            kwargs["fields"] = None
        return super().get_form(request, obj, change=change, **kwargs)

    def write(self, request: HttpRequest, row: Rule, form: Any) -> Rule:
        """Set the hours or limits of the draft's rule, or add one."""
        entered = form.cleaned_data
        if row._state.adding:
            named = {name: entered[name] for name in ("code", "kind", "channels", "basis", "source", "verified")}
            return rules.add(pack_id=entered["pack"].pk, parameters=form.parameters, actor=actor_of(request), **named)
        return rules.change(
            rule_id=row.pk,
            parameters=form.parameters,
            source=entered["new_source"],
            verified=entered["now_verified"],
            actor=actor_of(request),
        )

    @admin.action(description=_("Leave the chosen rules out of the draft"))
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Rule]) -> Any:
        """Take each chosen rule out of its draft, after asking."""
        return self.run_action(
            request,
            queryset,
            lambda row: rules.leave_out(rule_id=row.pk, actor=actor_of(request)),
            done=gettext("left out of the draft; the version in force keeps it"),
            logged="left_out",
            ask=gettext("Leave these rules out of the draft?"),
        )
