BEGIN IMMEDIATE;
INSERT INTO ticket (id, created_at, updated_at, number, number_fold, customer_id, issue, issue_fold, priority)
SELECT seq + 1, :now, :now, 'T-' || (seq + 1), 't-' || (seq + 1), :customer, :issue, :issue_fold, :priority
FROM sqlite_sequence WHERE name = 'ticket';
INSERT INTO ticket_status_change (created_at, updated_at, ticket_id, to_status, actor)
SELECT :now, :now, seq, 'NEW', 'Admin' FROM sqlite_sequence WHERE name = 'ticket';
INSERT INTO audit_entry (at, actor, verb, entity, entity_id, kind, changes, request_id)
SELECT :now, 'key demo-admin of demo-admin@example.com', 'createTicket', 'Ticket', seq, 'CREATED', '[]', :request
FROM sqlite_sequence WHERE name = 'ticket';
INSERT INTO outbox_event (at, entity, entity_id, kind)
SELECT :now, 'Ticket', seq, 'CREATED' FROM sqlite_sequence WHERE name = 'ticket';
SELECT '{"data":{"createTicket":{"ticket":{"id":"tkt_' || t.id || '","number":' || json_quote(t.number)
  || ',"issue":' || json_quote(t.issue) || ',"status":"' || t.status || '","priority":"' || t.priority
  || '","createdAt":"' || t.created_at || '","customer":{"id":"cus_' || c.id || '","name":' || json_quote(c.name)
  || ',"email":' || json_quote(c.email) || '}},"errors":[]}}}'
FROM ticket t JOIN customer c ON c.id = t.customer_id AND c.deleted_at IS NULL
WHERE t.id = (SELECT seq FROM sqlite_sequence WHERE name = 'ticket');
COMMIT
