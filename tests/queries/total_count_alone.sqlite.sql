-- customers
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.lifecycle = 'ACTIVE'
) || '}'
-- customer
SELECT '{"orders":{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t3
  WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL AND t3.status = 'DRAFT'
) || '}}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
