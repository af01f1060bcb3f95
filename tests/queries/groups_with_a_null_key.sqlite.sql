-- byKey
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"city":' || json_quote(t4.g0) || ',"aggregate":{"count":' || t4.x0 ||
    '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT t2.city AS g0, count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
-- byCount
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"city":' || json_quote(t4.g0) || ',"aggregate":{"count":' || t4.x0 ||
    '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT t2.city AS g0, count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 2
  ) t4
) || '}'
-- byCountry
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"country":' || json_quote(t4.g0) || ',"lifecycle":' || COALESCE('"' ||
    t4.g1 || '"', 'null') || ',"aggregate":{"count":' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, t3.g1, COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT t2.country AS g0, t2.lifecycle AS g1, count(*) AS n
      FROM customer t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0, t3.g1
    ORDER BY t3.g0 IS NULL, t3.g0, t3.g1 IS NULL, t3.g1
    LIMIT 4
  ) t4
) || '}'
-- byFlag
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"active":' ||
    CASE t4.g0 WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END || ',"aggregate":{"count":' || t4.x0 ||
    ',"max":{"price":' || t4.x1 || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0, '[' ||
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
      t3.h0 % 100) ELSE printf('-%d.%02d', -t3.h0 / 100, -t3.h0 % 100) END END || '","currency":"' ||
      t3.cur || '"}' END, ','), '') || ']' AS x1
    FROM (
      SELECT t2.active AS g0, t2.currency AS cur, count(*) AS n, max(t2.price_minor) AS h0
      FROM product t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
