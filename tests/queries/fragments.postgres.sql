-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') ||
  '`,`lifetimeValue`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`,`currency`:`' || v.c || '`}'
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
  SELECT '{`id`:`rep_' || t2.id || '`,`name`:`' || replace(t2.name, '`', '`"`') || '`,`manager`:' ||
    COALESCE((
    SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
    FROM sales_rep t3
    WHERE t3.id = t2.manager_id AND t3.deleted_at IS NULL
  ), 'null') || ',`position`:`' || replace(t2.position, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',`kind`:`' || t1.kind || '`,`id`:`cus_' || t1.id || '`,`lifecycle`:`' || t1.lifecycle || '`}',
  ','), '') || '],`totalCount`:' || (
  SELECT count(*)
  FROM customer t4
  WHERE t4.deleted_at IS NULL
) || '}'
FROM (
  SELECT t1.name, t1.id, t1.owner_id, t1.kind, t1.lifecycle
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.id, t1.id
  LIMIT 2
) t1
