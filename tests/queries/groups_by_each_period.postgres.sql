-- orders
SELECT '{`day`:' || (
  SELECT '[' || COALESCE(string_agg('{`orderDate`:' || COALESCE('`' || t4.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('day', t2.order_date::timestamp)::date AS g0, count(*) AS n
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || ',`week`:' || (
  SELECT '[' || COALESCE(string_agg('{`orderDate`:' || COALESCE('`' || t7.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t7.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t6.g0, (COALESCE(sum(t6.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('week', t5.order_date::timestamp)::date AS g0, count(*) AS n
      FROM sales_order t5
      WHERE t5.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t6
    GROUP BY t6.g0
    ORDER BY t6.g0 IS NULL, t6.g0
    LIMIT 100
  ) t7
) || ',`month`:' || (
  SELECT '[' || COALESCE(string_agg('{`orderDate`:' || COALESCE('`' || t10.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t10.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t9.g0, (COALESCE(sum(t9.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('month', t8.order_date::timestamp)::date AS g0, count(*) AS n
      FROM sales_order t8
      WHERE t8.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t9
    GROUP BY t9.g0
    ORDER BY t9.g0 IS NULL, t9.g0
    LIMIT 100
  ) t10
) || ',`quarter`:' || (
  SELECT '[' || COALESCE(string_agg('{`orderDate`:' || COALESCE('`' || t13.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t13.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t12.g0, (COALESCE(sum(t12.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('quarter', t11.order_date::timestamp)::date AS g0, count(*) AS n
      FROM sales_order t11
      WHERE t11.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t12
    GROUP BY t12.g0
    ORDER BY t12.g0 IS NULL, t12.g0
    LIMIT 100
  ) t13
) || ',`year`:' || (
  SELECT '[' || COALESCE(string_agg('{`orderDate`:' || COALESCE('`' || t16.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t16.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t15.g0, (COALESCE(sum(t15.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('year', t14.order_date::timestamp)::date AS g0, count(*) AS n
      FROM sales_order t14
      WHERE t14.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t15
    GROUP BY t15.g0
    ORDER BY t15.g0 IS NULL, t15.g0
    LIMIT 100
  ) t16
) || ',`confirmed`:' || (
  SELECT '[' || COALESCE(string_agg('{`confirmedOn`:' || COALESCE('`' || t19.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t19.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t18.g0, (COALESCE(sum(t18.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('month', t17.confirmed_on::timestamp)::date AS g0, count(*) AS n
      FROM sales_order t17
      WHERE t17.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t18
    GROUP BY t18.g0
    ORDER BY t18.g0 IS NULL, t18.g0
    LIMIT 100
  ) t19
) || '}'
