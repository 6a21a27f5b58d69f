"""A short torture of messages on the empty database that DATABASE_URL names; prints its report as JSON for tests."""

import dataclasses
import json
import sys

import django


def main() -> int:
    """Play ``rounds`` of ``seconds`` each: ``python -m bench.short_message_torture ROUNDS SECONDS CUSTOMERS SEED``."""
    django.setup()
    from bench import message_torture

    rounds, seconds, customers, seed = sys.argv[1:]
    report = message_torture.torture(
        attempts=message_torture.ATTEMPTS,
        seconds=float(seconds),
        customers=int(customers),
        seed=int(seed),
        roles=message_torture.SHORT_ROLES,
        rounds=int(rounds),
    )
    print(json.dumps(dataclasses.asdict(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
