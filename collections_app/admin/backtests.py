"""Tests of drafts of contact rules: what each would have refused or allowed, and every difference with its reasons."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, staff_of
from collections_app.admin.columns import customer_link, word
from collections_app.admin.filters import WordFilter
from collections_app.admin.records import RecordRowsAdmin
from collections_app.admin.sections import Section
from collections_app.domain.purposes import CHANNELS
from collections_app.domain.reasons import REASONS
from collections_app.domain.staff import Scope
from collections_app.models import Backtest, BacktestDifference
from collections_app.services import decision_words
from collections_app.services.approval_kinds.rule_pack import tested_lines


@admin.display(description=_("progress"))
def progress(row: Backtest) -> str:
    """Return how far the test has come."""
    if row.finished_at:
        return gettext("finished")
    return str(gettext("%(done)s of %(total)s; reload to see more") % {"done": row.done, "total": row.total})


@admin.display(description=_("result"))
def result(row: Backtest) -> SafeString:
    """Return what the test found, in the words the person who decides reads."""
    lines = ((line.label, line.value) for line in tested_lines(row))
    return format_html_join("\n", "<div>{}: {}</div>", lines)


@admin.display(description=_("differences"))
def differences(row: Backtest) -> SafeString:
    """Return links to the differences: as a page, and as a file, which is asked for with a reason on the desk."""
    file = reverse("desk:export_differences", args=[row.pk])
    return format_html('{} · <a href="{}">{}</a>', differences_page(row), file, gettext("As a file"))


@admin.display(description=_("differences"))
def differences_page(row: Backtest) -> SafeString:
    """Return the link to the page of differences, for who takes no files."""
    page = f"{reverse('admin:collections_app_backtestdifference_changelist')}?backtest__id__exact={row.pk}"
    return format_html('<a href="{}">{}</a>', page, gettext("Every difference"))


@admin.register(Backtest)
class BacktestAdmin(ReadOnlyAdmin[Backtest]):
    """Tests of drafts, the newest first."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "What a draft of contact rules would have refused or allowed of the contacts of thirty days. What the record "
        "said then stands as it was kept; what the pack says is worked out anew."
    )
    list_display = ("pack", "asked_at", "asked_by", progress, result)
    fields: ClassVar[Any] = ("pack", ("asked_by", "asked_at"), ("since", "until"), progress, result, differences)
    readonly_fields: ClassVar[Any] = (progress, result, differences, differences_page)
    list_select_related = ("pack", "asked_by")
    list_filter = ("pack",)
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; the differences are of customers, and a file of them is for who may take one."""
        staff = staff_of(request)
        if staff.scope == Scope.NONE:
            return [field for field in self.fields if field is not differences]
        if staff.may("export.take"):
            return self.fields
        return [differences_page if field is differences else field for field in self.fields]


class ReasonFilter(WordFilter):
    title, parameter_name, terms = _("refused by the draft"), "after", REASONS


channel = word("channel", CHANNELS, _("channel"))
purpose = word("purpose", "purposes", _("purpose"))
before = word("before", REASONS, _("refused then"))
after = word("after", REASONS, _("refused by the draft"))


@admin.display(description=_("Why?"))
def why(row: BacktestDifference) -> SafeString:
    """Return every check of the draft's rules in words."""
    lines = decision_words.explain(row.considered)
    return format_html_join(
        "\n", "<div>{} · {} · {}</div>", ((line.name, line.result, decision_words.text_of(line)) for line in lines)
    )


@admin.register(BacktestDifference)
class BacktestDifferenceAdmin(RecordRowsAdmin[BacktestDifference]):
    """Contacts that a draft would have decided otherwise."""

    action = "rules.write"
    section = Section.RULES
    help = _("Each contact that the draft would have refused although it was made, or allowed although it was refused.")
    list_display = ("at", customer_link, channel, purpose, before, after, "rule")
    fields: ClassVar[Any] = ("backtest", "at", customer_link, (channel, purpose), (before, after), "rule", why)
    readonly_fields: ClassVar[Any] = (customer_link, channel, purpose, before, after, why)
    list_filter = (("backtest", admin.RelatedOnlyFieldListFilter), "rule", ReasonFilter)
    list_select_related = ("customer", "backtest")
    ordering = ("id",)
