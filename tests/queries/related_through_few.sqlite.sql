-- some
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM ticket t3
      WHERE t3.assignee_id = t2.id AND t3.deleted_at IS NULL AND (t3.status = 'CLOSED') IS NOT TRUE
    )
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- not
WITH t5 AS (
  SELECT t3.id AS id
  FROM sales_rep t3
  WHERE EXISTS (
    SELECT 1
    FROM ticket t4
    WHERE t4.assignee_id = t3.id AND t4.deleted_at IS NULL AND (t4.status = 'CLOSED') IS NOT TRUE
  )
) SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM t5
      WHERE t5.id = t2.id
    )
  )) IS NOT TRUE)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- none
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1
      FROM ticket t3
      WHERE t3.assignee_id = t2.id AND t3.deleted_at IS NULL AND (t3.status = 'CLOSED') IS NOT TRUE
    )
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- either
WITH t6 AS (
  SELECT t3.id AS id
  FROM sales_rep t3
  WHERE t3.team_id IN (
    SELECT t4.id
    FROM team t4
    WHERE t4.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM sales_rep t5
      WHERE t5.team_id = t4.id AND t5.deleted_at IS NULL AND instr(t5.position_fold, ?1) > 0
    )
  )
), t10 AS (
  SELECT t8.id AS id
  FROM campaign t8
  WHERE EXISTS (
    SELECT 1
    FROM campaign_member t9
    WHERE t9.campaign_id = t8.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = t9.customer_id AND of_customer.deleted_at IS NULL
    )
  )
) SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"ord_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND ((t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM t6
      WHERE t6.id = t2.id
    )
  )) OR (t1.campaign_id IN (
    SELECT t7.id
    FROM campaign t7
    WHERE t7.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM t10
      WHERE t10.id = t7.id
    )
  )))
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- products
WITH t6 AS (
  SELECT t4.id AS id
  FROM product_category t4
  WHERE NOT EXISTS (
    SELECT 1
    FROM product_category t5
    WHERE t5.parent_id = t4.id AND t5.deleted_at IS NULL AND (((t5.name = ?1) IS NOT TRUE) IS NOT TRUE)
  )
) SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"prd_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.category_id IN (
    SELECT t2.id
    FROM product_category t2
    WHERE t2.deleted_at IS NULL AND t2.parent_id IN (
      SELECT t3.id
      FROM product_category t3
      WHERE t3.deleted_at IS NULL AND EXISTS (
        SELECT 1
        FROM t6
        WHERE t6.id = t3.id
      )
    )
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
