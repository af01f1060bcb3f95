-- tickets
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"tkt_' || t1.id || '","createdAt":"' || t1.created_at ||
  '"}', ',') FILTER (WHERE t1.rn <= 2), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND (t2.created_at, t2.id) >= (?1, ?2)
) THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.created_at, t1.created_at AS k0
    FROM ticket t1
    WHERE t1.deleted_at IS NULL AND (t1.created_at, t1.id) < (?1, ?2)
    ORDER BY t1.created_at DESC, t1.id DESC
    LIMIT 2 + 1
  ) t1
) t1
