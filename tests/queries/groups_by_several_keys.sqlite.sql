-- orders
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"currency":' || json_quote(t4.g0) || ',"status":' || COALESCE('"' ||
    t4.g1 || '"', 'null') || ',"orderDate":' || COALESCE('"' || t4.g2 || '"', 'null') ||
    ',"owner":null,"aggregate":{"count":' || t4.x0 || ',"max":{"total":' || t4.x1 || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, t3.g1, t3.g2, COALESCE(sum(t3.n), 0) AS x0, '[' ||
      COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN CASE WHEN t3.h0 >= 0 THEN printf('%d.%02d', t3.h0 / 100,
      t3.h0 % 100) ELSE printf('-%d.%02d', -t3.h0 / 100, -t3.h0 % 100) END WHEN t3.cur IN ('BIF', 'CLP',
      'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.h0 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN CASE WHEN t3.h0 >= 0 THEN printf('%d.%03d', t3.h0 / 1000,
      t3.h0 % 1000) ELSE printf('-%d.%03d', -t3.h0 / 1000, -t3.h0 % 1000) END WHEN t3.cur IN ('CLF',
      'UYW') THEN CASE WHEN t3.h0 >= 0 THEN printf('%d.%04d', t3.h0 / 10000,
      t3.h0 % 10000) ELSE printf('-%d.%04d', -t3.h0 / 10000,
      -t3.h0 % 10000) END ELSE CASE WHEN t3.h0 >= 0 THEN printf('%d.%02d', t3.h0 / 100,
      t3.h0 % 100) ELSE printf('-%d.%02d', -t3.h0 / 100, -t3.h0 % 100) END END || '"}' END, ','), '') ||
      ']' AS x1
    FROM (
      SELECT t2.currency AS g0, t2.status AS g1, date(t2.order_date, 'start of month', '-' ||
        ((CAST(strftime('%m', t2.order_date) AS INTEGER) - 1) % 3) || ' months') AS g2, t2.currency AS cur,
        count(*) AS n, max(t2.total_minor) AS h0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2, 3, 4
      ORDER BY 1, 2, 3, 4
    ) t3
    GROUP BY t3.g0, t3.g1, t3.g2
    ORDER BY t3.g0 IS NULL, t3.g0, t3.g1 IS NULL, t3.g1, t3.g2 IS NULL, t3.g2
    LIMIT 100
  ) t4
) || '}'
