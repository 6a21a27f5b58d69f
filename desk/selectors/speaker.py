"""Whom a call speaks with: whose script it follows, and the debts that concern this person."""

from dataclasses import dataclass
from functools import cached_property

from collections_app.domain.calls import OF_ONES_OWN, script_for
from collections_app.domain.contact_points import PARTIES
from collections_app.models import AccountParty, Conversation, Guarantee, RelatedPerson


@dataclass(frozen=True)
class Speaker:
    """The person behind the number of a call, as far as they are on record."""

    conversation: Conversation

    @cached_property
    def person(self) -> RelatedPerson | None:
        """The person on record whose number it is, while their role lasts."""
        point = self.conversation.contact.contact_point
        found = point.person if point else None
        return found if found is not None and found.ended_at is None else None

    @property
    def role(self) -> str:
        """The role of that person in the debt, as a code of debt roles; empty when nobody is on record."""
        return self.person.role if self.person else ""

    @cached_property
    def script(self) -> str:
        """Whose script the call follows: debtor, guarantor, party or third."""
        point = self.conversation.contact.contact_point
        relation = point.relation if point else "self"
        is_party = relation in PARTIES or (point is not None and point.kind == "representative")
        verification = self.conversation.verification
        return script_for(relation=relation, verification=verification, is_party=is_party, role=self.role)

    @property
    def may_promise(self) -> bool:
        """Whether this person may promise to pay at all: nobody asks an heir or a guardian to."""
        return self.script in {"debtor", "guarantor"} or self.role in OF_ONES_OWN | {"representative"}

    @cached_property
    def accounts(self) -> frozenset[int] | None:
        """The accounts that may be named to this person, by id; None means all of the customer's own.

        Of whom nothing is on record nothing is known, so nothing is named. At most two queries.
        """
        if self.script == "debtor":
            return None
        if self.script == "third":
            return frozenset()
        if self.person is None:
            return self._as_party()
        found = set(Guarantee.objects.filter(person=self.person).values_list("account_id", flat=True))
        if self.person.account_id is not None:
            found.add(self.person.account_id)
        return frozenset(found) or None

    def _as_party(self) -> frozenset[int]:
        """The accounts that a customer of the bank with this very number owes or stands for beside this one."""
        point = self.conversation.contact.contact_point
        if point is None:
            return frozenset()
        rows = AccountParty.objects.filter(
            account__customer=self.conversation.customer_id,
            customer__contact_points__value_token=point.value_token,
            customer__contact_points__relation="self",
        ).exclude(customer=self.conversation.customer_id)
        return frozenset(rows.values_list("account_id", flat=True))
