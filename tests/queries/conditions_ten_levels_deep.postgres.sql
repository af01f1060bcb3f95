-- salesReps
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM customer t2
    WHERE t2.owner_id = t1.id AND t2.deleted_at IS NULL AND ((EXISTS (
      SELECT 1
      FROM sales_order t3
      WHERE t3.customer_id = t2.id AND t3.deleted_at IS NULL AND NOT EXISTS (
        SELECT 1
        FROM order_line t4
        WHERE t4.order_id = t3.id AND t4.product_id IN (
          SELECT t5.id
          FROM product t5
          WHERE t5.deleted_at IS NULL AND t5.category_id IN (
            SELECT t6.id
            FROM product_category t6
            WHERE t6.deleted_at IS NULL AND t6.parent_id IN (
              SELECT t7.id
              FROM product_category t7
              WHERE t7.deleted_at IS NULL AND EXISTS (
                SELECT 1
                FROM product_category t8
                WHERE t8.parent_id = t7.id AND t8.deleted_at IS NULL AND NOT EXISTS (
                  SELECT 1
                  FROM product t9
                  WHERE t9.category_id = t8.id AND t9.deleted_at IS NULL AND ((((strpos(t9.name_fold,
                    $1::text) > 0) OR (EXISTS (
                    SELECT 1
                    FROM order_line t10
                    WHERE t10.product_id = t9.id AND EXISTS (
                      SELECT 1
                      FROM sales_order of_order
                      WHERE of_order.id = t10.order_id AND of_order.deleted_at IS NULL OFFSET 0
                    ) AND t10.quantity > $2::bigint
                  )))) IS NOT TRUE)
                )
              ) OFFSET 0
            ) OFFSET 0
          ) OFFSET 0
        )
      )
    )) IS NOT TRUE)
  ) AND ((((((t1.active = $3::boolean) OR (t1.left_on IS NOT NULL))) IS NOT TRUE)) IS NOT TRUE)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
