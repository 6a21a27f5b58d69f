"""A short torture of payments on the empty database that DATABASE_URL names; prints its report as JSON for tests."""

import dataclasses
import json
import sys

import django


def main() -> int:
    """Play ``rounds`` of ``seconds`` each: ``python -m bench.short_payment_torture ROUNDS SECONDS CUSTOMERS SEED``."""
    django.setup()
    from bench import payment_torture

    rounds, seconds, customers, seed = sys.argv[1:]
    report = payment_torture.torture(
        payments=payment_torture.PAYMENTS,
        seconds=float(seconds),
        customers=int(customers),
        seed=int(seed),
        roles=payment_torture.SHORT_ROLES,
        rounds=int(rounds),
        deadly=3,
    )
    print(json.dumps(dataclasses.asdict(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
