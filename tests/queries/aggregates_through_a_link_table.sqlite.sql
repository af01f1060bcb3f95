-- salesReps
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"sales":{"totalCount":' ||
  (
  SELECT count(*)
  FROM order_credit t4
  JOIN sales_order t3 ON t3.id = t4.order_id
  WHERE t4.rep_id = t1.id AND t3.deleted_at IS NULL
) || ',"aggregate":' || (
  SELECT '{"count":' || t7.x0 || ',"sum":{"net":' || t7.x1 || ',"baseNet":' || CASE
  WHEN t7.x2 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t7.x2 >= 0 THEN printf('%d.%02d', t7.x2 / 100, t7.x2 % 100)
  ELSE printf('-%d.%02d', -t7.x2 / 100, -t7.x2 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t7.x2 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t7.x2 >= 0 THEN printf('%d.%03d', t7.x2 / 1000, t7.x2 % 1000)
  ELSE printf('-%d.%03d', -t7.x2 / 1000, -t7.x2 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t7.x2 >= 0 THEN printf('%d.%04d', t7.x2 / 10000, t7.x2 % 10000)
  ELSE printf('-%d.%04d', -t7.x2 / 10000, -t7.x2 % 10000)
  END
  ELSE CASE
  WHEN t7.x2 >= 0 THEN printf('%d.%02d', t7.x2 / 100, t7.x2 % 100)
  ELSE printf('-%d.%02d', -t7.x2 / 100, -t7.x2 % 100)
  END
  END || '"}'
  END || '}}'
  FROM (
    SELECT COALESCE(sum(t6.n), 0) AS x0, '[' || COALESCE(group_concat(CASE WHEN t6.n > 0 THEN '{"amount":"' ||
      CASE WHEN t6.cur IN ('EUR', 'USD') THEN CASE WHEN t6.s0 >= 0 THEN printf('%d.%02d', t6.s0 / 100,
      t6.s0 % 100) ELSE printf('-%d.%02d', -t6.s0 / 100, -t6.s0 % 100) END WHEN t6.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t6.s0 AS TEXT) WHEN t6.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t6.s0 >= 0 THEN printf('%d.%03d', t6.s0 / 1000,
      t6.s0 % 1000) ELSE printf('-%d.%03d', -t6.s0 / 1000, -t6.s0 % 1000) END WHEN t6.cur IN ('CLF',
      'UYW') THEN CASE WHEN t6.s0 >= 0 THEN printf('%d.%04d', t6.s0 / 10000,
      t6.s0 % 10000) ELSE printf('-%d.%04d', -t6.s0 / 10000,
      -t6.s0 % 10000) END ELSE CASE WHEN t6.s0 >= 0 THEN printf('%d.%02d', t6.s0 / 100,
      t6.s0 % 100) ELSE printf('-%d.%02d', -t6.s0 / 100, -t6.s0 % 100) END END || '","currency":"' ||
      t6.cur || '"}' END, ','), '') || ']' AS x1, sum(t6.s1) AS x2
    FROM (
      SELECT t5.currency AS cur, count(*) AS n, sum(t5.net_minor) AS s0, sum(t5.base_net_minor) AS s1
      FROM order_credit t8
      JOIN sales_order t5 ON t5.id = t8.order_id
      WHERE t8.rep_id = t1.id AND t5.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t6
  ) t7
) || '},"credits":{"aggregate":' || (
  SELECT '{"count":' || t12.x0 || ',"sum":{"share":' || CASE
  WHEN t12.x1 IS NULL THEN 'null'
  ELSE '"' || CAST(t12.x1 AS TEXT) || '"'
  END || ',"amount":' || t12.x2 || ',"baseAmount":' || CASE
  WHEN t12.x3 IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE
  WHEN t12.x3 >= 0 THEN printf('%d.%02d', t12.x3 / 100, t12.x3 % 100)
  ELSE printf('-%d.%02d', -t12.x3 / 100, -t12.x3 % 100)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t12.x3 AS TEXT)
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN t12.x3 >= 0 THEN printf('%d.%03d', t12.x3 / 1000, t12.x3 % 1000)
  ELSE printf('-%d.%03d', -t12.x3 / 1000, -t12.x3 % 1000)
  END
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE
  WHEN t12.x3 >= 0 THEN printf('%d.%04d', t12.x3 / 10000, t12.x3 % 10000)
  ELSE printf('-%d.%04d', -t12.x3 / 10000, -t12.x3 % 10000)
  END
  ELSE CASE
  WHEN t12.x3 >= 0 THEN printf('%d.%02d', t12.x3 / 100, t12.x3 % 100)
  ELSE printf('-%d.%02d', -t12.x3 / 100, -t12.x3 % 100)
  END
  END || '","currency":"' || ((
    SELECT currency
    FROM organisation
  )) || '"}'
  END || '},"average":{"share":' || CASE
  WHEN t12.x4 IS NULL THEN 'null'
  ELSE '"' || CASE
  WHEN t12.x4 >= 0 THEN printf('%d.%04d', t12.x4 / 10000, t12.x4 % 10000)
  ELSE printf('-%d.%04d', -t12.x4 / 10000, -t12.x4 % 10000)
  END || '"'
  END || '}}'
  FROM (
    SELECT COALESCE(sum(t11.n), 0) AS x0, sum(t11.s0) AS x1, '[' ||
      COALESCE(group_concat(CASE WHEN t11.n > 0 THEN '{"amount":"' || CASE WHEN t11.cur IN ('EUR',
      'USD') THEN CASE WHEN t11.s1 >= 0 THEN printf('%d.%02d', t11.s1 / 100,
      t11.s1 % 100) ELSE printf('-%d.%02d', -t11.s1 / 100, -t11.s1 % 100) END WHEN t11.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t11.s1 AS TEXT) WHEN t11.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t11.s1 >= 0 THEN printf('%d.%03d', t11.s1 / 1000,
      t11.s1 % 1000) ELSE printf('-%d.%03d', -t11.s1 / 1000, -t11.s1 % 1000) END WHEN t11.cur IN ('CLF',
      'UYW') THEN CASE WHEN t11.s1 >= 0 THEN printf('%d.%04d', t11.s1 / 10000,
      t11.s1 % 10000) ELSE printf('-%d.%04d', -t11.s1 / 10000,
      -t11.s1 % 10000) END ELSE CASE WHEN t11.s1 >= 0 THEN printf('%d.%02d', t11.s1 / 100,
      t11.s1 % 100) ELSE printf('-%d.%02d', -t11.s1 / 100, -t11.s1 % 100) END END || '","currency":"' ||
      t11.cur || '"}' END, ','), '') || ']' AS x2, sum(t11.s2) AS x3, CASE
    WHEN sum(t11.s0) < 0 THEN -((-sum(t11.s0) * 10000 * 2 + sum(t11.n)) / (sum(t11.n) * 2))
    ELSE (sum(t11.s0) * 10000 * 2 + sum(t11.n)) / (NULLIF(sum(t11.n), 0) * 2)
    END AS x4
    FROM (
      SELECT t10.currency AS cur, count(*) AS n, sum(t10.share_bps) AS s0, sum(t10.amount_minor) AS s1,
        sum(t10.base_amount_minor) AS s2
      FROM order_credit t10
      WHERE t10.rep_id = t1.id AND EXISTS (
        SELECT 1
        FROM sales_order of_order
        WHERE of_order.id = t10.order_id AND of_order.deleted_at IS NULL
      )
      GROUP BY 1
      ORDER BY 1
    ) t11
  ) t12
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.id
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
