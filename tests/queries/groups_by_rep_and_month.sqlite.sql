-- orders
SELECT '{"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"owner":' || COALESCE((
    SELECT '{"name":' || json_quote(t5.name) || '}'
    FROM sales_rep t5
    WHERE t5.id = t4.g0 AND t5.deleted_at IS NULL
  ), 'null') || ',"confirmedOn":' || COALESCE('"' || t4.g1 || '"', 'null') || ',"aggregate":{"count":' ||
    t4.x0 || ',"sum":{"baseNet":' || CASE WHEN t4.x1 IS NULL THEN 'null' ELSE '{"amount":"' || CASE WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN CASE WHEN t4.x1 >= 0 THEN printf('%d.%02d', t4.x1 / 100,
    t4.x1 % 100) ELSE printf('-%d.%02d', -t4.x1 / 100, -t4.x1 % 100) END WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN CAST(t4.x1 AS TEXT) WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE WHEN t4.x1 >= 0 THEN printf('%d.%03d',
    t4.x1 / 1000, t4.x1 % 1000) ELSE printf('-%d.%03d', -t4.x1 / 1000, -t4.x1 % 1000) END WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN CASE WHEN t4.x1 >= 0 THEN printf('%d.%04d', t4.x1 / 10000,
    t4.x1 % 10000) ELSE printf('-%d.%04d', -t4.x1 / 10000,
    -t4.x1 % 10000) END ELSE CASE WHEN t4.x1 >= 0 THEN printf('%d.%02d', t4.x1 / 100,
    t4.x1 % 100) ELSE printf('-%d.%02d', -t4.x1 / 100, -t4.x1 % 100) END END || '","currency":"' || ((
    SELECT currency
    FROM organisation
  )) || '"}' END || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, t3.g1, COALESCE(sum(t3.n), 0) AS x0, sum(t3.s0) AS x1
    FROM (
      SELECT (
        SELECT t6.id
        FROM sales_rep t6
        WHERE t6.id = t3.g0 AND t6.deleted_at IS NULL
      ) AS g0, t3.g1 AS g1, sum(t3.n) AS n, sum(t3.s0) AS s0
      FROM (
        SELECT t2.owner_id AS g0, date(t2.confirmed_on, 'start of month') AS g1, count(*) AS n,
          sum(t2.base_net_minor) AS s0
        FROM sales_order t2
        WHERE t2.deleted_at IS NULL AND t2.confirmed_on >= ?1 AND (t2.status = 'CANCELLED') IS NOT TRUE
        GROUP BY 1, 2
        ORDER BY 1, 2
      ) t3
      GROUP BY 1, 2
      ORDER BY 1, 2
    ) t3
    GROUP BY t3.g0, t3.g1
    ORDER BY t3.g0 IS NULL, t3.g0, t3.g1 IS NULL, t3.g1
    LIMIT 50
  ) t4
) || '}'
