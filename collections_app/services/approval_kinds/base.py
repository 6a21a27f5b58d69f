"""The shape every kind of approval has, and the register of kinds of all floors."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from collections_app.domain.approvals import has_authority
from collections_app.domain.terms import Term
from collections_app.models import Account, Approval, Customer, Staff
from collections_app.selectors import codes
from collections_app.services import records, refusal_texts


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is asked for, as the person who decides reads it."""

    label: str
    value: str


class ApprovalKind(ABC):
    """One kind of request: who may ask, who may decide, what an approval does."""

    term: ClassVar[Term]
    ask_action: ClassVar[str]
    decide_action: ClassVar[str]
    # Whether the words of the answer go on the record's history, where colleagues read them.
    words_on_record: ClassVar[bool] = True

    @property
    def code(self) -> str:
        """The stable code, such as ``hold_release``."""
        return self.term.code

    @abstractmethod
    def check(self, *, approval: Approval, now: datetime) -> None:
        """Raise RefusedError when what is asked for cannot be done, or not any more."""

    def within_authority(self, *, approval: Approval, staff: Staff, now: datetime) -> bool:
        """Return whether what is asked for is within a person's own authority: by default, its amount."""
        return has_authority(role=staff.role, amount_fen=approval.amount_fen)

    @abstractmethod
    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Do what was approved, in the transaction of the decision; ``customer`` is locked. The caller derives."""

    def drop(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Take back what was written down for the request; ``customer`` is locked. By default there is nothing.

        Called whenever a request ends without being approved: rejected, returned, withdrawn, lapsed or overtaken.
        """
        return

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return ids, codes and amounts (fen) that the history of the record keeps of it."""
        return {}

    @abstractmethod
    def describe(self, approval: Approval) -> list[Line]:
        """Return what is asked for, in the language of the moment."""

    def describe_to(self, approval: Approval, staff: Staff) -> list[Line]:
        """Return what is asked for as one person may read it: by default, whoever sees the request reads all of it."""
        return self.describe(approval)


def risk_line(account: Account) -> Line:
    """Return how risk and finance class an account, and by which file: imported facts, never derived here."""
    words = _("%(name)s, by the file of %(day)s") % {
        "name": codes.name_of("risk_classes", account.risk_class),
        "day": refusal_texts.day_text(account.data_as_of),
    }
    return Line(_("Risk class"), f"{words} · {_('written off')}" if account.written_off else words)


_kinds: dict[str, ApprovalKind] = {}


def register(kind: ApprovalKind) -> None:
    """Add a kind to the register; every floor does so when its app is ready."""
    _kinds[kind.code] = kind


def kinds() -> dict[str, ApprovalKind]:
    """Return all kinds by code."""
    return dict(_kinds)
