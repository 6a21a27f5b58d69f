"""An open screen holds a stream, and no connection to the database."""

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from config.lanes import LANES_BESIDE, LOOKS
from tests import factories
from tests.desk.test_live import session_of

SCREENS = 40


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _open(url: str, record: int, session: str) -> tuple[HTTPConnection, HTTPResponse]:
    screen = HTTPConnection(urlsplit(url).netloc, timeout=10)
    screen.request(
        "GET", f"/live/?records={record}:0&list=", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    )
    answer = screen.getresponse()
    while answer.status == 200 and not answer.readline().startswith(b"event: state"):
        continue
    return screen, answer


def test_screens_that_only_listen_take_no_connections_to_the_database(live_url: str) -> None:
    """The bank has more screens than PostgreSQL has connections; only the pool of threads may keep some."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    # Of sessions of their own, into which the middleware writes after the view.
    sessions = [session_of(staff) for _ in range(SCREENS)]
    before = _connections()
    screens = [_open(live_url, customer.pk, session) for session in sessions]
    try:
        assert {answer.status for _screen, answer in screens} == {200}
        assert _connections() - before <= settings.LANES + LANES_BESIDE + LOOKS
    finally:
        for screen, answer in screens:
            answer.close()
            screen.close()
