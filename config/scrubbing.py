"""What must not stand in a log: the secrets that customers' links carry in their address."""

import logging
import re

# A token is 26 letters and digits; nothing else below /r/ is one. A hand-over from the bank's app names its customer.
# Whoever knows the address of a calendar reads it. nginx hides the same (deploy/nginx.conf).
_SECRETS = (
    (re.compile(r"/r/(?:[a-z2-7]{26}|app/\?\S*)"), "/r/…"),
    (re.compile(r"/mediation/calendar/[^/\s]+\.ics"), "/mediation/calendar/…"),
)


class LinkFilter(logging.Filter):
    """Takes the token out of every address a log line names; the line stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the line, and let it pass."""
        line = scrubbed = record.getMessage()
        for secret, shown in _SECRETS:
            scrubbed = secret.sub(shown, scrubbed)
        if scrubbed != line:
            record.msg, record.args = scrubbed, None
        return True
