-- salesReps
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"manager":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || ',"manager":' || COALESCE((
    SELECT '{"name":' || json_quote(t3.name) || ',"manager":' || COALESCE((
      SELECT '{"name":' || json_quote(t4.name) || '}'
      FROM sales_rep t4
      WHERE t4.id = t3.manager_id AND t4.deleted_at IS NULL
    ), 'null') || '}'
    FROM sales_rep t3
    WHERE t3.id = t2.manager_id AND t3.deleted_at IS NULL
  ), 'null') || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.manager_id AND t2.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.manager_id
  FROM sales_rep t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t5
    WHERE t5.id = t1.manager_id AND t5.deleted_at IS NULL
  ) AND NOT EXISTS (
    SELECT 1
    FROM sales_rep t6
    WHERE t6.manager_id = t1.id AND t6.deleted_at IS NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- salesRep
SELECT '{"reports":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM sales_rep t3
    WHERE t3.manager_id = t1.id AND t3.deleted_at IS NULL
  ) || ',"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t2.name) || ',"team":' || COALESCE((
    SELECT '{"name":' || json_quote(t4.name) || '}'
    FROM team t4
    WHERE t4.id = t2.team_id AND t4.deleted_at IS NULL
  ), 'null') || ',"reports":{"nodes":[' || (
    SELECT COALESCE(group_concat('{"name":' || json_quote(t5.name) || ',"reports":{"totalCount":' || (
      SELECT count(*)
      FROM sales_rep t7
      WHERE t7.manager_id = t5.id AND t7.deleted_at IS NULL
    ) || '}}', ','), '')
    FROM (
      SELECT t5.name, t5.id
      FROM sales_rep t5
      WHERE t5.manager_id = t2.id AND t5.deleted_at IS NULL
      ORDER BY t5.name_fold, t5.id
      LIMIT 20
    ) t5
  ) || ']}}', ','), '')
  FROM (
    SELECT t2.name, t2.team_id, t2.id
    FROM sales_rep t2
    WHERE t2.manager_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.name_fold, t2.id
    LIMIT 20
  ) t2
) || ']}}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
