"""The worklist page at 10,000, 100,000 and 1,000,000 cases, beside Django admin's changelist and the page's bare SQL.

The peer is the changelist a Django developer would write first: the same columns, as many rows, ordered by priority,
filtered to the branch and the queue. The floor is the SQL of the same page: every question the page asks of the
database, sent by hand, its answers read into Python and thrown away. A further row tells what rows and counts alone
cost, without session, person, claims, holds and what the top bar counts. All answer as one person of the branch that
holds every case, and take turns, so that whatever else the machine does meets all alike.

A page's cost is the processor time of this process and of the server process behind its connection, which alone
answers it: what it would take on an idle machine, whatever else runs now.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, path

from bench.result import Result, Row, cost_ms
from collections_app.models import Branch, Customer, Institution, Staff
from collections_app.models.fields import key_ring
from config import urls

MINUTES = 10
SIZES = (10_000, 100_000, 1_000_000)
QUEUES = ("to_contact", "promise_pending", "promise_broken", "callback", "on_hold")


def run(*, size: int | None = None) -> Result:
    """Measure each size in turn, growing one table."""
    result = Result("worklist", goals={"vs_admin": (">=", 20), "vs_sql": ("<=", 3), "growth_10k_1m": ("<=", 1.5)})
    staff = _bank()
    # A plain site: ours takes in only pages that write through services.
    site = admin.AdminSite("peer")
    site.register(Customer, _PeerAdmin)
    urls.urlpatterns.append(path("peer/", site.urls))
    clear_url_caches()
    ours, peers, floors = {}, {}, {}
    sizes = [each for each in SIZES if size is None or each <= size]
    for size in sizes:
        _fill(size, staff)
        desk, peer = _signed_in(staff), _signed_in(_administrator(staff))
        address = f"/peer/collections_app/customer/?branch__id__exact={staff.branch_id}&queue=to_contact"
        questions = _questions(desk)
        cost = cost_ms(
            {
                "worklist page": lambda c=desk: _get(c, "/"),
                "admin changelist": lambda c=peer, a=address: _get(c, a),
                f"bare SQL of the page, {len(questions)} questions": lambda q=questions: _ask(q),
                "bare SQL of its rows and counts alone": lambda: _sql(staff),
            },
            times=30 if size < 1_000_000 else 9,
        )
        for what, value in cost.items():
            result.add(f"{what}, {size:,} cases", value, "ms")
        ours[size], peers[size], floors[size], _alone = cost.values()
    largest, smallest = sizes[-1], sizes[0]
    result.ratios = {
        "vs_admin": peers[largest] / ours[largest],
        "vs_sql": ours[largest] / floors[largest],
        "growth_10k_1m": ours[largest] / ours[smallest],
    }
    result.rows.append(Row("database size", _megabytes(), "MB"))
    return result


class _PeerAdmin(admin.ModelAdmin[Customer]):
    list_display = ("customer_no", "case_number", "status", "stage", "queue", "priority", "overdue_fen", "owner")
    list_filter = ("branch", "queue", "status")
    list_select_related = ("owner", "branch")
    ordering = ("-priority", "id")
    list_per_page = 50


def _bank() -> Staff:
    bank = Institution.objects.create(
        code="BENCH", name_zh="示范银行", name_en="Demo Bank", hotline="955XX", sms_signature="示范银行"
    )
    branch = Branch.objects.create(code="BB", name_zh="示范分行", name_en="Branch", institution=bank, region="BB")
    return Staff.objects.create_user(
        username="collector",
        password="not used",
        employee_no="E1",
        display_name="员工",
        role="collector",
        department="collections",
        scope="branch",
        branch=branch,
    )


def _administrator(staff: Staff) -> Staff:
    found = Staff.objects.filter(username="administrator").first()
    return found or Staff.objects.create_superuser(
        username="administrator",
        password="not used",
        employee_no="E2",
        display_name="管理员",
        role="administrator",
        department="operations",
        scope="none",
        branch=staff.branch,
    )


def _signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")


def _fill(size: int, staff: Staff) -> None:
    """Bring the table to so many open cases, a tenth of them in each queue but the first, which has the rest."""
    now = datetime.now(UTC)
    name = key_ring().seal("陈晓梅", column="collections_app_customer.name")
    row = Customer(branch=staff.branch, name="", created_at=now)
    columns = [field for field in Customer._meta.concrete_fields if field.name != "id"]
    fixed = {field.column: field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns}
    computed = {
        "customer_no": "'C' || lpad(n::text, 9, '0')",
        "case_number": "'BB-26-' || lpad(n::text, 7, '0')",
        "queue": f"CASE WHEN n %% 10 < {len(QUEUES) - 1} THEN (%s::text[])[n %% 10 + 2] ELSE '{QUEUES[0]}' END",
        "priority": "(n::bigint * 7919) %% 100000",
        "overdue_fen": "(n::bigint * 104729) %% 5000000",
    }
    values: list[object] = []
    selected = []
    for field in columns:
        if field.column in computed:
            selected.append(computed[field.column])
            values += [list(QUEUES)] if field.column == "queue" else []
        else:
            selected.append(f"%s::{field.db_type(connection)}")
            values.append(name if field.column == "name" else fixed[field.column])
    names = ", ".join(f'"{field.column}"' for field in columns)
    start = Customer.objects.count() + 1
    table = Customer._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(selected)} FROM generate_series(%s, %s) AS n",
            [*values, start, size],
        )
        cursor.execute(f"VACUUM ANALYZE {table}")


def _questions(desk: Client) -> list[str]:
    """Return what the page asks of the database when it is opened again, values and all."""
    _get(desk, "/")
    with CaptureQueriesContext(connection) as asked:
        _get(desk, "/")
    return [query["sql"] for query in asked if query["sql"].lstrip().startswith("SELECT")]


def _ask(questions: list[str]) -> None:
    with connection.connection.cursor() as cursor:
        for question in questions:
            cursor.execute(question)
            cursor.fetchall()


def _sql(staff: Staff) -> None:
    """Send what any page with these rows and counts must ask of the database, and read the answers."""
    table = Customer._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.*, o.display_name FROM {table} c LEFT JOIN collections_app_staff o ON o.id = c.owner_id "
            "WHERE c.branch_id = %s AND c.queue = 'to_contact' AND c.case_number <> '' "
            "ORDER BY c.priority DESC, c.id LIMIT 51",
            [staff.branch_id],
        )
        cursor.fetchall()
        for queue in QUEUES:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE branch_id = %s AND queue = %s "
                "AND case_number <> '' LIMIT 1000) AS part",
                [staff.branch_id, queue],
            )
            cursor.fetchall()


def _megabytes() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [Customer._meta.db_table])
        return float(cursor.fetchone()[0]) / 1_000_000


settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
settings.WHITENOISE_AUTOREFRESH = False
