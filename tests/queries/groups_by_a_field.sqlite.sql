-- orders
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"status":' || COALESCE('"' || t4.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t4.x0 || ',"sum":{"total":' || t4.x1 || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0, '[' ||
      COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN CASE WHEN t3.s0 >= 0 THEN printf('%d.%02d', t3.s0 / 100,
      t3.s0 % 100) ELSE printf('-%d.%02d', -t3.s0 / 100, -t3.s0 % 100) END WHEN t3.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.s0 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t3.s0 >= 0 THEN printf('%d.%03d', t3.s0 / 1000,
      t3.s0 % 1000) ELSE printf('-%d.%03d', -t3.s0 / 1000, -t3.s0 % 1000) END WHEN t3.cur IN ('CLF',
      'UYW') THEN CASE WHEN t3.s0 >= 0 THEN printf('%d.%04d', t3.s0 / 10000,
      t3.s0 % 10000) ELSE printf('-%d.%04d', -t3.s0 / 10000,
      -t3.s0 % 10000) END ELSE CASE WHEN t3.s0 >= 0 THEN printf('%d.%02d', t3.s0 / 100,
      t3.s0 % 100) ELSE printf('-%d.%02d', -t3.s0 / 100, -t3.s0 % 100) END END || '","currency":"' ||
      t3.cur || '"}' END, ','), '') || ']' AS x1
    FROM (
      SELECT t2.status AS g0, t2.currency AS cur, count(*) AS n, sum(t2.total_minor) AS s0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
