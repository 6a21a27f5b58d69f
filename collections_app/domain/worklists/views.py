"""A view of the worklist: conditions, an order, and the name people read."""

from dataclasses import dataclass, replace

from collections_app.domain.next_steps import QUEUES
from collections_app.domain.worklists.conditions import WHERE_IT_STANDS, Condition


@dataclass(frozen=True, slots=True)
class View:
    """One view as it is looked at: a queue of the bank's or a saved view, and what was chosen upon it.
    A broken one asks for what is no longer possible, and holds nothing.

    ``key`` names it in an address: a queue's code, or ``v`` and the number of a saved view.
    """

    key: str
    name_zh: str
    name_en: str
    conditions: tuple[Condition, ...] = ()
    order: str = "priority"
    mine: bool = False
    shared: bool = False
    broken: bool = False

    @property
    def saved(self) -> bool:
        """Whether somebody has kept it, and it is none of the bank's queues."""
        return self.key.startswith("v") and self.key[1:].isdecimal()

    def narrowed(self, conditions: tuple[Condition, ...]) -> "View":
        """Return the view with more conditions upon it."""
        return replace(self, conditions=(*self.conditions, *conditions))

    def in_order(self, order: str) -> "View":
        """Return the view in another order, or as it is where none is named."""
        return replace(self, order=order or self.order)

    def anywhere(self) -> "View":
        """Return the view without what says where a case stands: the same kind of cases, whatever is due on them."""
        kept = tuple(item for item in self.conditions if item.field not in WHERE_IT_STANDS)
        return replace(self, conditions=kept)

    def name(self, language: str) -> str:
        """Return the name in the language asked for (any ``zh-…`` tag gives Chinese)."""
        return self.name_zh if language.startswith("zh") or not self.name_en else self.name_en


def queue_view(code: str) -> View:
    """Return the view of one queue as it is shipped."""
    term = QUEUES[code]
    return View(code, term.zh, term.en, (Condition("queue", (code,)),))
