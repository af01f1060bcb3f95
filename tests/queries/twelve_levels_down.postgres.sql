-- team
SELECT '{`members`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`manager`:' || COALESCE((
    SELECT '{`reports`:{`nodes`:[' || (
      SELECT COALESCE(string_agg('{`customers`:{`nodes`:[' || (
        SELECT COALESCE(string_agg('{`orders`:{`nodes`:[' || (
          SELECT COALESCE(string_agg('{`lines`:{`nodes`:[' || (
            SELECT COALESCE(string_agg('{`product`:' || COALESCE((
              SELECT '{`category`:' || COALESCE((
                SELECT '{`parent`:' || COALESCE((
                  SELECT '{`children`:{`nodes`:[' || (
                    SELECT COALESCE(string_agg('{`name`:`' || replace(t11.name, '`', '`"`') ||
                      '`,`products`:{`nodes`:[' || (
                      SELECT COALESCE(string_agg('{`name`:`' || replace(t12.name, '`', '`"`') || '`}', ','),
                        '')
                      FROM (
                        SELECT t12.name
                        FROM product t12
                        WHERE t12.category_id = t11.id AND t12.deleted_at IS NULL
                        ORDER BY t12.name_fold, t12.id
                        LIMIT 20
                      ) t12
                    ) || ']}}', ','), '')
                    FROM (
                      SELECT *
                      FROM (
                        SELECT t11.*, row_number() OVER () AS rn, count(*) OVER () AS m
                        FROM (
                          SELECT t11.name, t11.id
                          FROM product_category t11
                          WHERE t11.parent_id = t10.id AND t11.deleted_at IS NULL
                          ORDER BY t11.name_fold DESC, t11.id DESC
                          LIMIT 1
                        ) t11
                      ) t11
                      ORDER BY rn DESC
                    ) t11
                  ) || ']}}'
                  FROM product_category t10
                  WHERE t10.id = t9.parent_id AND t10.deleted_at IS NULL
                ), 'null') || '}'
                FROM product_category t9
                WHERE t9.id = t8.category_id AND t9.deleted_at IS NULL
              ), 'null') || '}'
              FROM product t8
              WHERE t8.id = t7.product_id AND t8.deleted_at IS NULL
            ), 'null') || '}', ','), '')
            FROM (
              SELECT t7.product_id
              FROM order_line t7
              WHERE t7.order_id = t6.id
              ORDER BY t7.position, t7.id
              LIMIT 1
            ) t7
          ) || ']}}', ','), '')
          FROM (
            SELECT t6.id
            FROM sales_order t6
            WHERE t6.customer_id = t5.id AND t6.deleted_at IS NULL AND EXISTS (
              SELECT 1
              FROM order_line t13
              WHERE t13.order_id = t6.id
            )
            ORDER BY t6.order_date DESC, t6.id DESC
            LIMIT 1
          ) t6
        ) || ']}}', ','), '')
        FROM (
          SELECT t5.id
          FROM customer t5
          WHERE t5.owner_id = t4.id AND t5.deleted_at IS NULL
          ORDER BY t5.name_fold, t5.id
          LIMIT 1
        ) t5
      ) || ']}}', ','), '')
      FROM (
        SELECT t4.id
        FROM sales_rep t4
        WHERE t4.manager_id = t3.id AND t4.deleted_at IS NULL
        ORDER BY t4.name_fold, t4.id
        LIMIT 1
      ) t4
    ) || ']}}'
    FROM sales_rep t3
    WHERE t3.id = t2.manager_id AND t3.deleted_at IS NULL
  ), 'null') || '}', ','), '')
  FROM (
    SELECT t2.manager_id
    FROM sales_rep t2
    WHERE t2.team_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.name_fold, t2.id
    LIMIT 1
  ) t2
) || ']}}'
FROM team t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
