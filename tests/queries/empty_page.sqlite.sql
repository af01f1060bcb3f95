-- customers
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Customer NAME:ASC",' ||
  json_quote(t1.k0) || ',' || t1.id || ']')) || '","node":{"name":' || json_quote(t1.name) || '}}',
  ',') FILTER (WHERE t1.rn <= 5), '') || '],"nodes":[' || COALESCE(group_concat('{"name":' ||
  json_quote(t1.name) || '}', ',') FILTER (WHERE t1.rn <= 5), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 5 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":false,"startCursor":' || COALESCE('"' ||
  max(CASE WHEN t1.rn = 1 THEN lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id ||
  ']')) END) || '"', 'null') || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t1.rn = min(5,
  t1.m) THEN lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id || ']')) END) || '"',
  'null') || '},"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.name_fold = ?1 AND t2.name = ?2
) || ',"aggregate":' || (
  SELECT '{"count":' || t5.x0 || ',"min":{"createdAt":' || COALESCE('"' || t5.x1 || '"', 'null') || '}}'
  FROM (
    SELECT COALESCE(sum(t4.n), 0) AS x0, min(t4.l0) AS x1
    FROM (
      SELECT count(*) AS n, min(t3.created_at) AS l0
      FROM customer t3
      WHERE t3.deleted_at IS NULL AND t3.name_fold = ?1 AND t3.name = ?2
    ) t4
  ) t5
) || ',"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"city":' || json_quote(t8.g0) || ',"aggregate":{"count":' || t8.x0 ||
    '}}', ','), '') || ']'
  FROM (
    SELECT t7.g0, COALESCE(sum(t7.n), 0) AS x0
    FROM (
      SELECT t6.city AS g0, count(*) AS n
      FROM customer t6
      WHERE t6.deleted_at IS NULL AND t6.name_fold = ?1 AND t6.name = ?2
      GROUP BY 1
      ORDER BY 1
    ) t7
    GROUP BY t7.g0
    ORDER BY sum(t7.n) DESC, t7.g0 IS NULL, t7.g0
    LIMIT 100
  ) t8
) || '}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.name, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND t1.name_fold = ?1 AND t1.name = ?2
    ORDER BY t1.name_fold, t1.id
    LIMIT 5 + 1
  ) t1
) t1
-- nested
SELECT '{"orders":{"edges":[' || (
  SELECT COALESCE(group_concat('{"cursor":"' || lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 ||
    '"' || ',' || t2.id || ']')) || '"}', ',') FILTER (WHERE t2.rn <= 20), '') || '],"nodes":[' ||
    COALESCE(group_concat('{"number":' || json_quote(t2.number) || '}', ',') FILTER (WHERE t2.rn <= 20),
    '') || '],"pageInfo":{"hasNextPage":' || CASE
  WHEN count(t2.rn) > 20 THEN 'true'
  ELSE 'false'
  END || ',"hasPreviousPage":false,"startCursor":' || COALESCE('"' ||
    max(CASE WHEN t2.rn = 1 THEN lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 || '"' || ',' ||
    t2.id || ']')) END) || '"', 'null') || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t2.rn = min(20,
    t2.m) THEN lower(hex('["Order ORDER_DATE:DESC",' || '"' || t2.k0 || '"' || ',' || t2.id || ']')) END) ||
    '"', 'null') || '},"totalCount":' || (
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
    END || '},"average":{"net":' || t6.x3 || '}}'
    FROM (
      SELECT COALESCE(sum(t5.n), 0) AS x0, '[' ||
        COALESCE(group_concat(CASE WHEN t5.n > 0 THEN '{"amount":"' || CASE WHEN t5.cur IN ('EUR',
        'USD') THEN CASE WHEN t5.s0 >= 0 THEN printf('%d.%02d', t5.s0 / 100,
        t5.s0 % 100) ELSE printf('-%d.%02d', -t5.s0 / 100, -t5.s0 % 100) END WHEN t5.cur IN ('BIF', 'CLP',
        'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
        'XPF') THEN CAST(t5.s0 AS TEXT) WHEN t5.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
        'TND') THEN CASE WHEN t5.s0 >= 0 THEN printf('%d.%03d', t5.s0 / 1000,
        t5.s0 % 1000) ELSE printf('-%d.%03d', -t5.s0 / 1000, -t5.s0 % 1000) END WHEN t5.cur IN ('CLF',
        'UYW') THEN CASE WHEN t5.s0 >= 0 THEN printf('%d.%04d', t5.s0 / 10000,
        t5.s0 % 10000) ELSE printf('-%d.%04d', -t5.s0 / 10000,
        -t5.s0 % 10000) END ELSE CASE WHEN t5.s0 >= 0 THEN printf('%d.%02d', t5.s0 / 100,
        t5.s0 % 100) ELSE printf('-%d.%02d', -t5.s0 / 100, -t5.s0 % 100) END END || '"}' END, ','), '') ||
        ']' AS x1, sum(t5.s1) AS x2, '[' || COALESCE(group_concat(CASE WHEN t5.n > 0 THEN '{"amount":"' ||
        CASE WHEN t5.cur IN ('EUR',
        'USD') THEN CASE WHEN (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) >= 0 THEN printf('%d.%02d',
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 100,
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 100) ELSE printf('-%d.%02d',
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 100,
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 100) END WHEN t5.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG',
        'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
        'XPF') THEN CAST((CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) AS TEXT) WHEN t5.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
        'TND') THEN CASE WHEN (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) >= 0 THEN printf('%d.%03d',
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 1000,
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 1000) ELSE printf('-%d.%03d',
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 1000,
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 1000) END WHEN t5.cur IN ('CLF',
        'UYW') THEN CASE WHEN (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) >= 0 THEN printf('%d.%04d',
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 10000,
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 10000) ELSE printf('-%d.%04d',
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 10000,
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 10000) END ELSE CASE WHEN (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) >= 0 THEN printf('%d.%02d',
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 100,
        (CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 100) ELSE printf('-%d.%02d',
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) / 100,
        -(CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END) % 100) END END || '"}' END, ','), '') || ']' AS x3
      FROM (
        SELECT t4.currency AS cur, count(*) AS n, sum(t4.total_minor) AS s0, sum(t4.base_total_minor) AS s1,
          sum(t4.net_minor) AS s2
        FROM sales_order t4
        WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL
        GROUP BY 1
        ORDER BY 1
      ) t5
    ) t6
  )
  FROM (
    SELECT t2.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t2.id, t2.number, t2.order_date AS k0
      FROM sales_order t2
      WHERE t2.customer_id = t1.id AND t2.deleted_at IS NULL
      ORDER BY t2.order_date DESC, t2.id DESC
      LIMIT 20 + 1
    ) t2
  ) t2
) || '}}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
