-- orders
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`owner`:' || COALESCE((
    SELECT '{`id`:`rep_' || t5.id || '`,`name`:`' || replace(t5.name, '`', '`"`') || '`,`team`:' || COALESCE((
      SELECT '{`name`:`' || replace(t6.name, '`', '`"`') || '`}'
      FROM team t6
      WHERE t6.id = t5.team_id AND t6.deleted_at IS NULL
    ), 'null') || ',`customers`:{`totalCount`:' || (
      SELECT (
        SELECT count(*)
        FROM customer t8
        WHERE t8.owner_id = t5.id AND t8.deleted_at IS NULL
      ) || ',`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t7.name, '`', '`"`') || '`}', ','), '')
      FROM (
        SELECT t7.name
        FROM customer t7
        WHERE t7.owner_id = t5.id AND t7.deleted_at IS NULL
        ORDER BY t7.name_fold, t7.id
        LIMIT 1
      ) t7
    ) || ']}}'
    FROM sales_rep t5
    WHERE t5.id = t4.g0 AND t5.deleted_at IS NULL
  ), 'null') || ',`aggregate`:{`count`:' || t4.x0 || ',`sum`:{`baseTotal`:' ||
    CASE WHEN t4.x1 IS NULL THEN 'null' ELSE '{`amount`:`' || CASE WHEN ((
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
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0, (sum(t3.s0))::bigint AS x1
    FROM (
      SELECT (
        SELECT t9.id
        FROM sales_rep t9
        WHERE t9.id = t3.g0 AND t9.deleted_at IS NULL
      ) AS g0, (sum(t3.n))::bigint AS n, (sum(t3.s0))::bigint AS s0
      FROM (
        SELECT t2.owner_id AS g0, count(*) AS n, (sum(t2.base_total_minor))::bigint AS s0
        FROM sales_order t2
        WHERE t2.deleted_at IS NULL AND (t2.status = 'CANCELLED') IS NOT TRUE
        GROUP BY 1
        ORDER BY 1
      ) t3
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY sum(t3.n) DESC, t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
-- customers
SELECT '{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`owner`:' || COALESCE((
    SELECT '{`name`:`' || replace(t5.name, '`', '`"`') || '`}'
    FROM sales_rep t5
    WHERE t5.id = t4.g0 AND t5.deleted_at IS NULL
  ), 'null') || ',`aggregate`:{`count`:' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT (
        SELECT t6.id
        FROM sales_rep t6
        WHERE t6.id = t3.g0 AND t6.deleted_at IS NULL
      ) AS g0, (sum(t3.n))::bigint AS n
      FROM (
        SELECT t2.owner_id AS g0, count(*) AS n
        FROM customer t2
        WHERE t2.deleted_at IS NULL
        GROUP BY 1
        ORDER BY 1
      ) t3
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || '}'
