"""People beside the demo bank's customers: a guarantor with a period that runs, and an estate with its heir."""

from datetime import datetime, timedelta

from collections_app.domain.people import Standing
from collections_app.models import RelatedPerson
from collections_app.services import people
from collections_app.services.clocks import recording
from collections_app.services.records import Actor
from oversight.selectors import demo_cases


def record(*, now: datetime) -> int:
    """Record a guarantor and an estate on cases of Beijing, and return how many records that concerned.

    A bank in which anybody stands beside a customer is left as it is.
    """
    if RelatedPerson.objects.exists():
        return 0
    accounts = demo_cases.untouched(demo_cases.colleague("supervisor.bj1"), 2, now=now)
    for account, write in zip(accounts, (_guarantor, _estate), strict=False):
        write(account.customer_id, account.id, now)
    return len(accounts)


def _guarantor(customer_id: int, account_id: int, now: datetime) -> None:
    legal = Actor.of(demo_cases.colleague("legal.sc1"))
    person = people.record(
        customer_id=customer_id,
        name="何担保",
        relation="unknown",
        standing=Standing("guarantor", "保证合同 BZ-2024-018", None, None),
        provenance="on_file",
        actor=legal,
        seen_version=None,
        now=now,
        account_id=account_id,
    )
    recording.guarantee(
        person_id=person.id,
        account_id=account_id,
        kind="joint",
        evidence="保证合同第三条",
        actor=legal,
        seen_version=None,
        now=now,
        debt_due_on=(now - timedelta(days=100)).date(),
    )


def _estate(customer_id: int, account_id: int, now: datetime) -> None:
    legal = Actor.of(demo_cases.colleague("legal.sc1"))
    died = (now - timedelta(days=20)).date()
    facts = {"died_on": died, "proof": "死亡医学证明，网点已核原件"}
    people.record_estate(customer_id=customer_id, values=facts, actor=legal, seen_version=None, now=now)
    heir = people.record(
        customer_id=customer_id,
        name="白继人",
        relation="relative",
        standing=Standing("heir", "亲属关系公证书", None, None),
        provenance="contact_given",
        actor=legal,
        seen_version=None,
        now=now,
    )
    known = {
        "contact_id": heir.id,
        "inventory_fen": 4_250_000,
        "inventory_on": (now - timedelta(days=3)).date(),
        "inventory_source": "继承人提供的遗产清单",
    }
    people.record_estate(customer_id=customer_id, values=known, actor=legal, seen_version=None, now=now)
