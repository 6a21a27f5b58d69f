"""Who else an agreement binds: co-borrowers and guarantors of its account, each by their own signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collections_app.domain.terms import TermList

PARTY_ROLES = TermList(("co_borrower", "共同借款人", "Co-borrower"), ("guarantor", "保证人", "Guarantor"))
# Only a guarantor can be left out: what changes without them follows from the law (Civil Code, article 695). A joint
# debtor who does not agree leaves no agreement about the joint debt.
MAY_BE_LEFT_OUT = frozenset({"guarantor"})
LONGEST_REASON = 400

PARTY_PROBLEMS = TermList(
    ("no_such_party", "没有这位共同借款人或保证人。", "There is no such co-borrower or guarantor."),
    (
        "co_borrower_must_sign",
        "共同借款人须签署，不能略去。",
        "A co-borrower signs; the agreement cannot go on without them.",
    ),
    (
        "left_out_without_reason",
        "略去保证人须写明理由。",
        "Say why the agreement goes on without a guarantor.",
    ),
)


@dataclass(frozen=True, slots=True)
class Party:
    """A co-borrower or guarantor of the account: the id of their own record, their role, their name.

    Who has no record of their own is ``related_id``, a person beside the customer: they sign on paper alone, for there
    is no number of theirs by which they could prove who they are.
    """

    person_id: int | None
    role: str
    name: str
    related_id: int | None = None

    @property
    def ref(self) -> str:
        """What names the person among the parties of an account."""
        return ref_of(self.person_id, self.related_id)

    @property
    def key(self) -> str:
        """What names their signature among the others of a draft."""
        return key_of(self.role, self.person_id, self.related_id)


def ref_of(person_id: int | None, related_id: int | None) -> str:
    """Return what names a person: the id of their record, or ``r`` and that among the persons beside the customer."""
    return f"r{related_id}" if related_id else str(person_id or "")


def key_of(signatory: str, person_id: int | None, related_id: int | None = None) -> str:
    """Return what names one signature of a draft: the signatory, and of several of a role which person."""
    ref = ref_of(person_id, related_id)
    return f"{signatory}:{ref}" if ref else signatory


def problems(parties: Sequence[Party], *, without: Mapping[str, str]) -> list[str]:
    """Return the codes of what is wrong with whom a draft leaves out; ``without`` gives a reason by ``Party.ref``."""
    roles = {party.ref: party.role for party in parties}
    found = []
    for ref, reason in without.items():
        if ref not in roles:
            found.append("no_such_party")
        elif roles[ref] not in MAY_BE_LEFT_OUT:
            found.append("co_borrower_must_sign")
        if not reason.strip():
            found.append("left_out_without_reason")
    return list(dict.fromkeys(found))
