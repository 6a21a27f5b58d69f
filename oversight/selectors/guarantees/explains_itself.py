"""G10: every permit, refusal, priority, route and text keeps what it was decided by."""

from datetime import datetime

from oversight.selectors.guarantees.finding import CLOCKS_APART, OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G10", "Every decision explains itself"

_WITH_INPUTS = '$.considered[*] ? (exists(@.inputs) || @.result == "exempt")'

# A permit or a refusal lists what was considered; what passed or refused names the rule and its version.
_DECISIONS = f"""
    SELECT customer.customer_no, decided.what, decided.id,
        CASE WHEN jsonb_typeof(decided.decision -> 'considered') IS DISTINCT FROM 'array'
                OR decided.decision -> 'considered' = '[]' THEN 'does not say what was considered'
            WHEN decided.decision ->> 'allowed' IS DISTINCT FROM decided.allowed THEN 'contradicts its decision'
            WHEN NOT decided.decision ? 'data_as_of' THEN 'does not say how old the data were'
            WHEN EXISTS (SELECT FROM jsonb_array_elements(decided.decision -> 'considered') considered
                WHERE considered ->> 'result' IN ('passed', 'refused') AND (
                    considered -> 'rule' ->> 'code' IS NULL OR considered -> 'rule' ->> 'version' IS NULL
                    OR considered -> 'rule' ->> 'pack' IS NULL)) THEN 'names no rule for a finding'
            WHEN NOT decided.inbound AND NOT decided.decision @? '{_WITH_INPUTS}' THEN 'keeps no inputs'
            WHEN decided.allowed = 'false' AND (decided.decision -> 'rule' ->> 'code' IS NULL
                OR decided.decision -> 'rule' ->> 'version' IS NULL
                OR decided.decision ->> 'reason' IS DISTINCT FROM decided.reason) THEN 'names no rule for the refusal'
        END AS wrong
    FROM (
        -- Joined to an empty object, a decision is unpacked once and not again for each question asked of it.
        (SELECT customer_id, 'contact' AS what, id, decision || '{{}}' AS decision, 'true' AS allowed, '' AS reason,
            inbound
        FROM collections_app_contact OFFSET 0)
        UNION ALL
        (SELECT customer_id, 'refusal', id, decision || '{{}}', 'false', reason, false
        FROM collections_app_permitrefusal OFFSET 0)
    ) decided JOIN collections_app_customer customer ON customer.id = decided.customer_id
    WHERE {OF_CUSTOMER}
"""

_ALL = f"""
    SELECT count(*) FROM (SELECT customer_id FROM collections_app_contact
        UNION ALL SELECT customer_id FROM collections_app_permitrefusal) decided
    JOIN collections_app_customer customer ON customer.id = decided.customer_id WHERE {OF_CUSTOMER}
"""

_PRIORITIES = f"""
    SELECT customer.customer_no FROM collections_app_customer customer
    WHERE {OF_CUSTOMER} AND customer.priority <> (
        SELECT coalesce(sum((why ->> 'points')::int), 0) FROM jsonb_array_elements(customer.priority_why) why)
    ORDER BY customer.id
"""

_ROUTES = f"""
    SELECT customer.customer_no, mediation.id FROM mediation_mediation mediation
    JOIN collections_app_customer customer ON customer.id = mediation.customer_id
    WHERE {OF_CUSTOMER} AND (mediation.route = '' OR mediation.route_reason = '') ORDER BY mediation.id
"""

_TEXTS = f"""
    SELECT customer.customer_no, message.id FROM notifications_message message
    JOIN collections_app_customer customer ON customer.id = message.customer_id
    WHERE {OF_CUSTOMER} AND message.accepted_at IS NOT NULL AND (message.template_id IS NULL OR message.variant = '')
    ORDER BY message.id
"""

_SILENT = f"""
    SELECT customer.customer_no, message.id FROM notifications_message message
    JOIN collections_app_customer customer ON customer.id = message.customer_id
    WHERE {OF_CUSTOMER} AND message.state IN ('refused', 'cancelled', 'deferred') AND message.reason = ''
    ORDER BY message.id
"""

# A second person's decision: by somebody, in time, and on the history of the record it is about.
_APPROVALS = f"""
    SELECT customer.customer_no, approval.id,
        CASE WHEN approval.decided_at > approval.expires_at + %(apart)s THEN 'was decided after it had lapsed'
            WHEN approval.decided_at < approval.asked_at - %(apart)s THEN 'was decided before it was asked'
            ELSE 'was decided, and the history does not say so' END
    FROM collections_app_approval approval
    LEFT JOIN collections_app_customer customer ON customer.id = approval.customer_id
    WHERE {OF_CUSTOMER} AND approval.state IN ('approved', 'rejected', 'returned') AND (
        approval.decided_at > approval.expires_at + %(apart)s OR approval.decided_at < approval.asked_at - %(apart)s
        OR approval.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM collections_app_event event
            WHERE event.customer_id = approval.customer_id AND event.kind = 'approval.decided'
                AND (event.payload ->> 'approval')::bigint = approval.id))
    ORDER BY approval.id
"""

_INCIDENTS = """
    SELECT id FROM collections_app_incident incident
    WHERE %(customer)s::bigint IS NULL AND ended_at IS NOT NULL AND report = '{}' ORDER BY id
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Look for decisions without their reasons."""
    params = {"customer": customer_id, "apart": CLOCKS_APART}
    found = Finding(checked=count(_ALL, params))
    wrong = f"SELECT customer_no, what, id, wrong FROM ({_DECISIONS}) AS looked WHERE wrong IS NOT NULL ORDER BY id"
    for customer_no, what, row_id, reason in ask(wrong, params):
        found.add(customer_no, f"{what} {row_id} {reason}")
    for (customer_no,) in ask(_PRIORITIES, params):
        found.add(customer_no, "the reasons of its priority do not add up to it")
    for customer_no, mediation_id in ask(_ROUTES, params):
        found.add(customer_no, f"mediation {mediation_id} does not say why it takes its route")
    for customer_no, message_id in ask(_TEXTS, params):
        found.add(customer_no, f"message {message_id} does not say which text it is")
    for customer_no, message_id in ask(_SILENT, params):
        found.add(customer_no, f"message {message_id} did not go out and does not say why")
    for customer_no, approval_id, what in ask(_APPROVALS, params):
        found.add(customer_no, f"approval {approval_id} {what}")
    for (incident_id,) in ask(_INCIDENTS, params):
        found.add(None, f"incident {incident_id} has ended and keeps no report")
    return found
