-- salesReps
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') ||
  '`,`sales`:{`totalCount`:' || (
  SELECT count(*)
  FROM order_credit t4
  JOIN sales_order t3 ON t3.id = t4.order_id
  WHERE t4.rep_id = t1.id AND t3.deleted_at IS NULL
) || ',`aggregate`:' || (
  SELECT '{`count`:' || t7.x0 || ',`sum`:{`net`:' || t7.x1 || ',`baseNet`:' || CASE
  WHEN t7.x2 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t7.x2)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t7.x2)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t7.x2)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t7.x2)::numeric * 0.0001)::text
  ELSE ((t7.x2)::numeric * 0.01)::text
  END || '`}'
  END || '}}'
  FROM (
    SELECT (COALESCE(sum(t6.n), 0))::bigint AS x0, '[' ||
      COALESCE(string_agg(CASE WHEN t6.n > 0 THEN '{`amount`:`' || CASE WHEN t6.cur IN ('EUR',
      'USD') THEN ((t6.s0)::numeric * 0.01)::text WHEN t6.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t6.s0)::text WHEN t6.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t6.s0)::numeric * 0.001)::text WHEN t6.cur IN ('CLF',
      'UYW') THEN ((t6.s0)::numeric * 0.0001)::text ELSE ((t6.s0)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t6.cur || '`}' END, ','), '') || ']' AS x1, (sum(t6.s1))::bigint AS x2
    FROM (
      SELECT t5.currency AS cur, count(*) AS n, (sum(t5.net_minor))::bigint AS s0,
        (sum(t5.base_net_minor))::bigint AS s1
      FROM order_credit t8
      JOIN sales_order t5 ON t5.id = t8.order_id
      WHERE t8.rep_id = t1.id AND t5.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t6
  ) t7
) || '},`credits`:{`aggregate`:' || (
  SELECT '{`count`:' || t12.x0 || ',`sum`:{`share`:' || CASE
  WHEN t12.x1 IS NULL THEN 'null'
  ELSE '`' || (t12.x1)::text || '`'
  END || ',`amount`:' || t12.x2 || ',`baseAmount`:' || CASE
  WHEN t12.x3 IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t12.x3)::numeric * 0.01)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t12.x3)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t12.x3)::numeric * 0.001)::text
  WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t12.x3)::numeric * 0.0001)::text
  ELSE ((t12.x3)::numeric * 0.01)::text
  END || '`,`currency`:`' || ((
    SELECT currency
    FROM organisation
  )) || '`}'
  END || '},`average`:{`share`:' || CASE
  WHEN t12.x4 IS NULL THEN 'null'
  ELSE '`' || ((t12.x4)::numeric * 0.0001)::text || '`'
  END || '}}'
  FROM (
    SELECT (COALESCE(sum(t11.n), 0))::bigint AS x0, (sum(t11.s0))::bigint AS x1, '[' ||
      COALESCE(string_agg(CASE WHEN t11.n > 0 THEN '{`amount`:`' || CASE WHEN t11.cur IN ('EUR',
      'USD') THEN ((t11.s1)::numeric * 0.01)::text WHEN t11.cur IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY',
      'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
      'XPF') THEN (t11.s1)::text WHEN t11.cur IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR',
      'TND') THEN ((t11.s1)::numeric * 0.001)::text WHEN t11.cur IN ('CLF',
      'UYW') THEN ((t11.s1)::numeric * 0.0001)::text ELSE ((t11.s1)::numeric * 0.01)::text END ||
      '`,`currency`:`' || t11.cur || '`}' END, ','), '') || ']' AS x2, (sum(t11.s2))::bigint AS x3, CASE
    WHEN (sum(t11.s0))::bigint < 0 THEN -((-(sum(t11.s0))::bigint * 10000 * 2 + (sum(t11.n))::bigint) / ((sum(t11.n))::bigint * 2))
    ELSE ((sum(t11.s0))::bigint * 10000 * 2 + (sum(t11.n))::bigint) / (NULLIF((sum(t11.n))::bigint, 0) * 2)
    END AS x4
    FROM (
      SELECT t10.currency AS cur, count(*) AS n, (sum(t10.share_bps))::bigint AS s0,
        (sum(t10.amount_minor))::bigint AS s1, (sum(t10.base_amount_minor))::bigint AS s2
      FROM order_credit t10
      WHERE t10.rep_id = t1.id AND EXISTS (
        SELECT 1
        FROM sales_order of_order
        WHERE of_order.id = t10.order_id AND of_order.deleted_at IS NULL OFFSET 0
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
