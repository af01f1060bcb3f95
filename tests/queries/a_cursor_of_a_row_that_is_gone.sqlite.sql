-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}',
  ',') FILTER (WHERE t1.rn <= 3), '') || '],"pageInfo":{"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.name_fold, t2.id) <= (?1, ?2)
) THEN 'true'
ELSE 'false'
END || ',"hasNextPage":' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.name, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND (t1.name_fold, t1.id) > (?1, ?2)
    ORDER BY t1.name_fold, t1.id
    LIMIT 3 + 1
  ) t1
) t1
