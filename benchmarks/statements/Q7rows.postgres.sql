WITH new (id) AS (SELECT nextval('ticket_id_seq')),
ticket AS (
  INSERT INTO ticket (id, created_at, updated_at, number, number_fold, customer_id, issue, issue_fold, priority)
  SELECT new.id, $5::timestamptz, $5, 'T-' || new.id, 't-' || new.id, $1::bigint, $2::text, $3::text, $4::text FROM new
  RETURNING *
),
step AS (
  INSERT INTO ticket_status_change (created_at, updated_at, ticket_id, to_status, actor)
  SELECT $5, $5, id, 'NEW', 'Admin' FROM new
),
audit AS (
  INSERT INTO audit_entry (at, actor, verb, entity, entity_id, kind, changes, request_id)
  SELECT $5, 'key demo-admin of demo-admin@example.com', 'createTicket', 'Ticket', id, 'CREATED', '[]', $6::text FROM new
),
outbox AS (
  INSERT INTO outbox_event (at, entity, entity_id, kind) SELECT $5, 'Ticket', id, 'CREATED' FROM new
)
SELECT '{"data":{"createTicket":{"ticket":{"id":"tkt_' || t.id || '","number":' || to_json(t.number)::text
  || ',"issue":' || to_json(t.issue)::text || ',"status":"' || t.status || '","priority":"' || t.priority
  || '","createdAt":"' || to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  || '","customer":{"id":"cus_' || c.id || '","name":' || to_json(c.name)::text || ',"email":' || to_json(c.email)::text
  || '}},"errors":[]}}}'
FROM ticket t JOIN customer c ON c.id = t.customer_id AND c.deleted_at IS NULL
