-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`tickets`:{`groups`:' || (
  SELECT '[' || COALESCE(string_agg('{`priority`:' || COALESCE('`' || t5.g0 || '`', 'null') ||
    ',`aggregate`:{`count`:' || t5.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t4.g0, (COALESCE(sum(t4.n), 0))::bigint AS x0
    FROM (
      SELECT t3.priority AS g0, count(*) AS n
      FROM ticket t3
      WHERE t3.customer_id = t1.id AND t3.deleted_at IS NULL
      GROUP BY 1
      ORDER BY 1
    ) t4
    GROUP BY t4.g0
    ORDER BY t4.g0 IS NULL, CASE t4.g0
    WHEN 'LOW' THEN 1
    WHEN 'NORMAL' THEN 2
    WHEN 'HIGH' THEN 3
    WHEN 'URGENT' THEN 4
    END
    LIMIT 100
  ) t5
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM ticket t6
    WHERE t6.customer_id = t1.id AND t6.deleted_at IS NULL
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
