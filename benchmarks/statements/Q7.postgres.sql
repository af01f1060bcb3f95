WITH new (id) AS (SELECT nextval('ticket_id_seq'))
INSERT INTO ticket (id, created_at, updated_at, number, number_fold, customer_id, issue, issue_fold, priority)
SELECT new.id, $5::timestamptz, $5, 'T-' || new.id, 't-' || new.id, $1::bigint, $2::text, $3::text, $4::text FROM new
RETURNING '{"data":{"createTicket":{"ticket":{"id":"tkt_' || id || '","number":' || to_json(number)::text
  || ',"issue":' || to_json(issue)::text || ',"status":"' || status || '","priority":"' || priority
  || '","createdAt":"' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","customer":' || (
    SELECT '{"id":"cus_' || c.id || '","name":' || to_json(c.name)::text || ',"email":' || to_json(c.email)::text || '}'
    FROM customer c WHERE c.id = customer_id AND c.deleted_at IS NULL
  ) || '},"errors":[]}}}'
