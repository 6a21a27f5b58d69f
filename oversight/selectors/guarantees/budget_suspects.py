"""Which contacts could be beyond a cap, too soon or in quiet hours, found from plain columns in one pass over all.

Reading what a permit was decided by costs more than everything else, so that is left to the few this returns. It
returns too many and never too few: each cap, interval and range of hours of any pack is held against every contact.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from collections_app.domain.quiet_hours import UnknownZoneError, zone_of
from collections_app.models import Customer, Rule
from oversight.selectors.guarantees.finding import OF_CUSTOMER, ask

_SUSPECTS = """
    WITH dated AS (
        SELECT contact.id, contact.customer_id, contact.contact_point_id, contact.channel, contact.purpose,
            contact.state, contact.effective, contact.inbound, contact.at,
            contact.purpose = ANY(%(exempt)s) AS exempt,
            contact.at AT TIME ZONE customer.time_zone AS there,
            (contact.at AT TIME ZONE customer.time_zone)::date - DATE 'epoch' AS day
        FROM collections_app_contact contact
        JOIN collections_app_customer customer ON customer.id = contact.customer_id
        WHERE {of_customer} AND customer.time_zone = ANY(%(zones)s)
            AND (NOT contact.inbound OR contact.effective) AND contact.state IN ('reserved', 'made', 'unknown')
    ), counted AS (
        SELECT id, there, inbound, {counts} FROM dated
    )
    SELECT id FROM counted WHERE NOT inbound AND ({reached} OR {silent})
"""

# Asked last, of those who are suspected at all: it reads the permit, which is too long to be carried along.
_OF_PACKS = (
    "(SELECT jsonb_path_exists(permitted.decision, '$.considered[*].inputs.pack ? (@ == $packs[*])',"
    " jsonb_build_object('packs', to_jsonb(%({name}_packs)s::text[])))"
    " FROM collections_app_contact permitted WHERE permitted.id = counted.id)"
)


def suspects(params: Mapping[str, Any]) -> list[int]:
    """Return the ids of the contacts to look at closely. ``params`` are those of the audit, with the known zones."""
    values = dict(params)
    caps = [*_caps(values), *_intervals(values)]
    hours = list(_hours(values))
    if not caps and not hours:
        return []
    sql = _SUSPECTS.format(
        of_customer=OF_CUSTOMER,
        counts=", ".join(f"{cap} AS cap{number}" for number, (cap, _further) in enumerate(caps)) or "id AS nothing",
        reached=" OR ".join(f"cap{number} AND {further}" for number, (_cap, further) in enumerate(caps)) or "false",
        silent=" OR ".join(hours) or "false",
    )
    return [contact_id for (contact_id,) in ask(sql, values)]


def known_zones() -> list[str]:
    """Return the time zones of customers that there are; who is in another is contacted by nobody."""
    names = Customer.objects.order_by().values_list("time_zone", flat=True).distinct()
    return [name for name in names if _is_known(name)]


def _is_known(zone: str) -> bool:
    try:
        zone_of(zone)
    except UnknownZoneError:
        return False
    return True


def _caps(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """One window for each cap that differs: whether as many as it allows lie in the days before a contact.

    Of caps that differ in how many they allow only, the lowest suspects whoever the others do. With each comes what is
    to be asked further, which for caps is nothing.
    """
    lowest: dict[tuple[Any, ...], int] = {}
    for channels, rule in Rule.objects.filter(kind="cap").values_list("channels", "parameters"):
        purposes = tuple(sorted(rule.get("purposes", ())))
        # What is a conversation by now may have been none then: whoever counts the unanswered looks at all.
        known = "effective" if rule["counts"] == "effective" else "true"
        cap = (tuple(sorted(channels)), purposes, known, rule["scope"] == "contact_point", int(rule["days"]))
        lowest[cap] = min(rule["most"], lowest.get(cap, rule["most"]))
    for number, ((channels, purposes, known, by_point, days), most) in enumerate(sorted(lowest.items())):
        name = f"c{number}"
        values |= {f"{name}_channels": list(channels), f"{name}_purposes": list(purposes), f"{name}_most": most}
        spoken_of = (
            "NOT inbound AND NOT exempt"
            f" AND (%({name}_channels)s::text[] = '{{}}' OR channel = ANY(%({name}_channels)s))"
            f" AND (%({name}_purposes)s::text[] = '{{}}' OR purpose = ANY(%({name}_purposes)s))"
        )
        counted = f"{spoken_of} AND ({known} OR state <> 'made')"
        whose = "customer_id, contact_point_id" if by_point else "customer_id"
        # All of one day are a partition, which costs less than a frame of one day.
        frame = (
            f"{whose} ORDER BY day RANGE BETWEEN {days - 1} PRECEDING AND CURRENT ROW" if days > 1 else f"{whose}, day"
        )
        reached = (
            f"({spoken_of}) AND count(*) FILTER (WHERE {counted}) OVER (PARTITION BY {frame}) - ({counted})::int"
            f" >= %({name}_most)s"
        )
        yield reached, "true"


def _intervals(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """One window for each interval that differs: whether something it counts lies so shortly before a contact.

    One after conversations is long and would suspect most of a bank: it is held against the contacts whose permit names
    its pack, whichever pack their branch has by now.
    """
    packs: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    rows = Rule.objects.filter(kind="interval").values_list("pack__code", "channels", "parameters")
    for pack, channels, rule in rows:
        wait = timedelta(days=rule["days"] + 1) if rule.get("days") else timedelta(minutes=rule["minutes"])
        by_point = rule["scope"] == "contact_point"
        packs[tuple(sorted(channels)), rule["after"], by_point, wait].add(pack)
    for number, ((channels, after, by_point, wait), of_packs) in enumerate(sorted(packs.items())):
        name = f"i{number}"
        values |= {f"{name}_channels": list(channels), f"{name}_wait": wait, f"{name}_packs": sorted(of_packs)}
        spoken_of = f"(%({name}_channels)s::text[] = '{{}}' OR channel = ANY(%({name}_channels)s))"
        begun = "NOT inbound AND NOT exempt"
        talk = f"(effective OR state <> 'made' AND {begun})"
        counted = f"{spoken_of} AND {talk if after == 'conversation' else begun}"
        theirs = _OF_PACKS.format(name=name) if after == "conversation" else "true"
        partition = "customer_id, contact_point_id" if by_point else "customer_id"
        too_soon = (
            f"(NOT exempt AND {spoken_of} AND at - max(at) FILTER (WHERE {counted}) OVER (PARTITION BY"
            f" {partition} ORDER BY at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) < %({name}_wait)s)"
        )
        yield too_soon, theirs


def _hours(values: dict[str, Any]) -> Iterator[str]:
    ranges = {
        (rule["from"], rule["to"])
        for rule in Rule.objects.filter(kind="quiet_hours").values_list("parameters", flat=True)
        if "from" in rule
    }
    for number, (begins, ends) in enumerate(sorted(ranges)):
        values |= {f"h{number}_from": begins, f"h{number}_to": ends}
        both = "AND" if begins < ends else "OR"
        yield f"(there::time >= %(h{number}_from)s::time {both} there::time < %(h{number}_to)s::time)"
