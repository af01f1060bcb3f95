-- salesRep
SELECT '{"name":' || json_quote(t1.name) || ',"sales":{"edges":[' || (
  SELECT COALESCE(group_concat('{"cursor":"' || lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 ||
    '"' || ',' || t2.id || ']')) || '","node":{"number":' || json_quote(t2.number) || ',"orderDate":"' ||
    t2.order_date || '","credits":{"nodes":[' || (
    SELECT COALESCE(group_concat('{"share":' || t3.share_bps || ',"rep":' || COALESCE((
      SELECT '{"name":' || json_quote(t4.name) || '}'
      FROM sales_rep t4
      WHERE t4.id = t3.rep_id AND t4.deleted_at IS NULL
    ), 'null') || ',"amount":{"amount":"' || CASE WHEN t3.currency IN ('EUR',
      'USD') THEN CASE WHEN t3.amount_minor >= 0 THEN printf('%d.%02d', t3.amount_minor / 100,
      t3.amount_minor % 100) ELSE printf('-%d.%02d', -t3.amount_minor / 100,
      -t3.amount_minor % 100) END WHEN t3.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
      'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.amount_minor AS TEXT) WHEN t3.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t3.amount_minor >= 0 THEN printf('%d.%03d', t3.amount_minor / 1000,
      t3.amount_minor % 1000) ELSE printf('-%d.%03d', -t3.amount_minor / 1000,
      -t3.amount_minor % 1000) END WHEN t3.currency IN ('CLF',
      'UYW') THEN CASE WHEN t3.amount_minor >= 0 THEN printf('%d.%04d', t3.amount_minor / 10000,
      t3.amount_minor % 10000) ELSE printf('-%d.%04d', -t3.amount_minor / 10000,
      -t3.amount_minor % 10000) END ELSE CASE WHEN t3.amount_minor >= 0 THEN printf('%d.%02d',
      t3.amount_minor / 100, t3.amount_minor % 100) ELSE printf('-%d.%02d', -t3.amount_minor / 100,
      -t3.amount_minor % 100) END END || '","currency":"' || t3.currency || '"}}', ','), '')
    FROM (
      SELECT t3.share_bps, t3.rep_id, t3.amount_minor, t3.currency
      FROM order_credit t3
      WHERE t3.order_id = t2.id
      ORDER BY t3.share_bps DESC, t3.id DESC
      LIMIT 20
    ) t3
  ) || ']}}}', ',') FILTER (WHERE t2.rn <= 2), '') || '],"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t2.rn) > 2 THEN 'true'
  ELSE 'false'
  END || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t2.rn = min(2,
    t2.m) THEN lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 || '"' || ',' || t2.id || ']')) END) ||
    '"', 'null') || '},"totalCount":' || (
    SELECT count(*)
    FROM order_credit t6
    JOIN sales_order t5 ON t5.id = t6.order_id
    WHERE t6.rep_id = t1.id AND t5.deleted_at IS NULL
  )
  FROM (
    SELECT t2.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t7.order_id AS id, t2.number, t7.order_date AS order_date, t7.order_date AS k0
      FROM order_credit t7
      JOIN sales_order t2 ON t2.id = t7.order_id
      WHERE t7.rep_id = t1.id AND t2.deleted_at IS NULL
      ORDER BY t7.order_date DESC, t7.order_id DESC
      LIMIT 2 + 1
    ) t2
  ) t2
) || '},"next":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t8.number) || '}', ',') FILTER (WHERE t8.rn <= 2),
    '') || '],"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t8.rn) > 2 THEN 'true'
  ELSE 'false'
  END || ',"hasPreviousPage":' || CASE
  WHEN EXISTS (
    SELECT 1
    FROM order_credit t10
    JOIN sales_order t9 ON t9.id = t10.order_id
    WHERE t10.rep_id = t1.id AND t9.deleted_at IS NULL AND (t10.order_date, t10.order_id) >= (?2, ?3)
  ) THEN 'true'
  ELSE 'false'
  END
  FROM (
    SELECT t8.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t8.number, t11.order_date AS k0
      FROM order_credit t11
      JOIN sales_order t8 ON t8.id = t11.order_id
      WHERE t11.rep_id = t1.id AND t8.deleted_at IS NULL AND (t11.order_date, t11.order_id) < (?2, ?3)
      ORDER BY t11.order_date DESC, t11.order_id DESC
      LIMIT 2 + 1
    ) t8
  ) t8
) || '}},"backwards":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t12.number) || '}', ',') FILTER (WHERE t12.rn <= 2),
    '') || '],"pageInfo":{"hasNextPage":false,"hasPreviousPage":' || CASE
  WHEN count(t12.rn) > 2 THEN 'true'
  ELSE 'false'
  END
  FROM (
    SELECT *
    FROM (
      SELECT t12.*, row_number() OVER () AS rn, count(*) OVER () AS m
      FROM (
        SELECT t12.number, t13.order_date AS k0
        FROM order_credit t13
        JOIN sales_order t12 ON t12.id = t13.order_id
        WHERE t13.rep_id = t1.id AND t12.deleted_at IS NULL
        ORDER BY t13.order_date, t13.order_id
        LIMIT 2 + 1
      ) t12
    ) t12
    ORDER BY rn DESC
  ) t12
) || '}},"filtered":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM order_credit t16
    JOIN sales_order t15 ON t15.id = t16.order_id
    WHERE t16.rep_id = t1.id AND t15.deleted_at IS NULL AND t15.status = 'CONFIRMED'
  ) || ',"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t14.number) || ',"baseTotal":' || (
    SELECT CASE
    WHEN v.m IS NULL THEN 'null'
    ELSE '{"amount":"' || CASE
    WHEN v.c IN ('EUR', 'USD') THEN CASE
    WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
    ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
    END
    WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
      'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(v.m AS TEXT)
    WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
    WHEN v.m >= 0 THEN printf('%d.%03d', v.m / 1000, v.m % 1000)
    ELSE printf('-%d.%03d', -v.m / 1000, -v.m % 1000)
    END
    WHEN v.c IN ('CLF', 'UYW') THEN CASE
    WHEN v.m >= 0 THEN printf('%d.%04d', v.m / 10000, v.m % 10000)
    ELSE printf('-%d.%04d', -v.m / 10000, -v.m % 10000)
    END
    ELSE CASE
    WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
    ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
    END
    END || '"}'
    END
    FROM (
      SELECT t14.base_total_minor AS m, ((
        SELECT currency
        FROM organisation
      )) AS c
      LIMIT 1
    ) v
  ) || '}', ','), '')
  FROM (
    SELECT t14.number, t14.base_total_minor
    FROM order_credit t17
    JOIN sales_order t14 ON t14.id = t17.order_id
    WHERE t17.rep_id = t1.id AND t14.deleted_at IS NULL AND t14.status = 'CONFIRMED'
    ORDER BY t14.base_total_minor NULLS LAST, t17.order_id
    LIMIT 20
  ) t14
) || ']},"search":{"nodes":[' || (
  SELECT COALESCE(group_concat('{"number":' || json_quote(t18.number) || '}', ','), '')
  FROM (
    SELECT t18.number
    FROM order_credit t19
    JOIN sales_order t18 ON t18.id = t19.order_id
    WHERE t19.rep_id = t1.id AND t18.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1
      FROM json_each(?4) w
      WHERE (instr(t18.number_fold, w.value) > 0) IS NOT TRUE
    )
    ORDER BY t19.order_date DESC, t19.order_id DESC
    LIMIT 20
  ) t18
) || ']},"groups":{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"orderDate":' || COALESCE('"' || t23.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t23.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t22.g0, COALESCE(sum(t22.n), 0) AS x0
    FROM (
      SELECT date(t24.order_date, 'start of year') AS g0, count(*) AS n
      FROM order_credit t24
      JOIN sales_order t21 ON t21.id = t24.order_id
      WHERE t24.rep_id = t1.id AND t21.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t22
    GROUP BY t22.g0
    ORDER BY t22.g0 IS NULL, t22.g0
    LIMIT 100
  ) t23
) || '}}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
