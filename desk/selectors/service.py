"""What customer service needs in one look: what collections did, what may be promised and why, and what to answer."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language

from collections_app.domain import answers as words
from collections_app.domain.promises import Limits
from collections_app.domain.staff import Department
from collections_app.models import Account, ApprovedAnswer, Event
from collections_app.selectors import answers
from collections_app.selectors.promise_obstacles import obstacles
from collections_app.selectors.promise_rules import limits_of
from desk.selectors.record import Record

# What colleagues in collections do that says nothing to a caller.
_QUIET = ("conversation.verified", "approval.asked", "answer.read")
# What callers ask of the bank beside money, each a hand-off of its own kind.
_REQUESTS = ("document", "data_rights", "contact_change", "representative", "credit_objection", "callback")


@dataclass(frozen=True)
class MayPromise:
    """What may be promised on one account, or why nothing may: ``pending``, or the code of a refusal."""

    account: Account
    limits: Limits | None
    why_not: str = ""
    redates_left: int = 0


@dataclass(frozen=True)
class Shown:
    """One approved answer as it can be given now: in the reader's language and in the other one.

    ``is_masked`` says that it speaks of the debt and nobody has proven who they are; ``can_fill`` that the record has
    what it names.
    """

    answer: ApprovedAnswer
    text: str
    other: str
    other_language: str
    is_masked: bool
    can_fill: bool


@dataclass
class ServiceView:
    """Each part is read once, when a template first asks for it."""

    record: Record
    requests = _REQUESTS

    @cached_property
    def last(self) -> Event | None:
        """What collections did last."""
        rows = Event.objects.filter(customer=self.record.customer, department=Department.COLLECTIONS)
        return rows.exclude(kind__in=_QUIET).select_related("actor", "text_row").order_by("-id").first()

    @cached_property
    def _limits(self) -> dict[int, Limits]:
        overdue = [account for account in self.record.accounts if account.overdue_fen > 0]
        return limits_of(accounts=overdue, today=self.record.today) if overdue else {}

    @cached_property
    def promises(self) -> list[MayPromise]:
        """What may be promised on each overdue account."""
        pending = {promise.account_id: promise for promise in self.record.promises}
        overdue = [account for account in self.record.accounts if account.pk in self._limits]
        if not overdue:
            return []
        replaced = frozenset(promise.pk for promise in self.record.promises)
        stands = obstacles(accounts=overdue, now=self.record.now, replaced=replaced)
        found = []
        for account in overdue:
            limits = self._limits[account.pk]
            if account.pk in stands:
                found.append(MayPromise(account, None, stands[account.pk]))
            elif account.pk in pending:
                left = max(limits.most_redates - pending[account.pk].redates, 0)
                found.append(MayPromise(account, limits if left else None, "pending", left))
            else:
                found.append(MayPromise(account, limits))
        return found

    @cached_property
    def has_proven_person(self) -> bool:
        """Whether this colleague speaks with somebody who has proven who they are."""
        return answers.has_proven_person(customer=self.record.customer, staff=self.record.staff, now=self.record.now)

    @cached_property
    def answers(self) -> list[Shown]:
        """The approved answers that fit the record as it is, filled from it."""
        rows = answers.for_status(answers.in_use(today=self.record.today), self.record.customer.status)
        if self.record.risk is not None:
            # While a life is at risk nobody speaks of money.
            rows = [row for row in rows if not words.words_in(row.answer_zh) & words.OF_THE_DEBT]
        return [self.shown(row) for row in rows]

    def shown(self, row: ApprovedAnswer) -> Shown:
        """Return one answer as it can be given now."""
        language = get_language() or "zh-hans"
        here, there = ("zh-hans", "en") if language.startswith("zh") else ("en", "zh-hans")
        texts = {"zh-hans": row.answer_zh, "en": row.answer_en}
        filled = {name: words.fill(text, self._values(name)) for name, text in texts.items()}
        hidden = bool(words.words_in(row.answer_zh) & words.OF_THE_DEBT) and not self.has_proven_person
        if hidden:
            filled = {name: words.fill(words.masked(text), self._values(name)) for name, text in texts.items()}
        return Shown(row, filled[here] or "", filled[there] or "", there, hidden, filled[here] is not None)

    def _values(self, language: str) -> dict[str, str]:
        account = self.record.account
        limits = self._limits.get(account.pk) if account else None
        return answers.values_of(customer=self.record.customer, account=account, limits=limits, language=language)
