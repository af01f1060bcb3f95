-- customers
SELECT '{`edges`:[' || COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["Customer NAME:ASC",' ||
  to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') || '`,`node`:{`name`:`' || replace(t1.name,
  '`', '`"`') || '`}}', ',') FILTER (WHERE t1.rn <= 5), '') || '],`nodes`:[' ||
  COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ',') FILTER (WHERE t1.rn <= 5),
  '') || '],`pageInfo`:{`hasNextPage`:' || CASE
WHEN count(t1.rn) > 5 THEN 'true'
ELSE 'false'
END || ',`hasPreviousPage`:false,`startCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = 1 THEN encode(convert_to('["Customer NAME:ASC",' || to_json(t1.k0)::text || ',' ||
  t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || ',`endCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = LEAST(5, t1.m) THEN encode(convert_to('["Customer NAME:ASC",' ||
  to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.name_fold = $1::text AND t2.name = $2::text
) || ',`aggregate`:' || (
  SELECT '{`count`:' || t5.x0 || ',`min`:{`createdAt`:' || COALESCE('`' || to_char(t5.x1 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || '}}'
  FROM (
    SELECT (COALESCE(sum(t4.n), 0))::bigint AS x0, min(t4.l0) AS x1
    FROM (
      SELECT count(*) AS n, min(t3.created_at) AS l0
      FROM customer t3
      WHERE t3.deleted_at IS NULL AND t3.name_fold = $1::text AND t3.name = $2::text
    ) t4
  ) t5
) || ',`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`city`:' || COALESCE('`' || replace(t8.g0, '`', '`"`') || '`',
    'null') || ',`aggregate`:{`count`:' || t8.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t7.g0, (COALESCE(sum(t7.n), 0))::bigint AS x0
    FROM (
      SELECT t6.city AS g0, count(*) AS n
      FROM customer t6
      WHERE t6.deleted_at IS NULL AND t6.name_fold = $1::text AND t6.name = $2::text
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
    WHERE t1.deleted_at IS NULL AND t1.name_fold = $1::text AND t1.name = $2::text
    ORDER BY t1.name_fold, t1.id
    LIMIT 5 + 1
  ) t1
) t1
-- nested
SELECT '{`orders`:{`edges`:[' || (
  SELECT COALESCE(string_agg('{`cursor`:`' || encode(convert_to('["Order ORDER_DATE:DESC",' || '"' || t2.k0 ||
    '"' || ',' || t2.id || ']', 'UTF8'), 'hex') || '`}', ',') FILTER (WHERE t2.rn <= 20), '') ||
    '],`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t2.number, '`', '`"`') || '`}',
    ',') FILTER (WHERE t2.rn <= 20), '') || '],`pageInfo`:{`hasNextPage`:' || CASE
  WHEN count(t2.rn) > 20 THEN 'true'
  ELSE 'false'
  END || ',`hasPreviousPage`:false,`startCursor`:' || COALESCE('`' ||
    max(CASE WHEN t2.rn = 1 THEN encode(convert_to('["Order ORDER_DATE:DESC",' || '"' || t2.k0 || '"' ||
    ',' || t2.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || ',`endCursor`:' || COALESCE('`' ||
    max(CASE WHEN t2.rn = LEAST(20, t2.m) THEN encode(convert_to('["Order ORDER_DATE:DESC",' || '"' ||
    t2.k0 || '"' || ',' || t2.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`totalCount`:' || (
    SELECT count(*)
    FROM sales_order t3
    WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
  ) || ',`aggregate`:' || (
    SELECT '{`count`:' || t6.x0 || ',`sum`:{`total`:' || t6.x1 || ',`baseTotal`:' || CASE
    WHEN t6.x2 IS NULL THEN 'null'
    ELSE '{`amount`:`' || CASE
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('EUR', 'USD') THEN ((t6.x2)::numeric * 0.01)::text
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
      'XAF', 'XOF', 'XPF') THEN (t6.x2)::text
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t6.x2)::numeric * 0.001)::text
    WHEN ((
      SELECT currency
      FROM organisation
    )) IN ('CLF', 'UYW') THEN ((t6.x2)::numeric * 0.0001)::text
    ELSE ((t6.x2)::numeric * 0.01)::text
    END || '`}'
    END || '},`average`:{`net`:' || t6.x3 || '}}'
    FROM (
      SELECT (COALESCE(sum(t5.n), 0))::bigint AS x0, '[' ||
        COALESCE(string_agg(CASE WHEN t5.n > 0 THEN '{`amount`:`' || CASE WHEN t5.cur IN ('EUR',
        'USD') THEN ((t5.s0)::numeric * 0.01)::text WHEN t5.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
        'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
        'XPF') THEN (t5.s0)::text WHEN t5.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
        'TND') THEN ((t5.s0)::numeric * 0.001)::text WHEN t5.cur IN ('CLF',
        'UYW') THEN ((t5.s0)::numeric * 0.0001)::text ELSE ((t5.s0)::numeric * 0.01)::text END || '`}' END,
        ','), '') || ']' AS x1, (sum(t5.s1))::bigint AS x2, '[' ||
        COALESCE(string_agg(CASE WHEN t5.n > 0 THEN '{`amount`:`' || CASE WHEN t5.cur IN ('EUR',
        'USD') THEN (((CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END))::numeric * 0.01)::text WHEN t5.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF',
        'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
        'XPF') THEN ((CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END))::text WHEN t5.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
        'TND') THEN (((CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END))::numeric * 0.001)::text WHEN t5.cur IN ('CLF',
        'UYW') THEN (((CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END))::numeric * 0.0001)::text ELSE (((CASE WHEN t5.s2 < 0 THEN -((-t5.s2 * 2 + t5.n) / (t5.n * 2)) ELSE (t5.s2 * 2 + t5.n) / (NULLIF(t5.n,
        0) * 2) END))::numeric * 0.01)::text END || '`}' END, ','), '') || ']' AS x3
      FROM (
        SELECT t4.currency AS cur, count(*) AS n, (sum(t4.total_minor))::bigint AS s0,
          (sum(t4.base_total_minor))::bigint AS s1, (sum(t4.net_minor))::bigint AS s2
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
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
