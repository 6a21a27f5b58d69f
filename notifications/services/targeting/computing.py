"""The statement that computes the features of a range of customers, the whole range at once."""

# All of it is the bank's own data of the customer; who objects has no row and gets none.
UPSERT = """
WITH paid AS (
    SELECT customer_id, count(*) AS payments,
           round(1000.0 * count(*) FILTER (WHERE channel = ANY(%(mobile)s)) / count(*)) AS share
      FROM collections_app_transaction
     WHERE customer_id > %(after)s AND customer_id <= %(through)s
       AND kind = 'payment' AND channel <> 'autodebit' AND "on" > %(paid_since)s
     GROUP BY customer_id
), next_due AS (
    SELECT DISTINCT ON (account_id) account_id, principal_fen + interest_fen - paid_fen AS fen
      FROM collections_app_instalment
     WHERE customer_id > %(after)s AND customer_id <= %(through)s AND paid_fen < principal_fen + interest_fen
     ORDER BY account_id, due_on
), owed AS (
    SELECT a.customer_id, bool_or(a.autodebit) AS autodebit,
           CASE WHEN count(DISTINCT a.product) > 1 THEN 'both' ELSE min(a.product) END AS product,
           sum(CASE WHEN a.product = 'loan' THEN coalesce(n.fen, 0) ELSE a.minimum_due_fen END) AS due_fen,
           sum(a.payoff_fen) AS payoff_fen
      FROM collections_app_account a LEFT JOIN next_due n ON n.account_id = a.id
     WHERE a.customer_id > %(after)s AND a.customer_id <= %(through)s AND NOT a.closed_in_core
     GROUP BY a.customer_id
), answers AS (
    SELECT customer_id, at, channel FROM collections_app_contact
     WHERE customer_id > %(after)s AND customer_id <= %(through)s AND effective AND at > %(answered_since)s
    UNION ALL
    SELECT customer_id, received_at, 'sms' FROM notifications_reply
     WHERE customer_id > %(after)s AND customer_id <= %(through)s AND received_at > %(answered_since)s
       AND intent <> 'wrong_number'
    UNION ALL
    -- Who comes to their page within a day of a message has answered it, at that hour.
    SELECT s.customer_id, s.opened_at, m.channel
      FROM collections_app_accesssession s CROSS JOIN LATERAL (
           SELECT channel FROM notifications_message m
            WHERE m.customer_id = s.customer_id AND m.accepted_at <= s.opened_at AND m.purpose <> 'otp'
              AND m.accepted_at > s.opened_at - interval '1 day'
            ORDER BY m.accepted_at DESC LIMIT 1) m
     WHERE s.customer_id > %(after)s AND s.customer_id <= %(through)s AND s.opened_at > %(answered_since)s
), answered AS (
    SELECT a.customer_id,
           mode() WITHIN GROUP (ORDER BY extract(hour FROM a.at AT TIME ZONE c.time_zone)::int) AS hour,
           mode() WITHIN GROUP (ORDER BY a.channel) AS channel
      FROM answers a JOIN collections_app_customer c ON c.id = a.customer_id
     GROUP BY a.customer_id
)
INSERT INTO notifications_customerfeatures
       (customer_id, mobile_share, payments, salary_day, autodebit, product, instalment_share, answer_hour,
        answer_channel, language, computed_at)
SELECT c.id, p.share, coalesce(p.payments, 0), c.salary_day, coalesce(o.autodebit, false), coalesce(o.product, ''),
       CASE WHEN o.payoff_fen > 0 THEN least(1000, round(1000.0 * o.due_fen / o.payoff_fen)) END,
       h.hour, coalesce(h.channel, ''), c.language, %(now)s
  FROM collections_app_customer c
  LEFT JOIN paid p ON p.customer_id = c.id
  LEFT JOIN owed o ON o.customer_id = c.id
  LEFT JOIN answered h ON h.customer_id = c.id
 WHERE c.id > %(after)s AND c.id <= %(through)s
   AND NOT EXISTS (SELECT FROM notifications_personalisationobjection n WHERE n.customer_id = c.id)
    ON CONFLICT (customer_id) DO UPDATE
   SET mobile_share = excluded.mobile_share, payments = excluded.payments, salary_day = excluded.salary_day,
       autodebit = excluded.autodebit, product = excluded.product, instalment_share = excluded.instalment_share,
       answer_hour = excluded.answer_hour, answer_channel = excluded.answer_channel, language = excluded.language,
       computed_at = excluded.computed_at
"""
