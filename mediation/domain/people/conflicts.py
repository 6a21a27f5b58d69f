"""What a person has to do with a case, and whether it keeps them from mediating it.

Provisions on court-invited mediation, articles 15 and 16: near relatives, an interest, another relation that could
affect fairness; the last two may be waived by both parties once disclosed (rules of online mediation, article 12).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from collections_app.domain.terms import TermList

FINDINGS = TermList(
    ("walled", "本人、亲属或同事的账户", "Their own record, a relative's or a colleague's"),
    ("recused", "因投诉回避该客户", "Kept away from the customer by a complaint"),
    ("owned", "曾负责该账户的催收", "Was the owner of the account"),
    ("contacted", "曾代表本行联系该客户", "Contacted the customer for the bank"),
    ("represented", "曾在协商或调解中代表本行", "Represented the bank in talks with the customer"),
    ("stood_down", "已在本案回避或被拒绝", "Stood down from this case or was refused"),
    ("same_branch", "与客户开户机构同属一个机构", "Belongs to the customer's branch"),
    ("worked_there", "曾在客户开户机构任职", "Worked at the customer's branch"),
    ("mediated_before", "曾调解该客户的其他案件", "Mediated another case of the customer"),
    ("namesake", "与客户的相关人员同名", "Has the name of a person beside the customer"),
)

# Nobody may waive these. All others are disclosed, and stay if both parties agree.
BARS = frozenset({"walled", "recused", "owned", "contacted", "represented", "stood_down"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the shared record says of one person and one case. Names as they are written."""

    walled: bool = False
    recused: bool = False
    owned: bool = False
    contacted: bool = False
    represented: bool = False
    stood_down: bool = False
    branch: str = ""
    worked_at: frozenset[str] = frozenset()
    customer_branch: str = ""
    mediated_before: bool = False
    name: str = ""
    names_beside: frozenset[str] = field(default_factory=frozenset)


def findings(facts: Facts) -> list[str]:
    """Return the codes of everything found, those that bar first."""
    found = [
        ("walled", facts.walled),
        ("recused", facts.recused),
        ("owned", facts.owned),
        ("contacted", facts.contacted),
        ("represented", facts.represented),
        ("stood_down", facts.stood_down),
        ("same_branch", facts.customer_branch != "" and facts.branch == facts.customer_branch),
        ("worked_there", facts.customer_branch in facts.worked_at),
        ("mediated_before", facts.mediated_before),
        ("namesake", facts.name in facts.names_beside),
    ]
    return [code for code, holds in found if holds]


def bars(codes: Iterable[str]) -> bool:
    """Return whether one of the findings keeps a person from the case whatever the parties say."""
    return not BARS.isdisjoint(codes)


def to_disclose(codes: Iterable[str]) -> list[str]:
    """Return the findings that are disclosed and may be waived by both parties."""
    return [code for code in codes if code not in BARS]
