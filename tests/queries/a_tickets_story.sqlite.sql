-- ticket
SELECT '{"number":' || json_quote(t1.number) || ',"issue":' || json_quote(t1.issue) || ',"status":"' ||
  t1.status || '","priority":"' || t1.priority || '","category":' || json_quote(t1.category) ||
  ',"channel":"' || t1.channel || '","createdAt":"' || t1.created_at || '","firstRespondedAt":' ||
  COALESCE('"' || t1.first_responded_at || '"', 'null') || ',"resolvedAt":' || COALESCE('"' ||
  t1.resolved_at || '"', 'null') || ',"closedAt":' || COALESCE('"' || t1.closed_at || '"', 'null') ||
  ',"reopenCount":' || t1.reopen_count || ',"resolution":' || COALESCE('"' || t1.resolution || '"', 'null') ||
  ',"customer":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM customer t2
  WHERE t2.id = t1.customer_id AND t2.deleted_at IS NULL
), 'null') || ',"contact":' || COALESCE((
  SELECT '{"name":' || json_quote(t3.name) || ',"role":' || json_quote(t3.role) || '}'
  FROM contact t3
  WHERE t3.id = t1.contact_id AND t3.deleted_at IS NULL
), 'null') || ',"product":' || COALESCE((
  SELECT '{"sku":' || json_quote(t4.sku) || '}'
  FROM product t4
  WHERE t4.id = t1.product_id AND t4.deleted_at IS NULL
), 'null') || ',"order":' || COALESCE((
  SELECT '{"number":' || json_quote(t5.number) || '}'
  FROM sales_order t5
  WHERE t5.id = t1.order_id AND t5.deleted_at IS NULL
), 'null') || ',"assignee":' || COALESCE((
  SELECT '{"name":' || json_quote(t6.name) || '}'
  FROM sales_rep t6
  WHERE t6.id = t1.assignee_id AND t6.deleted_at IS NULL
), 'null') || ',"team":' || COALESCE((
  SELECT '{"name":' || json_quote(t7.name) || '}'
  FROM team t7
  WHERE t7.id = t1.team_id AND t7.deleted_at IS NULL
), 'null') || ',"messages":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM ticket_message t9
    WHERE t9.ticket_id = t1.id
  ) || ',"nodes":[' || COALESCE(group_concat('{"authorKind":"' || t8.author_kind || '","author":' ||
    COALESCE((
    SELECT '{"name":' || json_quote(t10.name) || '}'
    FROM sales_rep t10
    WHERE t10.id = t8.author_id AND t10.deleted_at IS NULL
  ), 'null') || ',"visibility":"' || t8.visibility || '","channel":"' || t8.channel || '","body":' ||
    json_quote(t8.body) || '}', ','), '')
  FROM (
    SELECT t8.author_kind, t8.author_id, t8.visibility, t8.channel, t8.body
    FROM ticket_message t8
    WHERE t8.ticket_id = t1.id
    ORDER BY t8.created_at, t8.id
    LIMIT 20
  ) t8
) || ']}}'
FROM ticket t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- unanswered
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"customer":' ||
  COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM customer t2
  WHERE t2.id = t1.customer_id AND t2.deleted_at IS NULL
), 'null') || ',"assignee":' || COALESCE((
  SELECT '{"name":' || json_quote(t3.name) || '}'
  FROM sales_rep t3
  WHERE t3.id = t1.assignee_id AND t3.deleted_at IS NULL
), 'null') || ',"messages":{"totalCount":' || (
  SELECT count(*)
  FROM ticket_message t5
  WHERE t5.ticket_id = t1.id
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.customer_id, t1.assignee_id, t1.id
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.first_responded_at IS NULL AND t1.status IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
