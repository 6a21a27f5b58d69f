"""The files of the desk: one's worklist as it is narrowed, and who works what."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.exports import MOST_DIFFERENCES, MOST_ROWS
from collections_app.domain.money import yuan_text
from collections_app.domain.reasons import REASONS
from collections_app.models import Backtest
from collections_app.selectors import backtests, saved_queues, worklists
from collections_app.selectors.ownership import people, workload
from collections_app.services import clock, decision_words
from collections_app.templatetags.terms import moment, term
from desk.views.exporting import ExportView, Row
from desk.views.worklist_filters import read


class WorklistExportView(ExportView):
    """The worklist that was on the screen, as it was narrowed, of one's own reach."""

    kind: ClassVar[str] = "worklist"

    def columns(self) -> Row:
        """Return the names of the columns."""
        return [
            _("Customer number"), _("Name"), _("Case"), _("Branch"), _("Owner"), _("Status"), _("Stage"),
            _("Overdue (yuan)"), _("Next step"), _("When"), _("Priority"),
        ]  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Yield the cases in the list's order."""
        chosen = read(self.request.GET, key=self.request.GET.get("queue", "")[:24])
        views = {view.key: view for view in saved_queues.views(self.staff)}
        view = views.get(chosen.key, views["to_contact"]).narrowed(chosen.conditions).in_order(chosen.order)
        found = worklists.ordered(worklists.matching(staff=self.staff, view=view, now=clock.now()), view.order)
        for customer in found.select_related("owner", "branch")[:MOST_ROWS].iterator(chunk_size=500):
            yield [
                customer.customer_no,
                customer.name,
                customer.case_number,
                customer.branch.name,
                customer.owner.name if customer.owner else "",
                term(customer.status, "statuses"),
                term(customer.stage, "stages"),
                yuan_text(customer.overdue_fen),
                term(customer.next_step, "next_steps") if customer.next_step else "",
                moment(customer.next_step_at) if customer.next_step_at else "",
                customer.priority,
            ]


class DifferencesExportView(ExportView):
    """What a draft of contact rules would have decided otherwise, of the records one may see, with the reasons."""

    page_action: ClassVar[str] = "rules.write"
    kind: ClassVar[str] = "differences"
    test: Backtest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the test of the address."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.test = get_object_or_404(Backtest, id=kwargs["test_id"])

    def selection(self) -> Mapping[str, str]:
        """Return which test it was."""
        return {"test": str(self.test.pk)}

    def columns(self) -> Row:
        """Return the names of the columns."""
        return [
            _("Customer number"), _("When"), _("Way of contact"), _("Purpose"), _("Refused then"),
            _("Refused by the draft"), _("Rule"), _("Why?"),
        ]  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Yield the differences in the order they were found, and how many more there are than fit a file."""
        found = backtests.differences(staff=self.staff, backtest_id=self.test.pk, now=clock.now())
        for row in found[:MOST_DIFFERENCES].iterator(chunk_size=2000):
            refusing = [line for line in decision_words.explain(row.considered) if line.outcome == "refused"]
            yield [
                row.customer.customer_no,
                row.at.isoformat(),
                term(row.channel, "channels"),
                term(row.purpose, "purposes"),
                _reason(row.before),
                _reason(row.after),
                row.rule,
                " | ".join(decision_words.text_of(line) for line in refusing),
            ]
        if (more := found.count() - MOST_DIFFERENCES) > 0:
            yield [_("%(number)s more: filter them on their page") % {"number": f"{more:,}"}, *[""] * 7]


def _reason(code: str) -> str:
    return REASONS[code].text(get_language() or "zh-hans") if code in REASONS else code


class AssignmentsExportView(ExportView):
    """What everybody of one's reach carries."""

    kind: ClassVar[str] = "assignments"

    def columns(self) -> Row:
        """Return the names of the columns."""
        return [
            _("Employee number"), _("Name"), _("Unit"), _("Accounts"), _("Can carry"), _("Overdue (yuan)"),
            _("Promises due today"), _("Hand-offs waiting"), _("Covered by"), _("Has left"),
        ]  # fmt: skip

    def rows(self) -> Iterable[Row]:
        """Return the people, who carries most first."""
        now = clock.now()
        overseen = list(people.overseen(self.staff).select_related("branch"))
        loads = workload.per_head(people=overseen, now=now, today=timezone.localdate(now))
        return [
            [
                load.staff.employee_no,
                load.staff.name,
                load.staff.branch.name if load.staff.branch else "",
                load.accounts,
                load.staff.capacity or "",
                yuan_text(load.overdue_fen),
                load.promises_due,
                load.handoffs,
                load.cover.name if load.cover else "",
                "" if load.staff.is_active else _("yes"),
            ]
            for load in loads
        ]
