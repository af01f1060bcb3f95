-- salesReps
WITH t14 AS (
  SELECT t11.id AS id
  FROM product_category t11
  WHERE NOT EXISTS (
    SELECT 1
    FROM product t12
    WHERE t12.category_id = t11.id AND t12.deleted_at IS NULL AND ((((instr(t12.name_fold, ?1) > 0) OR
      (EXISTS (
      SELECT 1
      FROM order_line t13
      WHERE t13.product_id = t12.id AND EXISTS (
        SELECT 1
        FROM sales_order of_order
        WHERE of_order.id = t13.order_id AND of_order.deleted_at IS NULL
      ) AND t13.quantity > ?2
    )))) IS NOT TRUE)
  )
), t15 AS (
  SELECT t7.id AS id
  FROM product t7
  WHERE t7.category_id IN (
    SELECT t8.id
    FROM product_category t8
    WHERE t8.deleted_at IS NULL AND t8.parent_id IN (
      SELECT t9.id
      FROM product_category t9
      WHERE t9.deleted_at IS NULL AND EXISTS (
        SELECT 1
        FROM product_category t10
        WHERE t10.parent_id = t9.id AND t10.deleted_at IS NULL AND EXISTS (
          SELECT 1
          FROM t14
          WHERE t14.id = t10.id
        )
      )
    )
  )
), t16 AS (
  SELECT t3.id AS id
  FROM customer t3
  WHERE EXISTS (
    SELECT 1
    FROM sales_order t4
    WHERE t4.customer_id = t3.id AND t4.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1
      FROM order_line t5
      WHERE t5.order_id = t4.id AND t5.product_id IN (
        SELECT t6.id
        FROM product t6
        WHERE t6.deleted_at IS NULL AND EXISTS (
          SELECT 1
          FROM t15
          WHERE t15.id = t6.id
        )
      )
    )
  )
) SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM customer t2
    WHERE t2.owner_id = t1.id AND t2.deleted_at IS NULL AND ((EXISTS (
      SELECT 1
      FROM t16
      WHERE t16.id = t2.id
    )) IS NOT TRUE)
  ) AND ((((((t1.active = ?3) OR (t1.left_on IS NOT NULL))) IS NOT TRUE)) IS NOT TRUE)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
