-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id ||
  '","tickets":{"pageInfo":{"hasPreviousPage":' || CASE WHEN EXISTS (
  SELECT 1
  FROM ticket t3
  WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL AND (t3.created_at, t3.id) >= (?1, ?2)
) THEN 'true' ELSE 'false' END || '},"totalCount":' || (
  SELECT count(*)
  FROM ticket t4
  WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.id, t1.id
  LIMIT 2
) t1
-- none
SELECT '{"pageInfo":{"hasPreviousPage":false,"__typename":"PageInfo"},"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.name_fold = ?1 AND t2.name = ?2
) || '}'
-- nothing
SELECT '{"pageInfo":{"hasNextPage":false}}'
-- all
SELECT '{"pageInfo":{"hasNextPage":false},"aggregate":' || (
  SELECT '{"count":' || t4.x0 || '}'
  FROM (
    SELECT COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
    ) t3
  ) t4
) || '}'
