"""The board as a file."""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext as _

from collections_app.domain.money import yuan_text
from collections_app.services import clock
from desk.views.exporting import ExportView, Row
from oversight.selectors import board as figures
from oversight.views.today import GROUPS


class BoardExportView(ExportView):
    """Today's figures of each branch in one's scope."""

    kind: ClassVar[str] = "board"

    def columns(self) -> Row:
        """Return the names of the columns: what each group counts."""
        return [_("Branch"), *(f"{group} · {label}" for group, columns in GROUPS for _name, label in columns)]

    def rows(self) -> Iterator[Row]:
        """Yield a line for each branch."""
        named = self.request.GET.get("branch", "")
        board = figures.today(staff=self.staff, now=clock.now(), branch_code=named, all_now=True)
        for branch in board.branches:
            counted = board.rows[branch.pk]
            yield [
                branch.name,
                *(
                    yuan_text(counted[name]) if name.endswith("_fen") else counted[name]
                    for _group, columns in GROUPS
                    for name, _label in columns
                ),
            ]
