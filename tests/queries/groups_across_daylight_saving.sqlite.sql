-- tickets
SELECT '{"day":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t4.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT crm_period(t2.created_at, 'DAY', ?2) AS g0, count(*) AS n
      FROM ticket t2
      WHERE t2.deleted_at IS NULL AND t2.id IN (
        SELECT value
        FROM json_each(?1)
      )
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || ',"week":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t7.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t7.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t6.g0, COALESCE(sum(t6.n), 0) AS x0
    FROM (
      SELECT crm_period(t5.created_at, 'WEEK', ?3) AS g0, count(*) AS n
      FROM ticket t5
      WHERE t5.deleted_at IS NULL AND t5.id IN (
        SELECT value
        FROM json_each(?1)
      )
      GROUP BY 1
      ORDER BY 1
    ) t6
    GROUP BY t6.g0
    ORDER BY t6.g0 IS NULL, t6.g0
    LIMIT 100
  ) t7
) || ',"month":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t10.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t10.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t9.g0, COALESCE(sum(t9.n), 0) AS x0
    FROM (
      SELECT crm_period(t8.created_at, 'MONTH', ?4) AS g0, count(*) AS n
      FROM ticket t8
      WHERE t8.deleted_at IS NULL AND t8.id IN (
        SELECT value
        FROM json_each(?1)
      )
      GROUP BY 1
      ORDER BY 1
    ) t9
    GROUP BY t9.g0
    ORDER BY t9.g0 IS NULL, t9.g0
    LIMIT 100
  ) t10
) || ',"quarter":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t13.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t13.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t12.g0, COALESCE(sum(t12.n), 0) AS x0
    FROM (
      SELECT crm_period(t11.created_at, 'QUARTER', ?5) AS g0, count(*) AS n
      FROM ticket t11
      WHERE t11.deleted_at IS NULL AND t11.id IN (
        SELECT value
        FROM json_each(?1)
      )
      GROUP BY 1
      ORDER BY 1
    ) t12
    GROUP BY t12.g0
    ORDER BY t12.g0 IS NULL, t12.g0
    LIMIT 100
  ) t13
) || '}'
-- orders
SELECT '{"day":' || (
  SELECT '[' || COALESCE(group_concat('{"confirmedAt":' || COALESCE('"' || t4.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT crm_period(t2.confirmed_at, 'DAY', ?1) AS g0, count(*) AS n
      FROM sales_order t2
      WHERE t2.deleted_at IS NULL AND t2.confirmed_at IS NOT NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || ',"quarter":' || (
  SELECT '[' || COALESCE(group_concat('{"confirmedAt":' || COALESCE('"' || t7.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t7.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t6.g0, COALESCE(sum(t6.n), 0) AS x0
    FROM (
      SELECT crm_period(t5.confirmed_at, 'QUARTER', ?2) AS g0, count(*) AS n
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
