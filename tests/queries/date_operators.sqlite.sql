-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.order_date = ?1
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- ne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND (t2.order_date = ?1) IS NOT TRUE
) || '}'
-- gt
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.order_date > ?1
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- gte
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.order_date >= ?1
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- lt
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.order_date < ?1
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- lte
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.order_date <= ?1
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.order_date IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- notIn
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND (t2.confirmed_on IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
) || '}'
-- isNull
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND t1.confirmed_on IS NULL
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- leapDay
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND t2.order_date < ?1
) || '}'
