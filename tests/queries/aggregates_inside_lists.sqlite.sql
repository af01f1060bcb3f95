-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","orders":{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t3
  WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
) || ',"aggregate":' || (
  SELECT '{"count":' || t6.x0 || ',"sum":{"total":' || t6.x1 || ',"baseTotal":' || CASE
  WHEN t6.x2 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t6.x2 >= 0 THEN printf('%d.%02d', t6.x2 / 100, t6.x2 % 100)
  ELSE printf('-%d.%02d', -t6.x2 / 100, -t6.x2 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t6.x2 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t6.x2 >= 0 THEN printf('%d.%03d', t6.x2 / 1000, t6.x2 % 1000)
  ELSE printf('-%d.%03d', -t6.x2 / 1000, -t6.x2 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t6.x2 >= 0 THEN printf('%d.%04d', t6.x2 / 10000, t6.x2 % 10000)
  ELSE printf('-%d.%04d', -t6.x2 / 10000, -t6.x2 % 10000)
  END
  ELSE CASE
  WHEN t6.x2 >= 0 THEN printf('%d.%02d', t6.x2 / 100, t6.x2 % 100)
  ELSE printf('-%d.%02d', -t6.x2 / 100, -t6.x2 % 100)
  END
  END || '"}'
  END || '},"max":{"orderDate":' || COALESCE('"' || t6.x3 || '"', 'null') || '}}'
  FROM (
    SELECT COALESCE(sum(t5.n), 0) AS x0, '[' || COALESCE(group_concat(CASE WHEN t5.n > 0 THEN '{"amount":"' ||
      CASE WHEN t5.cur IN ('EUR', 'USD') THEN CASE WHEN t5.s0 >= 0 THEN printf('%d.%02d', t5.s0 / 100,
      t5.s0 % 100) ELSE printf('-%d.%02d', -t5.s0 / 100, -t5.s0 % 100) END WHEN t5.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t5.s0 AS TEXT) WHEN t5.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t5.s0 >= 0 THEN printf('%d.%03d', t5.s0 / 1000,
      t5.s0 % 1000) ELSE printf('-%d.%03d', -t5.s0 / 1000, -t5.s0 % 1000) END WHEN t5.cur IN ('CLF',
      'UYW') THEN CASE WHEN t5.s0 >= 0 THEN printf('%d.%04d', t5.s0 / 10000,
      t5.s0 % 10000) ELSE printf('-%d.%04d', -t5.s0 / 10000,
      -t5.s0 % 10000) END ELSE CASE WHEN t5.s0 >= 0 THEN printf('%d.%02d', t5.s0 / 100,
      t5.s0 % 100) ELSE printf('-%d.%02d', -t5.s0 / 100, -t5.s0 % 100) END END || '","currency":"' ||
      t5.cur || '"}' END, ','), '') || ']' AS x1, sum(t5.s1) AS x2, max(t5.h2) AS x3
    FROM (
      SELECT t4.currency AS cur, count(*) AS n, sum(t4.total_minor) AS s0, sum(t4.base_total_minor) AS s1,
        max(t4.order_date) AS h2
      FROM sales_order t4
      WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t5
  ) t6
) || '},"confirmed":{"aggregate":' || (
  SELECT '{"count":' || t10.x0 || ',"average":{"baseNet":' || CASE
  WHEN t10.x1 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t10.x1 >= 0 THEN printf('%d.%02d', t10.x1 / 100, t10.x1 % 100)
  ELSE printf('-%d.%02d', -t10.x1 / 100, -t10.x1 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t10.x1 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t10.x1 >= 0 THEN printf('%d.%03d', t10.x1 / 1000, t10.x1 % 1000)
  ELSE printf('-%d.%03d', -t10.x1 / 1000, -t10.x1 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t10.x1 >= 0 THEN printf('%d.%04d', t10.x1 / 10000, t10.x1 % 10000)
  ELSE printf('-%d.%04d', -t10.x1 / 10000, -t10.x1 % 10000)
  END
  ELSE CASE
  WHEN t10.x1 >= 0 THEN printf('%d.%02d', t10.x1 / 100, t10.x1 % 100)
  ELSE printf('-%d.%02d', -t10.x1 / 100, -t10.x1 % 100)
  END
  END || '","currency":"' || ((
    SELECT currency
    FROM organisation
  )) || '"}'
  END || '}}'
  FROM (
    SELECT COALESCE(sum(t9.n), 0) AS x0, CASE
    WHEN sum(t9.s0) < 0 THEN -((-sum(t9.s0) * 2 + sum(t9.c0)) / (sum(t9.c0) * 2))
    ELSE (sum(t9.s0) * 2 + sum(t9.c0)) / (NULLIF(sum(t9.c0), 0) * 2)
    END AS x1
    FROM (
      SELECT count(*) AS n, sum(t8.base_net_minor) AS s0, count(t8.base_net_minor) AS c0
      FROM sales_order t8
      WHERE t8.customer_id = t1.id AND t8.deleted_at IS NULL AND t8.confirmed_at IS NOT NULL
    ) t9
  ) t10
) || '},"tickets":{"aggregate":' || (
  SELECT '{"count":' || t14.x0 || ',"min":{"createdAt":' || COALESCE('"' || t14.x1 || '"', 'null') || '}}'
  FROM (
    SELECT COALESCE(sum(t13.n), 0) AS x0, min(t13.l0) AS x1
    FROM (
      SELECT count(*) AS n, min(t12.created_at) AS l0
      FROM ticket t12
      WHERE t12.customer_id = t1.id AND t12.deleted_at IS NULL
    ) t13
  ) t14
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.id, t1.id
  LIMIT 4
) t1
