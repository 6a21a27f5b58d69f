"""The application on a port of its own for all tests of a process: browsers go on using what they have of its files."""

import socket
import threading
import time
from collections.abc import Callable

import uvicorn

# As a web server of production does: a connection for each request costs more than what most of them ask.
CONNECTIONS_KEPT = 8


class Served:
    """A server in a thread, which stays between tests; each test leaves it with nothing under way."""

    def __init__(self) -> None:
        from config.asgi import application

        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(
            application, log_level="warning", lifespan="off", timeout_graceful_shutdown=1, ws="none"
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()
        assert _comes(lambda: self._server.started), "The live server did not start."

    def begin(self) -> None:
        """Let requests keep their connections to the database for the next ones."""
        from config.postgresql.kept import kept

        kept.most = CONNECTIONS_KEPT

    def rest(self) -> None:
        """Hang up on everybody and return when nothing is under way; no connection to the database stays open."""
        from config.postgresql.kept import kept
        from desk.gateways import hub

        state = self._server.server_state
        told = set()

        def rested() -> bool:
            # Whoever has connected again meanwhile is hung up on as well; nobody twice.
            hub.close_all("shutdown")
            for connection in state.connections - told:
                told.add(connection)
                self._server.servers[0].get_loop().call_soon_threadsafe(connection.shutdown)
            return not state.tasks and not state.connections

        rests = _comes(rested)
        kept.most = 0
        kept.empty()
        assert rests, "The live server did not come to rest: a stream is still open."

    def stop(self) -> None:
        """End the server and its thread."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()
        assert not self._thread.is_alive(), "The live server did not stop."


def _comes(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.005)
    return found
