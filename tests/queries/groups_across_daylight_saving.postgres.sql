-- tickets
SELECT '{`day`:' || (
  SELECT '[' || COALESCE(string_agg('{`createdAt`:' || COALESCE('`' || to_char(t4.g0 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`aggregate`:{`count`:' || t4.x0 || '}}', ','),
    '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('day', t2.created_at AT TIME ZONE $2::text) AT TIME ZONE $2::text AS g0, count(*) AS n
      FROM ticket t2
      WHERE t2.deleted_at IS NULL AND t2.id = ANY($1::bigint[])
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || ',`week`:' || (
  SELECT '[' || COALESCE(string_agg('{`createdAt`:' || COALESCE('`' || to_char(t7.g0 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`aggregate`:{`count`:' || t7.x0 || '}}', ','),
    '') || ']'
  FROM (
    SELECT t6.g0, (COALESCE(sum(t6.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('week', t5.created_at AT TIME ZONE $3::text) AT TIME ZONE $3::text AS g0,
        count(*) AS n
      FROM ticket t5
      WHERE t5.deleted_at IS NULL AND t5.id = ANY($1::bigint[])
      GROUP BY 1
      ORDER BY 1
    ) t6
    GROUP BY t6.g0
    ORDER BY t6.g0 IS NULL, t6.g0
    LIMIT 100
  ) t7
) || ',`month`:' || (
  SELECT '[' || COALESCE(string_agg('{`createdAt`:' || COALESCE('`' || to_char(t10.g0 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`aggregate`:{`count`:' || t10.x0 || '}}', ','),
    '') || ']'
  FROM (
    SELECT t9.g0, (COALESCE(sum(t9.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('month', t8.created_at AT TIME ZONE $4::text) AT TIME ZONE $4::text AS g0,
        count(*) AS n
      FROM ticket t8
      WHERE t8.deleted_at IS NULL AND t8.id = ANY($1::bigint[])
      GROUP BY 1
      ORDER BY 1
    ) t9
    GROUP BY t9.g0
    ORDER BY t9.g0 IS NULL, t9.g0
    LIMIT 100
  ) t10
) || ',`quarter`:' || (
  SELECT '[' || COALESCE(string_agg('{`createdAt`:' || COALESCE('`' || to_char(t13.g0 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`aggregate`:{`count`:' || t13.x0 || '}}', ','),
    '') || ']'
  FROM (
    SELECT t12.g0, (COALESCE(sum(t12.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('quarter', t11.created_at AT TIME ZONE $5::text) AT TIME ZONE $5::text AS g0,
        count(*) AS n
      FROM ticket t11
      WHERE t11.deleted_at IS NULL AND t11.id = ANY($1::bigint[])
      GROUP BY 1
      ORDER BY 1
    ) t12
    GROUP BY t12.g0
    ORDER BY t12.g0 IS NULL, t12.g0
    LIMIT 100
  ) t13
) || '}'
-- orders
SELECT '{`day`:' || (
  SELECT '[' || COALESCE(string_agg('{`confirmedAt`:' || COALESCE('`' || to_char(t4.g0 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`aggregate`:{`count`:' || t4.x0 || '}}', ','),
    '') || ']'
  FROM (
    SELECT t3.g0, (COALESCE(sum(t3.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('day', t2.confirmed_at AT TIME ZONE $1::text) AT TIME ZONE $1::text AS g0,
        count(*) AS n
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL AND t2.confirmed_at IS NOT NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || ',`quarter`:' || (
  SELECT '[' || COALESCE(string_agg('{`confirmedAt`:' || COALESCE('`' || to_char(t7.g0 AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`aggregate`:{`count`:' || t7.x0 || '}}', ','),
    '') || ']'
  FROM (
    SELECT t6.g0, (COALESCE(sum(t6.n), 0))::bigint AS x0
    FROM (
      SELECT date_trunc('quarter', t5.confirmed_at AT TIME ZONE $2::text) AT TIME ZONE $2::text AS g0,
        count(*) AS n
      FROM sales_order t5
      WHERE t5.deleted_at IS NULL AND t5.confirmed_at IS NOT NULL
      GROUP BY 1
      ORDER BY 1
    ) t6
    GROUP BY t6.g0
    ORDER BY t6.g0 IS NULL, t6.g0
    LIMIT 100
  ) t7
) || '}'
