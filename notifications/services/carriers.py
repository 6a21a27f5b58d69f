"""Which provider a message leaves by at this moment: shares, stopped and faltering senders, and halts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.country_terms import UNBOUND
from notifications.domain.shares import Place, Share, shares_for
from notifications.domain.shares import choose as pick
from notifications.models import SenderRoute, SenderState, SendingHalt
from notifications.providers.registry import NoSuchProviderError, provider
from notifications.selectors import halts
from notifications.selectors.country_terms import Terms, terms_in_force


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider that will carry a message; or why none ever would, or that one would but may not now."""

    provider: str
    refused: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Carriers:
    """Everything the choice depends on, read once for many messages."""

    table: dict[Place, list[Share]]
    stopped: frozenset[str]
    avoided: frozenset[str]
    halts: Sequence[SendingHalt]
    terms: Terms

    def choose(self, *, branch_id: int, own: str, country: str, purpose: str, kind: str, key: int) -> Choice:
        """Return by which provider a message goes to a country, by its branch, purpose and kind."""
        shares = shares_for(self.table, branch_id=branch_id, country=country, own=own)
        refused = {share.provider: self._refused(share.provider, country, purpose) for share in shares}
        able = {code for code, reason in refused.items() if not reason}
        if not able:
            return Choice(shares[0].provider, refused=refused[shares[0].provider])
        running = able - self.stopped - halts.providers(self.halts, branch_id=branch_id, kind=kind)
        found = pick(shares, usable=running, avoided=self.avoided, key=key)
        return Choice(found) if found else Choice(next(iter(sorted(able))), waits=True)

    def refuses(self, *, branch_id: int, own: str, country: str, purpose: str) -> str:
        """Return why none of a branch's providers would ever carry such a message to a country; empty if one would."""
        shares = shares_for(self.table, branch_id=branch_id, country=country, own=own)
        reasons = [self._refused(share.provider, country, purpose) for share in shares]
        return reasons[0] if all(reasons) else ""

    def alone(self, code: str, *, branch_id: int, country: str, purpose: str, kind: str) -> Choice:
        """Return whether the one provider of a channel carries a message now."""
        if refused := self._refused(code, country, purpose):
            return Choice(code, refused=refused)
        return Choice(code, waits=code in self.stopped | halts.providers(self.halts, branch_id=branch_id, kind=kind))

    def takes_links(self, code: str, *, country: str, purpose: str) -> bool:
        """Return whether a provider carries such a message to a country with a link in it."""
        return not self._refused(code, country, purpose, links=True)

    def _refused(self, code: str, country: str, purpose: str, *, links: bool = False) -> str:
        try:
            refused = provider(code).carries(country=country, purpose=purpose, links=links)
        except NoSuchProviderError:
            return "no_such_provider"
        return refused or self.terms.get((code, country), UNBOUND).refuses(purpose, links=links)

    def closed(self, branches: Collection[tuple[int, str]]) -> list[int]:
        """Return those of the branches (id, own provider) from which nothing at all can be sent now."""
        found = []
        for branch_id, own in branches:
            places = [shares for (branch, _), shares in self.table.items() if branch in (branch_id, None)]
            codes = {own} | {share.provider for shares in places for share in shares}
            if codes <= self.stopped | halts.providers(self.halts, branch_id=branch_id, kind=""):
                found.append(branch_id)
        return found


def load(*, now: datetime) -> Carriers:
    """Return the carriers of this moment, in four queries."""
    table: dict[Place, list[Share]] = defaultdict(list)
    for route in SenderRoute.objects.order_by("pk"):
        table[route.branch_id, route.country].append(Share(route.provider, route.weight))
    states = list(SenderState.objects.all())
    return Carriers(
        table=dict(table),
        stopped=frozenset(state.provider for state in states if state.stopped),
        avoided=frozenset(state.provider for state in states if state.avoided_until and state.avoided_until > now),
        halts=halts.in_force(),
        terms=terms_in_force(),
    )
