"""The views of the worklist a person may choose from."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q

from collections_app.domain.next_steps import QUEUES
from collections_app.domain.staff import Scope
from collections_app.domain.worklists.conditions import ConditionError, read_stored
from collections_app.domain.worklists.views import View, queue_view
from collections_app.models import Branch, SavedQueue, Staff
from collections_app.selectors import codes


class KnownCodes(Mapping[str, Sequence[str]]):
    """The codes of the bank's own lists that conditions may name, each read when it is first asked for."""

    _LISTS: Mapping[str, str] = {"status": "statuses", "stage": "stages", "hold": "holds"}

    def __init__(self) -> None:
        self._branches: list[str] | None = None

    def __getitem__(self, name: str) -> Sequence[str]:
        if name == "branch":
            if self._branches is None:
                self._branches = list(Branch.objects.order_by("code").values_list("code", flat=True))
            return self._branches
        return list(codes.seen().terms(self._LISTS[name]))

    def __iter__(self) -> Iterator[str]:
        return iter((*self._LISTS, "branch"))

    def __len__(self) -> int:
        return len(self._LISTS) + 1


def views(staff: Staff) -> list[View]:
    """Return what a person may choose from: the bank's queues in their order, then shared views, then their own.

    A queue without a row of its own is as it is shipped; one taken out of use is left out. One query, and one for
    the branches where a view names some.
    """
    shared = Q(shared=True, code="") & (Q(branch__isnull=True) | Q(branch_id=staff.branch_id))
    rows = list(
        SavedQueue.objects.filter(~Q(code="") | Q(owner=staff) | shared & Q(role__in=["", staff.role])).order_by(
            "position", "id"
        )
    )
    known = KnownCodes()
    stored = {row.code: row for row in rows if row.code}
    built_in = [_view(stored[code], known) if code in stored else queue_view(code) for code in QUEUES]
    built_in = [view for view in built_in if view.key not in stored or _offered(stored[view.key], staff)]
    more = [_view(row, known) for row in rows if row.code and row.code not in QUEUES and _offered(row, staff)]
    others = [row for row in rows if not row.code and row.active]
    theirs = [
        _view(row, known, mine=row.owner_id == staff.id) for row in sorted(others, key=lambda row: not row.shared)
    ]
    return [*sorted([*built_in, *more], key=lambda view: _position(view, stored)), *theirs]


def _offered(row: SavedQueue, staff: Staff) -> bool:
    return row.active and row.role in {"", staff.role}


def _position(view: View, stored: Mapping[str, SavedQueue]) -> int:
    row = stored.get(view.key)
    return row.position if row else list(QUEUES).index(view.key)


def _view(row: SavedQueue, known: KnownCodes, *, mine: bool = False) -> View:
    try:
        conditions = tuple(read_stored(row.conditions, known))
        broken = False
    except ConditionError:
        # What it asks for is no longer possible (a code that was taken out of its list): it holds nothing, and says so.
        conditions, broken = (), True
    return View(
        key=row.code or f"v{row.id}",
        name_zh=row.name_zh,
        name_en=row.name_en,
        conditions=conditions,
        order=row.order,
        mine=mine,
        shared=row.shared,
        broken=broken,
    )


def may_name_branches(staff: Staff) -> bool:
    """Return whether a person's worklist reaches beyond one branch, so that naming one makes sense."""
    return staff.scope == Scope.INSTITUTION
