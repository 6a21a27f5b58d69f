"""How the policies of an experiment stand against each other, and whether anybody fares worse by it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from notifications.domain.targeting.evaluation import Judged, Logged, difference, judge, proportion, unproven
from notifications.domain.targeting.policies import ROLES, SHARES, PolicyRole
from notifications.models import Experiment
from notifications.selectors.targeting.logs import settled
from notifications.selectors.targeting.running import Running


def report(of: Running, log: Logged, *, now: datetime) -> dict[str, Any]:
    """Return the report of a night: what each policy earned, would have earned, and for whom."""
    experiment = of.experiment
    measured = measure(experiment, now=now)
    if not log.rows:
        return {"rows": 0, "policies": [], "groups": [], "gain": None, "unproven": "too_few"}
    found: dict[PolicyRole, Judged] = {
        role: judge(each.policy, each.bandit, log, learns=role in {PolicyRole.GREEDY, PolicyRole.CHALLENGER})
        for role, each in of.policies.items()
    }
    gain = difference(found[PolicyRole.CHALLENGER], found[PolicyRole.CHAMPION], log.customers)
    policies = [
        {
            "role": role,
            "algorithm": of.policies[PolicyRole(role)].row.algorithm,
            "version": of.policies[PolicyRole(role)].row.version,
            "share": SHARES[PolicyRole(role)],
            "measured": measured.get(role),
            "snipw": asdict(found[PolicyRole(role)].snipw),
            "robust": asdict(found[PolicyRole(role)].robust),
        }
        for role in ROLES
        if PolicyRole(role) in found
    ]
    return {
        "rows": log.rows,
        "policies": policies,
        "groups": groups(experiment, now=now),
        "gain": asdict(gain),
        "unproven": unproven(gain),
    }


def measure(experiment: Experiment, *, now: datetime) -> dict[str, dict[str, Any] | None]:
    """Return by policy how often its own customers paid or agreed, with the interval."""
    rows = settled(experiment, now=now).order_by().values("role").annotate(rows=Count("pk"), good=Count("pk", _GOOD))
    return {row["role"]: _share(row["good"], row["rows"]) for row in rows}


_GOOD = Q(reward__gt=0)
_GROUPS = (("product", "message__account__product"), ("branch", "customer__branch__code"))


def groups(experiment: Experiment, *, now: datetime) -> list[dict[str, Any]]:
    """Return by product and by branch how champion and script fared; ``worse`` where the champion surely did worse."""
    found = []
    for name, path in _GROUPS:
        counted: dict[str, dict[str, dict[str, Any] | None]] = {}
        rows = settled(experiment, now=now).order_by().values("role", group=F(path))
        for row in rows.annotate(rows=Count("pk"), good=Count("pk", _GOOD)).order_by("group", "role"):
            counted.setdefault(row["group"] or "", {})[row["role"]] = _share(row["good"], row["rows"])
        for group, by_role in counted.items():
            champion, script = by_role.get(PolicyRole.CHAMPION), by_role.get(PolicyRole.SCRIPT)
            worse = bool(champion and script and champion["high"] < script["low"])
            found.append({"by": name, "group": group, "champion": champion, "script": script, "worse": worse})
    return found


def _share(good: int, rows: int) -> dict[str, Any] | None:
    found = proportion(good, rows)
    return asdict(found) if found else None
