-- customers
SELECT '{`__typename`:`CustomerConnection`,`edges`:[' ||
  COALESCE(string_agg('{`__typename`:`CustomerEdge`,`node`:{`__typename`:`Customer`,`other`:`Customer`,`lifetimeValue`:' ||
  (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`__typename`:`Money`,`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE((SUM(o.base_total_minor))::bigint, 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE((SUM(k.base_total_minor))::bigint, 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',`owner`:' || COALESCE((
  SELECT '{`__typename`:`SalesRep`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || '}}', ',') FILTER (WHERE t1.rn <= 1), '') ||
  '],`pageInfo`:{`__typename`:`PageInfo`},`aggregate`:' || (
  SELECT '{`__typename`:`CustomerAggregate`,`min`:{`__typename`:`CustomerMin`,`createdAt`:' || COALESCE('`' ||
    to_char(t5.x0 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || '}}'
  FROM (
    SELECT min(t4.l0) AS x0
    FROM (
      SELECT count(*) AS n, min(t3.created_at) AS l0
      FROM customer t3
      WHERE t3.deleted_at IS NULL
    ) t4
  ) t5
) || ',`groups`:' || (
  SELECT '[' ||
    COALESCE(string_agg('{`__typename`:`CustomerGroup`,`aggregate`:{`__typename`:`CustomerAggregate`,`count`:' ||
    t8.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t7.g0, (COALESCE(sum(t7.n), 0))::bigint AS x0
    FROM (
      SELECT t6.lifecycle AS g0, count(*) AS n
      FROM customer t6
      WHERE t6.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t7
    GROUP BY t7.g0
    ORDER BY sum(t7.n) DESC, t7.g0 IS NULL, t7.g0
    LIMIT 1
  ) t8
) || '}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.owner_id, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL
    ORDER BY t1.name_fold, t1.id
    LIMIT 1 + 1
  ) t1
) t1
-- orders
SELECT '{`aggregate`:' || (
  SELECT '{`sum`:{`__typename`:`OrderSum`,`total`:' || t4.x0 || '}}'
  FROM (
    SELECT '[' || COALESCE(string_agg(CASE WHEN t3.n > 0 THEN '{`__typename`:`Money`,`currency`:`' ||
      t3.cur || '`}' END, ','), '') || ']' AS x0
    FROM (
      SELECT t2.currency AS cur, count(*) AS n, (sum(t2.total_minor))::bigint AS s0
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
  ) t4
) || '}'
