SELECT '{"data":{"tickets":{"totalCount":' || (
    SELECT count(*) FROM ticket WHERE status = 'OPEN' AND priority = 'URGENT' AND deleted_at IS NULL
  ) || ',"nodes":[' || COALESCE(group_concat(
  '{"id":"tkt_' || t.id || '","number":' || json_quote(t.number) || ',"issue":' || json_quote(t.issue)
  || ',"createdAt":"' || t.created_at || '","customer":' || COALESCE((
    SELECT '{"id":"cus_' || c.id || '","name":' || json_quote(c.name) || '}'
    FROM customer c WHERE c.id = t.customer_id AND c.deleted_at IS NULL), 'null') || '}', ','), '') || ']}}}'
FROM (SELECT id, number, issue, created_at, customer_id FROM ticket
      WHERE status = 'OPEN' AND priority = 'URGENT' AND deleted_at IS NULL
      ORDER BY created_at DESC, id DESC LIMIT 20) t
