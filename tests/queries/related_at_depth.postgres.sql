-- whoBoughtThermometers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_order t2
    WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM order_line t3
      WHERE t3.order_id = t2.id AND EXISTS (
        SELECT 1
        FROM product t4
        WHERE t4.id = t3.product_id AND t4.deleted_at IS NULL AND EXISTS (
          SELECT 1
          FROM product_category t5
          WHERE t5.id = t4.category_id AND t5.deleted_at IS NULL AND t5.name_fold = $1::text AND
            t5.name = $2::text
        )
      )
    )
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- colleaguesCustomers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.owner_id IN (
    SELECT t2.id
    FROM sales_rep t2
    WHERE t2.deleted_at IS NULL AND t2.team_id IN (
      SELECT t3.id
      FROM team t3
      WHERE t3.deleted_at IS NULL AND EXISTS (
        SELECT 1
        FROM sales_rep t4
        WHERE t4.team_id = t3.id AND t4.deleted_at IS NULL AND (t4.position_fold >= $1::text AND
          t4.position_fold < $2::text)
      ) OFFSET 0
    ) OFFSET 0
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- soldToNoOneElse
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM order_line t2
    WHERE t2.product_id = t1.id AND EXISTS (
      SELECT 1
      FROM sales_order of_order
      WHERE of_order.id = t2.order_id AND of_order.deleted_at IS NULL OFFSET 0
    )
  ) AND NOT EXISTS (
    SELECT 1
    FROM order_line t3
    WHERE t3.product_id = t1.id AND EXISTS (
      SELECT 1
      FROM sales_order of_order
      WHERE of_order.id = t3.order_id AND of_order.deleted_at IS NULL OFFSET 0
    ) AND NOT EXISTS (
      SELECT 1
      FROM sales_order t4
      WHERE t4.id = t3.order_id AND t4.deleted_at IS NULL AND t4.customer_id = $1::bigint AND EXISTS (
        SELECT 1
        FROM customer t5
        WHERE t5.id = t4.customer_id AND t5.deleted_at IS NULL AND t5.id = $2::bigint
      )
    )
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- soldBySeveral
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM order_credit t2
    WHERE t2.order_id = t1.id AND t2.share_bps < $1::bigint
  )
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 20
) t1
-- throughALink
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM order_credit t3
    JOIN sales_order t2 ON t2.id = t3.order_id
    WHERE t3.rep_id = t1.id AND t2.deleted_at IS NULL AND t2.currency = $1::text
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- throughALinkNone
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM order_credit t3
    JOIN sales_order t2 ON t2.id = t3.order_id
    WHERE t3.rep_id = t1.id AND t2.deleted_at IS NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
