"""Starting an experiment with messages, and replacing its champion: by a second person, never by itself."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError
from notifications.domain.kinds import KIND_TERMS
from notifications.models import Experiment
from notifications.services.targeting import experiments


class ExperimentStartKind(ApprovalKind):
    """``subject`` is ``experiment:<id>``."""

    term = Term("experiment_start", "消息试验启动", "Message experiment into use")
    ask_action = experiments.PROPOSE
    decide_action = experiments.APPROVE

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when it is no draft any more, or another one with this kind of message runs."""
        experiments.check_start(experiment=_experiment(approval))

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Start it."""
        experiment = experiments.check_start(experiment=_experiment(approval))
        if actor.staff is None:
            raise RefusedError("no_such_experiment")
        experiments.start_within(experiment=experiment, by=actor.staff, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Show what is tried, in how many ways, and how much of it by chance."""
        experiment = _experiment(approval)
        if experiment is None:
            return []
        ways = ", ".join(f"{arm.at:%H:%M} {arm.wording}".strip() for arm in experiment.arms.all())
        return [
            *_head(experiment),
            Line(_("Ways to send"), ways),
            Line(_("Choices by chance, at most"), f"{experiment.exploration:.0%}"),
            Line(_("Judged after"), _("%(days)s days") % {"days": experiment.window_days}),
        ]


class ChampionKind(ApprovalKind):
    """``subject`` is ``experiment:<id>``; the payload names the snapshot and carries the evidence."""

    term = Term("experiment_champion", "消息试验冠军替换", "Champion of a message experiment")
    ask_action = experiments.PROPOSE
    decide_action = experiments.APPROVE

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the experiment does not run any more."""
        experiments.check_champion(experiment=_experiment(approval))

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Make the challenger the champion."""
        experiment = experiments.check_champion(experiment=_experiment(approval))
        if actor.staff is None:
            raise RefusedError("no_such_experiment")
        experiments.replace_champion_within(experiment=experiment, approval=approval, by=actor.staff, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Show by how much it would be better, how sure that is, and on how many choices it rests."""
        experiment = _experiment(approval)
        if experiment is None:
            return []
        gain = approval.payload["gain"]
        points = f"{gain['value'] * 100:+.1f} ({gain['low'] * 100:+.1f} … {gain['high'] * 100:+.1f})"
        return [
            *_head(experiment),
            Line(_("Gain in percentage points, 95% interval"), points),
            Line(_("Judged choices"), str(gain["rows"])),
        ]


def _head(experiment: Experiment) -> list[Line]:
    kind = KIND_TERMS[experiment.kind].text(get_language() or "zh")
    return [Line(_("Experiment"), experiment.name), Line(_("Message"), kind)]


def _experiment(approval: Approval) -> Experiment | None:
    return Experiment.objects.filter(id=int(approval.subject.partition(":")[2])).first()
