SELECT '{"data":{"tickets":{"totalCount":' || (
    SELECT count(*) FROM ticket WHERE status = 'OPEN' AND priority = 'URGENT' AND deleted_at IS NULL
  ) || ',"nodes":[' || COALESCE(string_agg(
  '{"id":"tkt_' || t.id || '","number":' || to_json(t.number)::text || ',"issue":' || to_json(t.issue)::text
  || ',"createdAt":"' || to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","customer":' || COALESCE((
    SELECT '{"id":"cus_' || c.id || '","name":' || to_json(c.name)::text || '}'
    FROM customer c WHERE c.id = t.customer_id AND c.deleted_at IS NULL), 'null') || '}', ','), '') || ']}}}'
FROM (SELECT id, number, issue, created_at, customer_id FROM ticket
      WHERE status = 'OPEN' AND priority = 'URGENT' AND deleted_at IS NULL
      ORDER BY created_at DESC, id DESC LIMIT 20) t
