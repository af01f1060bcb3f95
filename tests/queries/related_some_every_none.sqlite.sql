-- some
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND t2.status = 'CONFIRMED'
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- every
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND ((t2.status IN (
      SELECT value
      FROM json_each(?1)
    )) IS NOT TRUE)
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- everyAndSome
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND ((t2.status IN (
      SELECT value
      FROM json_each(?1)
    )) IS NOT TRUE)
  ) AND EXISTS (
    SELECT 1
    FROM sales_order t3
    WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- none
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND t2.status IN (
      SELECT value
      FROM json_each(?1)
    )
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- any
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM ticket t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- noneAtAll
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM ticket t3
    WHERE t3.customer_id = t2.id AND t3.deleted_at IS NULL
  )
) || '}'
-- everyOfAny
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM ticket t3
    WHERE t3.customer_id = t2.id AND t3.deleted_at IS NULL AND ((1 = 1) IS NOT TRUE)
  )
) || '}'
-- noQuantifier
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND 1 = 1
) || '}'
-- everyWithNulls
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM ticket t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND ((t2.category_fold = ?1 AND
      t2.category = ?2) IS NOT TRUE)
  ) AND EXISTS (
    SELECT 1
    FROM ticket t3
    WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
