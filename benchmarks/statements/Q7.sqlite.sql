INSERT INTO ticket (id, created_at, updated_at, number, number_fold, customer_id, issue, issue_fold, priority)
SELECT seq + 1, :now, :now, 'T-' || (seq + 1), 't-' || (seq + 1), :customer, :issue, :issue_fold, :priority
FROM sqlite_sequence WHERE name = 'ticket'
RETURNING '{"data":{"createTicket":{"ticket":{"id":"tkt_' || id || '","number":' || json_quote(number)
  || ',"issue":' || json_quote(issue) || ',"status":"' || status || '","priority":"' || priority
  || '","createdAt":"' || created_at || '","customer":' || (
    SELECT '{"id":"cus_' || c.id || '","name":' || json_quote(c.name) || ',"email":' || json_quote(c.email) || '}'
    FROM customer c WHERE c.id = customer_id AND c.deleted_at IS NULL
  ) || '},"errors":[]}}}'
