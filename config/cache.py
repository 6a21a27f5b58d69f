"""The cache, for what may be forgotten: while Redis is away, everything is forgotten and nobody is locked out."""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

_AWAY = (RedisError, OSError)
_log = logging.getLogger(__name__)


class ForgetfulRedisCache(RedisCache):
    """Redis, answering as if it were empty while it cannot be reached.

    Sign-in counts its tries here as well as in the database (axes), which goes on counting. What must know that
    Redis is away, and count elsewhere, uses the alias ``counters``, which raises.
    """

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Return whether the key was free; yes while Redis is away."""
        try:
            return bool(super().add(key, value, timeout, version))
        except _AWAY:
            return bool(self._forgotten(True))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Return the value, or the default."""
        try:
            return super().get(key, default, version)
        except _AWAY:
            return self._forgotten(default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        """Keep the value, if there is where."""
        try:
            super().set(key, value, timeout, version)
        except _AWAY:
            self._forgotten(None)

    def delete(self, key: Any, version: Any = None) -> bool:
        """Return whether there was such a key."""
        try:
            return bool(super().delete(key, version))
        except _AWAY:
            return bool(self._forgotten(False))

    def _forgotten(self, answer: Any) -> Any:
        _log.warning("Redis is away: the cache is empty")
        return answer
