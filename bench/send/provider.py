"""A provider on loopback: a process that takes every message and names it."""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from notifications.domain.outcomes import Outcome, Result
from notifications.providers import registry
from notifications.providers.base import Outgoing
from notifications.providers.sandbox.provider import SandboxProvider

# A server that answers each request with a new name; its time is nobody's.
_SERVER = """
import asyncio, uuid
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            size = next(int(l.split(b":")[1]) for l in head.split(b"\\r\\n") if l.lower().startswith(b"content-length"))
            await reader.readexactly(size)
            body = b'{"sid": "%s"}' % uuid.uuid4().hex.encode()
            writer.write(b"HTTP/1.1 201 Created\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
_local = threading.local()


@contextmanager
def on_loopback() -> Iterator[Callable[[str, str], str]]:
    """Run the provider, let every branch of this process send through it, and return what posts one message."""
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True)
    if server.stdout is None:
        raise RuntimeError("the provider says nothing")
    port = int(server.stdout.readline())

    def post(to: str, body: str) -> str:
        line: http.client.HTTPConnection | None = getattr(_local, "line", None)
        if line is None:
            line = _local.line = http.client.HTTPConnection("127.0.0.1", port)
        line.request("POST", "/messages", json.dumps({"to": to, "body": body}))
        return str(json.loads(line.getresponse().read())["sid"])

    class Loopback(SandboxProvider):
        """Takes everything, at once."""

        def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
            return Outcome(Result.ACCEPTED, provider_id=post(outgoing.to, outgoing.body), report="sent")

    was = registry._PROVIDERS["sandbox"]
    registry._PROVIDERS["sandbox"] = Loopback
    registry.provider.cache_clear()
    try:
        yield post
    finally:
        registry._PROVIDERS["sandbox"] = was
        registry.provider.cache_clear()
        server.terminate()
        server.wait()
