-- up
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`tkt_' || t1.id || '`,`createdAt`:`' ||
  to_char(t1.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.created_at, t1.id
  LIMIT 20
) t1
-- down
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`tkt_' || t1.id || '`,`createdAt`:`' ||
  to_char(t1.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- byStatus
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`ord_' || t1.id || '`,`status`:`' || t1.status || '`}',
  ','), '') || ']}'
FROM (
  SELECT t1.id, t1.status
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.status, t1.id
  LIMIT 20
) t1
