-- orders
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`owner`:' || COALESCE((
    SELECT '{`name`:`' || replace(t5.name, '`', '`"`') || '`}'
    FROM sales_rep t5
    WHERE t5.id = t4.g0 AND t5.deleted_at IS NULL
  ), 'null') || ',`confirmedOn`:' || COALESCE('`' || t4.g1 || '`', 'null') || ',`aggregate`:{`count`:' ||
    t4.x0 || ',`sum`:{`baseNet`:' || CASE WHEN t4.x1 IS NULL THEN 'null' ELSE '{`amount`:`' || CASE WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('EUR', 'USD') THEN ((t4.x1)::numeric * 0.01)::text WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') THEN (t4.x1)::text WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((t4.x1)::numeric * 0.001)::text WHEN ((
    SELECT currency
    FROM organisation
  )) IN ('CLF', 'UYW') THEN ((t4.x1)::numeric * 0.0001)::text ELSE ((t4.x1)::numeric * 0.01)::text END ||
    '`,`currency`:`' || ((
    SELECT currency
    FROM organisation
  )) || '`}' END || '}}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, t3.g1, (COALESCE(sum(t3.n), 0))::bigint AS x0, (sum(t3.s0))::bigint AS x1
    FROM (
      SELECT (
        SELECT t6.id
        FROM sales_rep t6
        WHERE t6.id = t3.g0 AND t6.deleted_at IS NULL
      ) AS g0, t3.g1 AS g1, (sum(t3.n))::bigint AS n, (sum(t3.s0))::bigint AS s0
      FROM (
        SELECT t2.owner_id AS g0, date_trunc('month', t2.confirmed_on::timestamp)::date AS g1, count(*) AS n,
          (sum(t2.base_net_minor))::bigint AS s0
        FROM sales_order t2
        WHERE t2.deleted_at IS NULL AND t2.confirmed_on >= $1::date AND (t2.status = 'CANCELLED') IS NOT TRUE
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
