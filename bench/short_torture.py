"""A short torture on the empty database that DATABASE_URL names; prints its report as JSON, for the tests."""

import dataclasses
import json
import sys

import django


def main() -> int:
    """Play ``rounds`` rounds of ``seconds`` each: ``python -m bench.short_torture ROUNDS SECONDS CUSTOMERS SEED``."""
    django.setup()
    from bench import torture

    rounds, seconds, customers, seed = sys.argv[1:]
    report = torture.torture(
        attempts=torture.ATTEMPTS,
        seconds=float(seconds),
        customers=int(customers),
        seed=int(seed),
        cast=torture.SHORT_CAST,
        rounds=int(rounds),
    )
    print(json.dumps(dataclasses.asdict(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
