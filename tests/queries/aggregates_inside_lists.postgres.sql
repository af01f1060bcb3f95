-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`orders`:{`totalCount`:' || (
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
  END || '},`max`:{`orderDate`:' || COALESCE('`' || t6.x3 || '`', 'null') || '}}'
  FROM (
    SELECT (COALESCE(sum(t5.n), 0))::bigint AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t5.n > 0 THEN '{`amount`:`' || CASE WHEN t5.cur IN ('EUR',
      'USD') THEN ((t5.s0)::numeric * 0.01)::text WHEN t5.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t5.s0)::text WHEN t5.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t5.s0)::numeric * 0.001)::text WHEN t5.cur IN ('CLF',
      'UYW') THEN ((t5.s0)::numeric * 0.0001)::text ELSE ((t5.s0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t5.cur || '`}' END, ','), '') || ']' AS x1, (sum(t5.s1))::bigint AS x2,
      max(t5.h2) AS x3
    FROM (
      SELECT t4.currency AS cur, count(*) AS n, (sum(t4.total_minor))::bigint AS s0,
        (sum(t4.base_total_minor))::bigint AS s1, max(t4.order_date) AS h2
      FROM sales_order t4
      WHERE t4.customer_id = t1.id AND t4.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t5
  ) t6
) || '},`confirmed`:{`aggregate`:' || (
  SELECT '{`count`:' || t10.x0 || ',`average`:{`baseNet`:' || CASE
  WHEN t10.x1 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t10.x1)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t10.x1)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t10.x1)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t10.x1)::numeric * 0.0001)::text
  ELSE ((t10.x1)::numeric * 0.01)::text
  END || '`,`currency`:`' || ((
    SELECT currency
    FROM organisation
  )) || '`}'
  END || '}}'
  FROM (
    SELECT (COALESCE(sum(t9.n), 0))::bigint AS x0, CASE
    WHEN (sum(t9.s0))::bigint < 0 THEN -((-(sum(t9.s0))::bigint * 2 + (sum(t9.c0))::bigint) / ((sum(t9.c0))::bigint * 2))
    ELSE ((sum(t9.s0))::bigint * 2 + (sum(t9.c0))::bigint) / (NULLIF((sum(t9.c0))::bigint, 0) * 2)
    END AS x1
    FROM (
      SELECT count(*) AS n, (sum(t8.base_net_minor))::bigint AS s0, count(t8.base_net_minor) AS c0
      FROM sales_order t8
      WHERE t8.customer_id = t1.id AND t8.deleted_at IS NULL AND t8.confirmed_at IS NOT NULL
    ) t9
  ) t10
) || '},`tickets`:{`aggregate`:' || (
  SELECT '{`count`:' || t14.x0 || ',`min`:{`createdAt`:' || COALESCE('`' || to_char(t14.x1 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || '}}'
  FROM (
    SELECT (COALESCE(sum(t13.n), 0))::bigint AS x0, min(t13.l0) AS x1
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
