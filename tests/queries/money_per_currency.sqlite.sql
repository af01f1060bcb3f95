-- orders
SELECT '{"aggregate":' || (
  SELECT '{"count":' || t4.x0 || ',"sum":{"total":' || t4.x1 || ',"net":' || t4.x2 ||
    '},"average":{"total":' || t4.x3 || '},"min":{"total":' || t4.x4 || '},"max":{"total":' || t4.x5 || '}}'
  FROM (
    SELECT COALESCE(sum(t3.n), 0) AS x0, '[' || COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' ||
      CASE WHEN t3.cur IN ('EUR', 'USD') THEN printf('%s%d.%02d', CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END,
      abs(t3.s0) / 100, abs(t3.s0) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF',
      'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.s0 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN printf('%s%d.%03d', CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END, abs(t3.s0) / 1000,
      abs(t3.s0) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END, abs(t3.s0) / 10000,
      abs(t3.s0) % 10000) ELSE printf('%s%d.%02d', CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END, abs(t3.s0) / 100,
      abs(t3.s0) % 100) END || '","currency":"' || t3.cur || '","minorUnits":"' || t3.s0 || '"}' END, ','),
      '') || ']' AS x1, '[' || COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"currency":"' || t3.cur ||
      '","amount":"' || CASE WHEN t3.cur IN ('EUR', 'USD') THEN printf('%s%d.%02d',
      CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 100, abs(t3.s1) % 100) WHEN t3.cur IN ('BIF',
      'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST(t3.s1 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN printf('%s%d.%03d', CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 1000,
      abs(t3.s1) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 10000,
      abs(t3.s1) % 10000) ELSE printf('%s%d.%02d', CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 100,
      abs(t3.s1) % 100) END || '"}' END, ','), '') || ']' AS x2, '[' ||
      COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 100,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
      'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN printf('%s%d.%03d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 1000,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 10000,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 10000) ELSE printf('%s%d.%02d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 100,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x3, '[' ||
      COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d', CASE WHEN t3.l0 < 0 THEN '-' ELSE '' END, abs(t3.l0) / 100,
      abs(t3.l0) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF',
      'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t3.l0 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD',
      'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d', CASE WHEN t3.l0 < 0 THEN '-' ELSE '' END,
      abs(t3.l0) / 1000, abs(t3.l0) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN t3.l0 < 0 THEN '-' ELSE '' END, abs(t3.l0) / 10000,
      abs(t3.l0) % 10000) ELSE printf('%s%d.%02d', CASE WHEN t3.l0 < 0 THEN '-' ELSE '' END, abs(t3.l0) / 100,
      abs(t3.l0) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x4, '[' ||
      COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d', CASE WHEN t3.h0 < 0 THEN '-' ELSE '' END, abs(t3.h0) / 100,
      abs(t3.h0) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF',
      'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t3.h0 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD',
      'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d', CASE WHEN t3.h0 < 0 THEN '-' ELSE '' END,
      abs(t3.h0) / 1000, abs(t3.h0) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN t3.h0 < 0 THEN '-' ELSE '' END, abs(t3.h0) / 10000,
      abs(t3.h0) % 10000) ELSE printf('%s%d.%02d', CASE WHEN t3.h0 < 0 THEN '-' ELSE '' END, abs(t3.h0) / 100,
      abs(t3.h0) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x5
    FROM (
      SELECT t2.currency AS cur, count(*) AS n, sum(t2.total_minor) AS s0, sum(t2.net_minor) AS s1,
        min(t2.total_minor) AS l0, max(t2.total_minor) AS h0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
  ) t4
) || '}'
-- products
SELECT '{"aggregate":' || (
  SELECT '{"sum":{"price":' || t4.x0 || ',"cost":' || t4.x1 || '},"average":{"price":' || t4.x2 ||
    ',"cost":' || t4.x3 || '}}'
  FROM (
    SELECT '[' || COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d', CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END, abs(t3.s0) / 100,
      abs(t3.s0) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF',
      'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t3.s0 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD',
      'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d', CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END,
      abs(t3.s0) / 1000, abs(t3.s0) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END, abs(t3.s0) / 10000,
      abs(t3.s0) % 10000) ELSE printf('%s%d.%02d', CASE WHEN t3.s0 < 0 THEN '-' ELSE '' END, abs(t3.s0) / 100,
      abs(t3.s0) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x0, '[' ||
      COALESCE(group_concat(CASE WHEN t3.c1 > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d', CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 100,
      abs(t3.s1) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF',
      'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(t3.s1 AS TEXT) WHEN t3.cur IN ('BHD', 'IQD',
      'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN printf('%s%d.%03d', CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END,
      abs(t3.s1) / 1000, abs(t3.s1) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 10000,
      abs(t3.s1) % 10000) ELSE printf('%s%d.%02d', CASE WHEN t3.s1 < 0 THEN '-' ELSE '' END, abs(t3.s1) / 100,
      abs(t3.s1) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x1, '[' ||
      COALESCE(group_concat(CASE WHEN t3.n > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 100,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
      'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN printf('%s%d.%03d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 1000,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 10000,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 10000) ELSE printf('%s%d.%02d',
      CASE WHEN (CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) / 100,
      abs((CASE WHEN t3.s0 < 0 THEN -((-t3.s0 * 2 + t3.n) / (t3.n * 2)) ELSE (t3.s0 * 2 + t3.n) / (NULLIF(t3.n,
      0) * 2) END)) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x2, '[' ||
      COALESCE(group_concat(CASE WHEN t3.c1 > 0 THEN '{"amount":"' || CASE WHEN t3.cur IN ('EUR',
      'USD') THEN printf('%s%d.%02d',
      CASE WHEN (CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) / 100,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) % 100) WHEN t3.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
      'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN CAST((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END) AS TEXT) WHEN t3.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN printf('%s%d.%03d',
      CASE WHEN (CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) / 1000,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) % 1000) WHEN t3.cur IN ('CLF', 'UYW') THEN printf('%s%d.%04d',
      CASE WHEN (CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) / 10000,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) % 10000) ELSE printf('%s%d.%02d',
      CASE WHEN (CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END) < 0 THEN '-' ELSE '' END,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) / 100,
      abs((CASE WHEN t3.s1 < 0 THEN -((-t3.s1 * 2 + t3.c1) / (t3.c1 * 2)) ELSE (t3.s1 * 2 + t3.c1) / (NULLIF(t3.c1,
      0) * 2) END)) % 100) END || '","currency":"' || t3.cur || '"}' END, ','), '') || ']' AS x3
    FROM (
      SELECT t2.currency AS cur, count(*) AS n, sum(t2.price_minor) AS s0, sum(t2.cost_minor) AS s1,
        count(t2.cost_minor) AS c1
      FROM product t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
  ) t4
) || '}'
