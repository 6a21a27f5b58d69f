import time, pytest, zeal, os, resource
from oversight.services import demo_bank
from tests.conftest import NOW
from tests.story.test_day_browser import STEPS
from tests.story.day import CAST, Day
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
@pytest.mark.parametrize("language", ["en"])
def test_scratch(visit, settings, tmp_path, language):
    settings.SESSION_IDLE_SECONDS = settings.SESSION_LONGEST_SECONDS = 24 * 3600
    out=open("/tmp/desk_day.txt","w")
    def cpu():
        r=resource.getrusage(resource.RUSAGE_SELF); return r.ru_utime+r.ru_stime
    with zeal.zeal_ignore():
        t=time.monotonic()
        demo_bank.seed(accounts=100, password_hash="!", directory=tmp_path, now=NOW.replace(day=19))
        print("seed", round(time.monotonic()-t,1), file=out, flush=True)
        day = Day(visit, settings, language, tmp_path)
        day.at(8)
        day.know(*CAST)
        for hour, minute, play in STEPS:
            t=time.monotonic(); c=cpu()
            day.at(hour, minute)
            play(day)
            print(play.__name__, round(time.monotonic()-t,1), "cpu", round(cpu()-c,1), file=out, flush=True)
