-- team
WITH t16 AS (
  SELECT t13.id AS id, '{"nodes":[' || (
    SELECT COALESCE(group_concat('{"name":' || json_quote(t14.name) || ',"products":{"nodes":[' || (
      SELECT COALESCE(group_concat('{"name":' || json_quote(t15.name) || '}', ','), '')
      FROM (
        SELECT t15.name
        FROM product t15
        WHERE t15.category_id = t14.id AND t15.deleted_at IS NULL
        ORDER BY t15.name_fold, t15.id
        LIMIT 20
      ) t15
    ) || ']}}', ','), '')
    FROM (
      SELECT *
      FROM (
        SELECT t14.*, row_number() OVER () AS rn, count(*) OVER () AS m
        FROM (
          SELECT t14.name, t14.id
          FROM product_category t14
          WHERE t14.parent_id = t13.id AND t14.deleted_at IS NULL
          ORDER BY t14.name_fold DESC, t14.id DESC
          LIMIT 1
        ) t14
      ) t14
      ORDER BY rn DESC
    ) t14
  ) || ']}' AS x
  FROM product_category t13
), t17 AS (
  SELECT t9.id AS id, COALESCE((
    SELECT '{"category":' || COALESCE((
      SELECT '{"parent":' || COALESCE((
        SELECT '{"children":' || (
          SELECT t16.x
          FROM t16
          WHERE t16.id = t12.id
        ) || '}'
        FROM product_category t12
        WHERE t12.id = t11.parent_id AND t12.deleted_at IS NULL
      ), 'null') || '}'
      FROM product_category t11
      WHERE t11.id = t10.category_id AND t11.deleted_at IS NULL
    ), 'null') || '}'
    FROM product t10
    WHERE t10.id = t9.product_id AND t10.deleted_at IS NULL
  ), 'null') AS x
  FROM order_line t9
), t20 AS (
  SELECT t18.id AS id
  FROM sales_order t18
  WHERE EXISTS (
    SELECT 1
    FROM order_line t19
    WHERE t19.order_id = t18.id
  )
), t21 AS (
  SELECT t5.id AS id, '{"nodes":[' || (
    SELECT COALESCE(group_concat('{"orders":{"nodes":[' || (
      SELECT COALESCE(group_concat('{"lines":{"nodes":[' || (
        SELECT COALESCE(group_concat('{"product":' || (
          SELECT t17.x
          FROM t17
          WHERE t17.id = t8.id
        ) || '}', ','), '')
        FROM (
          SELECT t8.id
          FROM order_line t8
          WHERE t8.order_id = t7.id
          ORDER BY t8.position, t8.id
          LIMIT 1
        ) t8
      ) || ']}}', ','), '')
      FROM (
        SELECT t7.id
        FROM sales_order t7
        WHERE t7.customer_id = t6.id AND t7.deleted_at IS NULL AND EXISTS (
          SELECT 1
          FROM t20
          WHERE t20.id = t7.id
        )
        ORDER BY t7.order_date DESC, t7.id DESC
        LIMIT 1
      ) t7
    ) || ']}}', ','), '')
    FROM (
      SELECT t6.id
      FROM customer t6
      WHERE t6.owner_id = t5.id AND t6.deleted_at IS NULL
      ORDER BY t6.name_fold, t6.id
      LIMIT 1
    ) t6
  ) || ']}' AS x
  FROM sales_rep t5
) SELECT '{"members":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"manager":' || COALESCE((
    SELECT '{"reports":{"nodes":[' || (
      SELECT COALESCE(group_concat('{"customers":' || (
        SELECT t21.x
        FROM t21
        WHERE t21.id = t4.id
      ) || '}', ','), '')
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
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
