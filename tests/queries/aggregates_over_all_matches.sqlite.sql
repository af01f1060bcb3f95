-- orders
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') ||
  '],"totalCount":' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND (t2.status IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
) || ',"aggregate":' || (
  SELECT '{"count":' || t5.x0 || ',"sum":{"baseTotal":' || CASE
  WHEN t5.x1 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t5.x1 >= 0 THEN printf('%d.%02d', t5.x1 / 100, t5.x1 % 100)
  ELSE printf('-%d.%02d', -t5.x1 / 100, -t5.x1 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t5.x1 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t5.x1 >= 0 THEN printf('%d.%03d', t5.x1 / 1000, t5.x1 % 1000)
  ELSE printf('-%d.%03d', -t5.x1 / 1000, -t5.x1 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t5.x1 >= 0 THEN printf('%d.%04d', t5.x1 / 10000, t5.x1 % 10000)
  ELSE printf('-%d.%04d', -t5.x1 / 10000, -t5.x1 % 10000)
  END
  ELSE CASE
  WHEN t5.x1 >= 0 THEN printf('%d.%02d', t5.x1 / 100, t5.x1 % 100)
  ELSE printf('-%d.%02d', -t5.x1 / 100, -t5.x1 % 100)
  END
  END || '","currency":"' || ((
    SELECT currency
    FROM organisation
  )) || '"}'
  END || ',"baseNet":' || CASE
  WHEN t5.x2 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t5.x2 >= 0 THEN printf('%d.%02d', t5.x2 / 100, t5.x2 % 100)
  ELSE printf('-%d.%02d', -t5.x2 / 100, -t5.x2 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t5.x2 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t5.x2 >= 0 THEN printf('%d.%03d', t5.x2 / 1000, t5.x2 % 1000)
  ELSE printf('-%d.%03d', -t5.x2 / 1000, -t5.x2 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t5.x2 >= 0 THEN printf('%d.%04d', t5.x2 / 10000, t5.x2 % 10000)
  ELSE printf('-%d.%04d', -t5.x2 / 10000, -t5.x2 % 10000)
  END
  ELSE CASE
  WHEN t5.x2 >= 0 THEN printf('%d.%02d', t5.x2 / 100, t5.x2 % 100)
  ELSE printf('-%d.%02d', -t5.x2 / 100, -t5.x2 % 100)
  END
  END || '"}'
  END || '},"average":{"baseTotal":' || CASE
  WHEN t5.x3 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t5.x3 >= 0 THEN printf('%d.%02d', t5.x3 / 100, t5.x3 % 100)
  ELSE printf('-%d.%02d', -t5.x3 / 100, -t5.x3 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t5.x3 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t5.x3 >= 0 THEN printf('%d.%03d', t5.x3 / 1000, t5.x3 % 1000)
  ELSE printf('-%d.%03d', -t5.x3 / 1000, -t5.x3 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t5.x3 >= 0 THEN printf('%d.%04d', t5.x3 / 10000, t5.x3 % 10000)
  ELSE printf('-%d.%04d', -t5.x3 / 10000, -t5.x3 % 10000)
  END
  ELSE CASE
  WHEN t5.x3 >= 0 THEN printf('%d.%02d', t5.x3 / 100, t5.x3 % 100)
  ELSE printf('-%d.%02d', -t5.x3 / 100, -t5.x3 % 100)
  END
  END || '","currency":"' || ((
    SELECT currency
    FROM organisation
  )) || '"}'
  END || '},"min":{"orderDate":' || COALESCE('"' || t5.x4 || '"', 'null') || ',"confirmedAt":' ||
    COALESCE('"' || t5.x5 || '"', 'null') || ',"baseTotal":' || CASE
  WHEN t5.x6 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t5.x6 >= 0 THEN printf('%d.%02d', t5.x6 / 100, t5.x6 % 100)
  ELSE printf('-%d.%02d', -t5.x6 / 100, -t5.x6 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t5.x6 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t5.x6 >= 0 THEN printf('%d.%03d', t5.x6 / 1000, t5.x6 % 1000)
  ELSE printf('-%d.%03d', -t5.x6 / 1000, -t5.x6 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t5.x6 >= 0 THEN printf('%d.%04d', t5.x6 / 10000, t5.x6 % 10000)
  ELSE printf('-%d.%04d', -t5.x6 / 10000, -t5.x6 % 10000)
  END
  ELSE CASE
  WHEN t5.x6 >= 0 THEN printf('%d.%02d', t5.x6 / 100, t5.x6 % 100)
  ELSE printf('-%d.%02d', -t5.x6 / 100, -t5.x6 % 100)
  END
  END || '"}'
  END || '},"max":{"orderDate":' || COALESCE('"' || t5.x7 || '"', 'null') || ',"confirmedAt":' ||
    COALESCE('"' || t5.x8 || '"', 'null') || ',"baseTotal":' || CASE
  WHEN t5.x9 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t5.x9 >= 0 THEN printf('%d.%02d', t5.x9 / 100, t5.x9 % 100)
  ELSE printf('-%d.%02d', -t5.x9 / 100, -t5.x9 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t5.x9 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t5.x9 >= 0 THEN printf('%d.%03d', t5.x9 / 1000, t5.x9 % 1000)
  ELSE printf('-%d.%03d', -t5.x9 / 1000, -t5.x9 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t5.x9 >= 0 THEN printf('%d.%04d', t5.x9 / 10000, t5.x9 % 10000)
  ELSE printf('-%d.%04d', -t5.x9 / 10000, -t5.x9 % 10000)
  END
  ELSE CASE
  WHEN t5.x9 >= 0 THEN printf('%d.%02d', t5.x9 / 100, t5.x9 % 100)
  ELSE printf('-%d.%02d', -t5.x9 / 100, -t5.x9 % 100)
  END
  END || '","minorUnits":"' || t5.x9 || '"}'
  END || '}}'
  FROM (
    SELECT COALESCE(sum(t4.n), 0) AS x0, sum(t4.s0) AS x1, sum(t4.s1) AS x2, CASE
    WHEN sum(t4.s0) < 0 THEN -((-sum(t4.s0) * 2 + sum(t4.c0)) / (sum(t4.c0) * 2))
    ELSE (sum(t4.s0) * 2 + sum(t4.c0)) / (NULLIF(sum(t4.c0), 0) * 2)
    END AS x3, min(t4.l2) AS x4, min(t4.l3) AS x5, min(t4.l0) AS x6, max(t4.h2) AS x7, max(t4.h3) AS x8,
      max(t4.h0) AS x9
    FROM (
      SELECT count(*) AS n, sum(t3.base_total_minor) AS s0, sum(t3.base_net_minor) AS s1,
        count(t3.base_total_minor) AS c0, min(t3.order_date) AS l2, min(t3.confirmed_at) AS l3,
        min(t3.base_total_minor) AS l0, max(t3.order_date) AS h2, max(t3.confirmed_at) AS h3,
        max(t3.base_total_minor) AS h0
      FROM sales_order t3
      WHERE t3.deleted_at IS NULL AND (t3.status IN (
        SELECT value
        FROM json_each(?1)
      )) IS NOT TRUE
    ) t4
  ) t5
) || '}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND (t1.status IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 1
) t1
