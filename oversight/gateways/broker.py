"""How much waits in the broker, by queue. The broker may be away: then nobody knows, and the page says so."""

import redis
from django.conf import settings


def depths() -> dict[str, int] | None:
    """Return how many wake-ups wait in each queue, or None when the broker does not answer within half a second."""
    try:
        # Celery's name for a socket is another than the library's.
        url = settings.BROKER_URL.replace("redis+socket://", "unix://", 1).replace("?virtual_host=", "?db=")
        client = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        try:
            return {queue: int(client.llen(queue)) for queue in settings.QUEUES}  # type: ignore[arg-type]  # not async
        finally:
            client.close()
    except (redis.RedisError, ValueError):
        return None
