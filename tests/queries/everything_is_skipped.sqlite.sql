-- customer
SELECT '{}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{}', ','), '') || ']}'
FROM (
  SELECT 1 AS one
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 2
) t1
-- orders
SELECT '{}'
