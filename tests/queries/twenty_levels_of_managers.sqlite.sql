-- salesRep
WITH t27 AS (
  SELECT t25.id AS id, COALESCE((
    SELECT '{"name":' || json_quote(t26.name) || '}'
    FROM sales_rep t26
    WHERE t26.id = t25.manager_id AND t26.deleted_at IS NULL
  ), 'null') AS x
  FROM sales_rep t25
), t28 AS (
  SELECT t21.id AS id, COALESCE((
    SELECT '{"name":' || json_quote(t22.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t23.name) || ',"manager":' || COALESCE((
        SELECT '{"name":' || json_quote(t24.name) || ',"manager":' || (
          SELECT t27.x
          FROM t27
          WHERE t27.id = t24.id
        ) || '}'
        FROM sales_rep t24
        WHERE t24.id = t23.manager_id AND t24.deleted_at IS NULL
      ), 'null') || '}'
      FROM sales_rep t23
      WHERE t23.id = t22.manager_id AND t23.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t22
    WHERE t22.id = t21.manager_id AND t22.deleted_at IS NULL
  ), 'null') AS x
  FROM sales_rep t21
), t29 AS (
  SELECT t17.id AS id, COALESCE((
    SELECT '{"name":' || json_quote(t18.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t19.name) || ',"manager":' || COALESCE((
        SELECT '{"name":' || json_quote(t20.name) || ',"manager":' || (
          SELECT t28.x
          FROM t28
          WHERE t28.id = t20.id
        ) || '}'
        FROM sales_rep t20
        WHERE t20.id = t19.manager_id AND t20.deleted_at IS NULL
      ), 'null') || '}'
      FROM sales_rep t19
      WHERE t19.id = t18.manager_id AND t19.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t18
    WHERE t18.id = t17.manager_id AND t18.deleted_at IS NULL
  ), 'null') AS x
  FROM sales_rep t17
), t30 AS (
  SELECT t13.id AS id, COALESCE((
    SELECT '{"name":' || json_quote(t14.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t15.name) || ',"manager":' || COALESCE((
        SELECT '{"name":' || json_quote(t16.name) || ',"manager":' || (
          SELECT t29.x
          FROM t29
          WHERE t29.id = t16.id
        ) || '}'
        FROM sales_rep t16
        WHERE t16.id = t15.manager_id AND t16.deleted_at IS NULL
      ), 'null') || '}'
      FROM sales_rep t15
      WHERE t15.id = t14.manager_id AND t15.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t14
    WHERE t14.id = t13.manager_id AND t14.deleted_at IS NULL
  ), 'null') AS x
  FROM sales_rep t13
), t31 AS (
  SELECT t9.id AS id, COALESCE((
    SELECT '{"name":' || json_quote(t10.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t11.name) || ',"manager":' || COALESCE((
        SELECT '{"name":' || json_quote(t12.name) || ',"manager":' || (
          SELECT t30.x
          FROM t30
          WHERE t30.id = t12.id
        ) || '}'
        FROM sales_rep t12
        WHERE t12.id = t11.manager_id AND t12.deleted_at IS NULL
      ), 'null') || '}'
      FROM sales_rep t11
      WHERE t11.id = t10.manager_id AND t11.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t10
    WHERE t10.id = t9.manager_id AND t10.deleted_at IS NULL
  ), 'null') AS x
  FROM sales_rep t9
), t32 AS (
  SELECT t5.id AS id, COALESCE((
    SELECT '{"name":' || json_quote(t6.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t7.name) || ',"manager":' || COALESCE((
        SELECT '{"name":' || json_quote(t8.name) || ',"manager":' || (
          SELECT t31.x
          FROM t31
          WHERE t31.id = t8.id
        ) || '}'
        FROM sales_rep t8
        WHERE t8.id = t7.manager_id AND t8.deleted_at IS NULL
      ), 'null') || '}'
      FROM sales_rep t7
      WHERE t7.id = t6.manager_id AND t7.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t6
    WHERE t6.id = t5.manager_id AND t6.deleted_at IS NULL
  ), 'null') AS x
  FROM sales_rep t5
) SELECT '{"name":' || json_quote(t1.name) || ',"manager":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || ',"manager":' || COALESCE((
    SELECT '{"name":' || json_quote(t3.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t4.name) || ',"manager":' || (
        SELECT t32.x
        FROM t32
        WHERE t32.id = t4.id
      ) || '}'
      FROM sales_rep t4
      WHERE t4.id = t3.manager_id AND t4.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t3
    WHERE t3.id = t2.manager_id AND t3.deleted_at IS NULL
  ), 'null') || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.manager_id AND t2.deleted_at IS NULL
), 'null') || '}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
