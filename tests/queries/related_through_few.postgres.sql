-- some
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
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
    ) OFFSET 0
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- not
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM ticket t3
      WHERE t3.assignee_id = t2.id AND t3.deleted_at IS NULL AND (t3.status = 'CLOSED') IS NOT TRUE
    ) OFFSET 0
  )) IS NOT TRUE)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- none
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
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
    ) OFFSET 0
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- either
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`ord_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND ((t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND t2.team_id IN (
      SELECT t3.id
      FROM team t3
      WHERE t3.deleted_at IS NULL AND EXISTS (
        SELECT 1
        FROM sales_rep t4
        WHERE t4.team_id = t3.id AND t4.deleted_at IS NULL AND strpos(t4.position_fold, $1::text) > 0
      ) OFFSET 0
    ) OFFSET 0
  )) OR (t1.campaign_id IN (
    SELECT t5.id
    FROM campaign t5
    WHERE t5.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM campaign_member t6
      WHERE t6.campaign_id = t5.id AND EXISTS (
        SELECT 1
        FROM customer of_customer
        WHERE of_customer.id = t6.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
      )
    ) OFFSET 0
  )))
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- products
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`prd_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.category_id IN (
    SELECT t2.id
    FROM product_category t2
    WHERE t2.deleted_at IS NULL AND t2.parent_id IN (
      SELECT t3.id
      FROM product_category t3
      WHERE t3.deleted_at IS NULL AND NOT EXISTS (
        SELECT 1
        FROM product_category t4
        WHERE t4.parent_id = t3.id AND t4.deleted_at IS NULL AND
          (((t4.name = $1::text) IS NOT TRUE) IS NOT TRUE)
      ) OFFSET 0
    ) OFFSET 0
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
