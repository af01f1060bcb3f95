-- tickets
SELECT '{"utc":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t4.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t4.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t3.g0, COALESCE(sum(t3.n), 0) AS x0
    FROM (
      SELECT crm_period(t2.created_at, 'YEAR', ?1) AS g0, count(*) AS n
      FROM ticket t2
      WHERE t2.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t3
    GROUP BY t3.g0
    ORDER BY t3.g0 IS NULL, t3.g0
    LIMIT 100
  ) t4
) || ',"shanghai":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t7.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t7.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t6.g0, COALESCE(sum(t6.n), 0) AS x0
    FROM (
      SELECT crm_period(t5.created_at, 'YEAR', ?2) AS g0, count(*) AS n
      FROM ticket t5
      WHERE t5.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t6
    GROUP BY t6.g0
    ORDER BY t6.g0 IS NULL, t6.g0
    LIMIT 100
  ) t7
) || ',"angeles":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t10.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t10.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t9.g0, COALESCE(sum(t9.n), 0) AS x0
    FROM (
      SELECT crm_period(t8.created_at, 'MONTH', ?3) AS g0, count(*) AS n
      FROM ticket t8
      WHERE t8.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t9
    GROUP BY t9.g0
    ORDER BY t9.g0 IS NULL, t9.g0
    LIMIT 100
  ) t10
) || ',"berlinWeeks":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t13.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t13.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t12.g0, COALESCE(sum(t12.n), 0) AS x0
    FROM (
      SELECT crm_period(t11.created_at, 'WEEK', ?4) AS g0, count(*) AS n
      FROM ticket t11
      WHERE t11.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t12
    GROUP BY t12.g0
    ORDER BY t12.g0 IS NULL, t12.g0
    LIMIT 100
  ) t13
) || ',"kathmandu":' || (
  SELECT '[' || COALESCE(group_concat('{"createdAt":' || COALESCE('"' || t16.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t16.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t15.g0, COALESCE(sum(t15.n), 0) AS x0
    FROM (
      SELECT crm_period(t14.created_at, 'DAY', ?5) AS g0, count(*) AS n
      FROM ticket t14
      WHERE t14.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t15
    GROUP BY t15.g0
    ORDER BY t15.g0 IS NULL, t15.g0
    LIMIT 100
  ) t16
) || '}'
