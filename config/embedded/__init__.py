"""PostgreSQL and Valkey from wheels, for demo and tests: real servers on private sockets.

Nothing starts by importing this package. `ensure()` starts or adopts what is needed; settings only
ask for the addresses. Everything lives under `.onecase/<mode>/` (see docs/adr/0002).
"""

from config.embedded.places import Places, places_for
from config.embedded.processes import EmbeddedServerError
from config.embedded.servers import Servers, ensure, stop_unused

__all__ = ["EmbeddedServerError", "Places", "Servers", "ensure", "places_for", "stop_unused"]
