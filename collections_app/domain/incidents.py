"""Incidents: for whom collection stops at once, and the fact of one that a permit goes by."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from collections_app.domain.holds import HoldKind
from collections_app.domain.terms import TermList


class IncidentScope(StrEnum):
    ALL = "all"
    BRANCH = "branch"
    REGION = "region"
    PRODUCT = "product"


INCIDENT_SCOPES = TermList(
    ("all", "全行", "Whole bank"),
    ("branch", "机构", "Branch"),
    ("region", "地区", "Region"),
    ("product", "产品", "Product"),
)


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """An incident in force. ``branch_ids`` are the branches it covers; None when it goes by something else."""

    id: int
    scope: IncidentScope
    notices_too: bool
    started_at: datetime
    until: datetime | None = None
    branch_ids: frozenset[int] | None = None
    product: str = ""

    @property
    def kind(self) -> HoldKind:
        """The row of the table of holds that says what it stops."""
        return HoldKind.INCIDENT_ALL if self.notices_too else HoldKind.INCIDENT

    def covers_branch(self, branch_id: int) -> bool:
        """Return whether every customer of the branch is covered."""
        if self.scope is IncidentScope.ALL:
            return True
        return self.branch_ids is not None and branch_id in self.branch_ids

    def covers_account(self, *, branch_id: int, product: str) -> bool:
        """Return whether an account is covered: by its product, or by the branch of whoever owes it."""
        if self.scope is IncidentScope.PRODUCT:
            return product == self.product
        return self.covers_branch(branch_id)
