-- salesReps
WITH t25 AS (
  SELECT t22.id AS id, '{"totalCount":' || (
    SELECT (
      SELECT count(*)
      FROM ticket t24
      WHERE t24.product_id = t22.id AND t24.deleted_at IS NULL
    ) || ',"pageInfo":{"hasNextPage":' || CASE
    WHEN count(t23.rn) > 1 THEN 'true'
    ELSE 'false'
    END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t23.rn = min(1,
      t23.m) THEN lower(hex('["Ticket CREATED_AT:DESC",' || '"' || t23.k0 || '"' || ',' || t23.id ||
      ']')) END) || '"', 'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' ||
      lower(hex('["Ticket CREATED_AT:DESC",' || '"' || t23.k0 || '"' || ',' || t23.id || ']')) ||
      '","node":{"number":' || json_quote(t23.number) || '}}', ',') FILTER (WHERE t23.rn <= 1), '')
    FROM (
      SELECT t23.*, row_number() OVER () AS rn, count(*) OVER () AS m
      FROM (
        SELECT t23.id, t23.number, t23.created_at AS k0
        FROM ticket t23
        WHERE t23.product_id = t22.id AND t23.deleted_at IS NULL
        ORDER BY t23.created_at DESC, t23.id DESC
        LIMIT 1 + 1
      ) t23
    ) t23
  ) || ']}' AS x
  FROM product t22
), t27 AS (
  SELECT t15.id AS id, '{"totalCount":' || (
    SELECT (
      SELECT count(*)
      FROM order_credit t18
      JOIN sales_order t17 ON t17.id = t18.order_id
      WHERE t18.rep_id = t15.id AND t17.deleted_at IS NULL
    ) || ',"pageInfo":{"hasNextPage":' || CASE
    WHEN count(t16.rn) > 1 THEN 'true'
    ELSE 'false'
    END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t16.rn = min(1,
      t16.m) THEN lower(hex('["Order ORDER_DATE:DESC",' || '"' || t16.k0 || '"' || ',' || t16.id ||
      ']')) END) || '"', 'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' ||
      lower(hex('["Order ORDER_DATE:DESC",' || '"' || t16.k0 || '"' || ',' || t16.id || ']')) ||
      '","node":{"number":' || json_quote(t16.number) || ',"lines":{"totalCount":' || (
      SELECT (
        SELECT count(*)
        FROM order_line t20
        WHERE t20.order_id = t16.id
      ) || ',"pageInfo":{"hasPreviousPage":' || CASE
      WHEN count(t19.rn) > 1 THEN 'true'
      ELSE 'false'
      END || ',"startCursor":' || COALESCE('"' || max(CASE WHEN t19.rn = min(1,
        t19.m) THEN lower(hex('["OrderLine POSITION:ASC",' || t19.k0 || ',' || t19.id || ']')) END) || '"',
        'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' ||
        lower(hex('["OrderLine POSITION:ASC",' || t19.k0 || ',' || t19.id || ']')) ||
        '","node":{"quantity":' || t19.quantity || ',"product":' || COALESCE((
        SELECT '{"sku":' || json_quote(t21.sku) || ',"tickets":' || (
          SELECT t25.x
          FROM t25
          WHERE t25.id = t21.id
        ) || '}'
        FROM product t21
        WHERE t21.id = t19.product_id AND t21.deleted_at IS NULL
      ), 'null') || '}}', ',') FILTER (WHERE t19.rn <= 1), '')
      FROM (
        SELECT *
        FROM (
          SELECT t19.*, row_number() OVER () AS rn, count(*) OVER () AS m
          FROM (
            SELECT t19.id, t19.quantity, t19.product_id, t19.position AS k0
            FROM order_line t19
            WHERE t19.order_id = t16.id
            ORDER BY t19.position DESC, t19.id DESC
            LIMIT 1 + 1
          ) t19
        ) t19
        ORDER BY rn DESC
      ) t19
    ) || ']}}}', ',') FILTER (WHERE t16.rn <= 1), '')
    FROM (
      SELECT t16.*, row_number() OVER () AS rn, count(*) OVER () AS m
      FROM (
        SELECT t26.order_id AS id, t16.number, t26.order_date AS k0
        FROM order_credit t26
        JOIN sales_order t16 ON t16.id = t26.order_id
        WHERE t26.rep_id = t15.id AND t16.deleted_at IS NULL
        ORDER BY t26.order_date DESC, t26.order_id DESC
        LIMIT 1 + 1
      ) t16
    ) t16
  ) || ']}' AS x
  FROM sales_rep t15
), t28 AS (
  SELECT t9.id AS id, '{"totalCount":' || (
    SELECT (
      SELECT count(*)
      FROM sales_order t11
      WHERE t11.customer_id = t9.id AND t11.deleted_at IS NULL
    ) || ',"pageInfo":{"hasNextPage":' || CASE
    WHEN count(t10.rn) > 1 THEN 'true'
    ELSE 'false'
    END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t10.rn = min(1,
      t10.m) THEN lower(hex('["Order ORDER_DATE:DESC",' || '"' || t10.k0 || '"' || ',' || t10.id ||
      ']')) END) || '"', 'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' ||
      lower(hex('["Order ORDER_DATE:DESC",' || '"' || t10.k0 || '"' || ',' || t10.id || ']')) ||
      '","node":{"number":' || json_quote(t10.number) || ',"credits":{"totalCount":' || (
      SELECT (
        SELECT count(*)
        FROM order_credit t13
        WHERE t13.order_id = t10.id
      ) || ',"pageInfo":{"hasNextPage":' || CASE
      WHEN count(t12.rn) > 1 THEN 'true'
      ELSE 'false'
      END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t12.rn = min(1,
        t12.m) THEN lower(hex('["OrderCredit SHARE:DESC",' || t12.k0 || ',' || t12.id || ']')) END) || '"',
        'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' ||
        lower(hex('["OrderCredit SHARE:DESC",' || t12.k0 || ',' || t12.id || ']')) || '","node":{"share":' ||
        t12.share_bps || ',"rep":' || COALESCE((
        SELECT '{"name":' || json_quote(t14.name) || ',"sales":' || (
          SELECT t27.x
          FROM t27
          WHERE t27.id = t14.id
        ) || '}'
        FROM sales_rep t14
        WHERE t14.id = t12.rep_id AND t14.deleted_at IS NULL
      ), 'null') || '}}', ',') FILTER (WHERE t12.rn <= 1), '')
      FROM (
        SELECT t12.*, row_number() OVER () AS rn, count(*) OVER () AS m
        FROM (
          SELECT t12.id, t12.share_bps, t12.rep_id, t12.share_bps AS k0
          FROM order_credit t12
          WHERE t12.order_id = t10.id
          ORDER BY t12.share_bps DESC, t12.id DESC
          LIMIT 1 + 1
        ) t12
      ) t12
    ) || ']}}}', ',') FILTER (WHERE t10.rn <= 1), '')
    FROM (
      SELECT t10.*, row_number() OVER () AS rn, count(*) OVER () AS m
      FROM (
        SELECT t10.id, t10.number, t10.order_date AS k0
        FROM sales_order t10
        WHERE t10.customer_id = t9.id AND t10.deleted_at IS NULL
        ORDER BY t10.order_date DESC, t10.id DESC
        LIMIT 1 + 1
      ) t10
    ) t10
  ) || ']}' AS x
  FROM customer t9
) SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM sales_rep t2
  WHERE t2.deleted_at IS NULL
) || ',"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 1 THEN 'true'
ELSE 'false'
END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t1.rn = min(1,
  t1.m) THEN lower(hex('["SalesRep NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id || ']')) END) || '"',
  'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["SalesRep NAME:ASC",' ||
  json_quote(t1.k0) || ',' || t1.id || ']')) || '","node":{"name":' || json_quote(t1.name) ||
  ',"reports":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM sales_rep t4
    WHERE t4.manager_id = t1.id AND t4.deleted_at IS NULL
  ) || ',"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t3.rn) > 1 THEN 'true'
  ELSE 'false'
  END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t3.rn = min(1,
    t3.m) THEN lower(hex('["SalesRep NAME:ASC",' || json_quote(t3.k0) || ',' || t3.id || ']')) END) || '"',
    'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["SalesRep NAME:ASC",' ||
    json_quote(t3.k0) || ',' || t3.id || ']')) || '","node":{"name":' || json_quote(t3.name) ||
    ',"customers":{"totalCount":' || (
    SELECT (
      SELECT count(*)
      FROM customer t6
      WHERE t6.owner_id = t3.id AND t6.deleted_at IS NULL
    ) || ',"pageInfo":{"hasPreviousPage":' || CASE
    WHEN count(t5.rn) > 1 THEN 'true'
    ELSE 'false'
    END || ',"startCursor":' || COALESCE('"' || max(CASE WHEN t5.rn = min(1,
      t5.m) THEN lower(hex('["Customer NAME:ASC",' || json_quote(t5.k0) || ',' || t5.id || ']')) END) || '"',
      'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Customer NAME:ASC",' ||
      json_quote(t5.k0) || ',' || t5.id || ']')) || '","node":{"name":' || json_quote(t5.name) ||
      ',"subsidiaries":{"totalCount":' || (
      SELECT (
        SELECT count(*)
        FROM customer t8
        WHERE t8.parent_id = t5.id AND t8.deleted_at IS NULL
      ) || ',"pageInfo":{"hasNextPage":' || CASE
      WHEN count(t7.rn) > 1 THEN 'true'
      ELSE 'false'
      END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t7.rn = min(1,
        t7.m) THEN lower(hex('["Customer NAME:ASC",' || json_quote(t7.k0) || ',' || t7.id || ']')) END) ||
        '"', 'null') || '},"edges":[' || COALESCE(group_concat('{"cursor":"' ||
        lower(hex('["Customer NAME:ASC",' || json_quote(t7.k0) || ',' || t7.id || ']')) ||
        '","node":{"name":' || json_quote(t7.name) || ',"orders":' || (
        SELECT t28.x
        FROM t28
        WHERE t28.id = t7.id
      ) || '}}', ',') FILTER (WHERE t7.rn <= 1), '')
      FROM (
        SELECT t7.*, row_number() OVER () AS rn, count(*) OVER () AS m
        FROM (
          SELECT t7.id, t7.name, t7.name_fold AS k0
          FROM customer t7
          WHERE t7.parent_id = t5.id AND t7.deleted_at IS NULL
          ORDER BY t7.name_fold, t7.id
          LIMIT 1 + 1
        ) t7
      ) t7
    ) || ']}}}', ',') FILTER (WHERE t5.rn <= 1), '')
    FROM (
      SELECT *
      FROM (
        SELECT t5.*, row_number() OVER () AS rn, count(*) OVER () AS m
        FROM (
          SELECT t5.id, t5.name, t5.name_fold AS k0
          FROM customer t5
          WHERE t5.owner_id = t3.id AND t5.deleted_at IS NULL
          ORDER BY t5.name_fold DESC, t5.id DESC
          LIMIT 1 + 1
        ) t5
      ) t5
      ORDER BY rn DESC
    ) t5
  ) || ']}}}', ',') FILTER (WHERE t3.rn <= 1), '')
  FROM (
    SELECT t3.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t3.id, t3.name, t3.name_fold AS k0
      FROM sales_rep t3
      WHERE t3.manager_id = t1.id AND t3.deleted_at IS NULL
      ORDER BY t3.name_fold, t3.id
      LIMIT 1 + 1
    ) t3
  ) t3
) || ']}}}', ',') FILTER (WHERE t1.rn <= 1), '') || ']}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.name, t1.name_fold AS k0
    FROM sales_rep t1
    WHERE t1.deleted_at IS NULL
    ORDER BY t1.name_fold, t1.id
    LIMIT 1 + 1
  ) t1
) t1
