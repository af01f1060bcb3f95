-- orders
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || '],`totalCount`:' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND (t2.status = ANY($1::text[])) IS NOT TRUE
) || ',`aggregate`:' || (
  SELECT '{`count`:' || t5.x0 || ',`sum`:{`baseTotal`:' || CASE
  WHEN t5.x1 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t5.x1)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t5.x1)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t5.x1)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t5.x1)::numeric * 0.0001)::text
  ELSE ((t5.x1)::numeric * 0.01)::text
  END || '`,`currency`:`' || ((
    SELECT currency
    FROM organisation
  )) || '`}'
  END || ',`baseNet`:' || CASE
  WHEN t5.x2 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t5.x2)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t5.x2)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t5.x2)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t5.x2)::numeric * 0.0001)::text
  ELSE ((t5.x2)::numeric * 0.01)::text
  END || '`}'
  END || '},`average`:{`baseTotal`:' || CASE
  WHEN t5.x3 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t5.x3)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t5.x3)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t5.x3)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t5.x3)::numeric * 0.0001)::text
  ELSE ((t5.x3)::numeric * 0.01)::text
  END || '`,`currency`:`' || ((
    SELECT currency
    FROM organisation
  )) || '`}'
  END || '},`min`:{`orderDate`:' || COALESCE('`' || t5.x4 || '`', 'null') || ',`confirmedAt`:' ||
    COALESCE('`' || to_char(t5.x5 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') ||
    ',`baseTotal`:' || CASE
  WHEN t5.x6 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t5.x6)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t5.x6)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t5.x6)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t5.x6)::numeric * 0.0001)::text
  ELSE ((t5.x6)::numeric * 0.01)::text
  END || '`}'
  END || '},`max`:{`orderDate`:' || COALESCE('`' || t5.x7 || '`', 'null') || ',`confirmedAt`:' ||
    COALESCE('`' || to_char(t5.x8 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') ||
    ',`baseTotal`:' || CASE
  WHEN t5.x9 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t5.x9)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t5.x9)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t5.x9)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t5.x9)::numeric * 0.0001)::text
  ELSE ((t5.x9)::numeric * 0.01)::text
  END || '`,`minorUnits`:`' || t5.x9 || '`}'
  END || '}}'
  FROM (
    SELECT (COALESCE(sum(t4.n), 0))::bigint AS x0, (sum(t4.s0))::bigint AS x1, (sum(t4.s1))::bigint AS x2,
      CASE
    WHEN (sum(t4.s0))::bigint < 0 THEN -((-(sum(t4.s0))::bigint * 2 + (sum(t4.c0))::bigint) / ((sum(t4.c0))::bigint * 2))
    ELSE ((sum(t4.s0))::bigint * 2 + (sum(t4.c0))::bigint) / (NULLIF((sum(t4.c0))::bigint, 0) * 2)
    END AS x3, min(t4.l2) AS x4, min(t4.l3) AS x5, min(t4.l0) AS x6, max(t4.h2) AS x7, max(t4.h3) AS x8,
      max(t4.h0) AS x9
    FROM (
      SELECT count(*) AS n, (sum(t3.base_total_minor))::bigint AS s0, (sum(t3.base_net_minor))::bigint AS s1,
        count(t3.base_total_minor) AS c0, min(t3.order_date) AS l2, min(t3.confirmed_at) AS l3,
        min(t3.base_total_minor) AS l0, max(t3.order_date) AS h2, max(t3.confirmed_at) AS h3,
        max(t3.base_total_minor) AS h0
      FROM sales_order t3
      WHERE t3.deleted_at IS NULL AND (t3.status = ANY($1::text[])) IS NOT TRUE
    ) t4
  ) t5
) || '}'
FROM (
  SELECT t1.number
  FROM sales_order t1
  WHERE t1.deleted_at IS NULL AND (t1.status = ANY($1::text[])) IS NOT TRUE
  ORDER BY t1.order_date DESC, t1.id DESC
  LIMIT 1
) t1
