"""How much waits in the broker, by queue. The broker may be away: then nobody knows, and the page says so."""

import redis
from django.conf import settings


def depths() -> dict[str, int] | None:
    """Return how many wake-ups wait in each queue, or None when the broker does not answer within half a second."""
    try:
        # The broker's own address may be in Celery's words; it is the same server.
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
        try:
            return {queue: int(client.llen(queue)) for queue in settings.QUEUES}
        finally:
            client.close()
    except redis.RedisError:
        return None
