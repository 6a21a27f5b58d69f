"""The demo bank's mediations and negotiations on the first morning: one in every state they can be in.

What has ended comes first, then what is going on, then what is to come: nobody is in two sessions at once. Everything
is done by the services that people's pages call. Orchestrating: each step is a transaction of its own.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from collections_app.models import Account, Staff
from collections_app.services import holds, plans, records
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from mediation.domain.batches import FEWEST
from mediation.domain.slots import on_grid
from mediation.models import Mediation, MediationOrganisation, Session
from mediation.selectors.free_hours import FreeHours
from mediation.services import batches, mediations, overrides, positions, scheduling, wake
from mediation.services.people import panels
from oversight.selectors import demo_cases
from oversight.services import demo_table
from repayment.services import requests

_log = logging.getLogger(__name__)
# What came to nothing or was broken needs its days: so long ago these talks were held.
_LONG_AGO = timedelta(days=20)
# Not at one hour with others of the same mediator: these ended on two working days of the week before.
_LAST_WEEK, _BEFORE_THAT = timedelta(days=3), timedelta(days=4)
_LIKE_CASES = 3
_WISH = "希望由第三方调解：对超限费有异议，愿意分期偿还。"
_POSITION = "本行已按合同约定提示超限额透支的费用；可分期，分期期间不再催收。"


@dataclass(frozen=True, slots=True)
class Stage:
    """A case to talk about, who proposes it, and the moment it is played at."""

    account: Account
    proposes: Staff
    now: datetime

    @property
    def was_overdue(self) -> bool:
        """Whether the account was overdue beyond its grace already when the long past talks were held."""
        since = self.account.overdue_since
        return since is not None and since + timedelta(days=self.account.grace_days) < (self.now - _LONG_AGO).date()

    @property
    def actor(self) -> Actor:
        """Who proposes, as services take it."""
        return Actor.of(self.proposes)

    def propose(self, *, kind: str = "mediation", dispute: str = "over_limit", at: datetime | None = None) -> Mediation:
        """Propose talks with the bank's words, and return them."""
        return mediations.propose(
            customer_id=self.account.customer_id,
            account_id=self.account.id,
            kind=kind,
            position=_POSITION,
            dispute_type=dispute if kind == "mediation" else "",
            actor=self.actor,
            seen_version=None,
            now=at or self.now,
        )

    def route(self, talks: Mediation, route: str) -> None:
        """Have talks held by other means than the rule chose, where it chose others."""
        if talks.route != route:
            overrides.change(
                mediation_id=talks.id, route=route, track=talks.track, reason="客户本人提出",
                actor=self.actor, seen_version=None, now=self.now,
            )  # fmt: skip

    def agree_on_page(self, talks: Mediation) -> None:
        """Let the customer say yes on their page."""
        mediations.answer(
            mediation_id=talks.id, consents=True, how="page", actor=records.CUSTOMER, seen_version=None,
            now=self.now, customer_id=self.account.customer_id,
        )  # fmt: skip


def begin(*, now: datetime) -> int:
    """Begin talks in every state on cases of Beijing and Shanghai, and return how many.

    A bank with any talks is left as it is; where there are fewer cases, there are fewer talks. What is in the way of
    one, the hour or the case, leaves that one out and no other.
    """
    if Mediation.objects.exists():
        return 0
    # A sweep that found a date between two steps of a story would lead it elsewhere.
    with wake.alone():
        # Who was not overdue three weeks ago had nothing to talk about then.
        cases = sorted(_cases(now), key=lambda stage: not stage.was_overdue)
        for play, stage in zip(_STORIES, cases, strict=False):
            _try(play, stage)
        rest = cases[len(_STORIES) :]
        alike = [stage for stage in rest if stage.proposes == rest[0].proposes]
        if alike:
            _try(lambda _: _batch(alike[:_LIKE_CASES], now), alike[0])
        plans.judge_due(now=now)
    return Mediation.objects.count()


def _cases(now: datetime) -> Iterator[Stage]:
    """Yield cases of the two branches in turn, each with a collector who proposes it."""
    count = len(_STORIES) // 2 + 1 + _LIKE_CASES
    rows: list[list[tuple[Account, Staff]]] = []
    for supervisor, collector in (("supervisor.bj1", "collector.bj1"), ("supervisor.sh1", "collector.sh1")):
        found = demo_cases.untouched(demo_cases.colleague(supervisor), count, now=now, product="card")
        rows.append([(account, demo_cases.colleague(collector)) for account in found])
    for place in range(max(map(len, rows))):
        for row in rows:
            if place < len(row):
                yield Stage(*row[place], now)


def _try(play: Callable[[Stage], object], stage: Stage) -> None:
    try:
        play(stage)
    except RefusedError as error:
        # A rule of the bank's is in the way of this story here and now; the others are about other cases.
        _log.warning("The demo's talks %s were left out: %s", play.__name__.strip("_"), error)


def _broken(stage: Stage) -> None:
    """Agreed on paper three weeks ago; the first instalment never came."""
    then = stage.now - _LONG_AGO
    session = _booked(stage.propose(at=then), then)
    demo_table.agree_on_paper(session=session, first_in=timedelta(days=3), now=then)


def _running(stage: Stage) -> None:
    """Agreed on paper lately, and the first of three instalments paid today; the court is asked to confirm it."""
    then = stage.now - _LAST_WEEK
    session = _booked(stage.propose(at=then), then)
    demo_table.agree_on_paper(session=session, first_in=timedelta(days=10), now=then)
    demo_table.pay(account=stage.account, instalments=1, now=stage.now)
    demo_table.make_papers(mediation_id=session.mediation_id, kind="confirmation", now=stage.now)


def _kept(stage: Stage) -> None:
    """Agreed on paper three weeks ago, and paid whole."""
    then = stage.now - _LONG_AGO
    session = _booked(stage.propose(at=then), then)
    demo_table.agree_on_paper(session=session, first_in=timedelta(days=30), now=then)
    demo_table.pay(account=stage.account, instalments=3, now=stage.now)


def _failed(stage: Stage) -> None:
    """The sides stayed apart; the papers for a suit are made."""
    then = stage.now - _BEFORE_THAT
    session = _booked(stage.propose(at=then), then)
    demo_table.part(session=session, now=then)
    demo_table.make_papers(mediation_id=session.mediation_id, kind="filing", now=stage.now)


def _declined(stage: Stage) -> None:
    """The customer does not want to talk."""
    talks = stage.propose(dispute="fees")
    mediations.answer(
        mediation_id=talks.id, consents=False, how="phone", actor=stage.actor, seen_version=None, now=stage.now
    )


def _at_the_table(stage: Stage) -> None:
    """In session: facts marked, means told, both proposals in, a mandate asked for."""
    talks = stage.propose()
    session = _booked(talks, stage.now)
    demo_table.ask_mandate(session=session, now=stage.now)
    demo_table.bring_papers(talks=talks, now=stage.now)
    demo_table.talk(session=session, now=stage.now)


def _to_sign(stage: Stage) -> None:
    """In session with the other mediator and the other representative; the agreement waits for its signatures."""
    demo_table.draft(session=_booked(stage.propose(), stage.now), now=stage.now)


def _today(stage: Stage) -> None:
    """The next hour of today that everybody has free; at night the next day's."""
    talks = stage.propose()
    stage.agree_on_page(talks)
    _booked(talks, stage.now, soon=True)
    demo_table.bring_papers(talks=talks, now=stage.now)


def _panel(stage: Stage) -> None:
    """In hardship: a psychologist sits beside the mediator and has accepted."""
    holds.place(
        customer_id=stage.account.customer_id, kind="hardship", text="客户称收入下降，暂时只能少还。",
        actor=stage.actor, seen_version=None, now=stage.now,
    )  # fmt: skip
    session = _booked(stage.propose(dispute="fees"), stage.now)
    for seat in session.seats.filter(state="proposed").select_related("expert__staff"):
        if seat.expert is not None:
            panels.answer(seat_id=seat.id, accepts=True, actor=Actor.of(seat.expert.staff), now=stage.now)


def _invited(stage: Stage) -> None:
    """The date is set and the invitation on its way; the customer has not answered."""
    _booked(stage.propose(dispute="instalment_wish"), stage.now)


def _to_pick(stage: Stage) -> None:
    """By video: the customer is offered dates to pick from."""
    talks = stage.propose()
    stage.route(talks, "video")
    stage.agree_on_page(talks)
    scheduling.schedule(mediation_id=talks.id, now=stage.now)


def _in_person(stage: Stage) -> None:
    """In a room of the branch, on the date that was named."""
    talks = stage.propose(dispute="fees")
    stage.route(talks, "meeting")
    _booked(talks, stage.now, soon=True)


def _by_the_bank(stage: Stage) -> None:
    """The bank's own negotiation, by its negotiator."""
    _booked(stage.propose(kind="negotiation"), stage.now)


def _wish(stage: Stage) -> None:
    """Asked for by the customer on their page, and taken up by nobody yet."""
    requests.ask(
        customer_id=stage.account.customer_id, kind="mediation_request", account_id=stage.account.id, text=_WISH,
        now=stage.now,
    )  # fmt: skip


def _waiting(stage: Stage) -> None:
    """Proposed just now: the scheduler looks for its date."""
    positions.file(
        mediation_id=stage.propose(dispute="fees").id, text="请先核对费用再约时间。", files=[],
        actor=records.CUSTOMER, seen_version=None, now=stage.now, customer_id=stage.account.customer_id,
    )  # fmt: skip


_STORIES: tuple[Callable[[Stage], None], ...] = (
    _broken, _kept, _running, _failed, _declined, _at_the_table, _to_sign, _today, _panel, _invited, _to_pick,
    _in_person, _by_the_bank, _wish, _waiting,
)  # fmt: skip


def _batch(stages: Sequence[Stage], now: datetime) -> None:
    """Refer like cases of one branch together: one mediator, one session after the other."""
    asked = [talks for stage in stages if (talks := stage.propose()).track == "simple" and talks.route == "telephone"]
    organisation = MediationOrganisation.objects.filter(active=True).order_by("id").first()
    if organisation is None or len(asked) < FEWEST:
        return
    batches.refer(
        mediation_ids=[talks.id for talks in asked], organisation_id=organisation.id, actor=stages[0].actor, now=now
    )


def _booked(talks: Mediation, now: datetime, *, soon: bool = False) -> Session:
    """Give talks the earliest date of the rule, or with ``soon`` the earliest anybody could come to.

    Raise RefusedError when nobody is free.
    """
    hours = FreeHours(Mediation.objects.select_related("account", "customer").get(id=talks.id), now=now)
    # Where the policy offers dates to pick from, naming an hour decides on it.
    scheduling.schedule(mediation_id=talks.id, now=now, wish=hours.earliest(on_grid(now) if soon else None))
    session = talks.sessions.filter(state="scheduled").select_related("mediation", "mediator__staff").first()
    if session is None:
        raise RefusedError("nobody_free")
    return session
