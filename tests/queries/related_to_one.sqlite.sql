-- byOwner
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL AND (t2.name_fold >= ?1 AND t2.name_fold < ?2)
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- byOwnersManager
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL AND EXISTS (
      SELECT 1
      FROM sales_rep t3
      WHERE t3.id = t2.manager_id AND t3.deleted_at IS NULL AND t3.name_fold = ?1 AND t3.name = ?2
    )
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- owned
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t3
    WHERE t3.id = t2.owner_id AND t3.deleted_at IS NULL
  )
) || '}'
-- unowned
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
  )
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- notOfBjoern
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND ((t1.owner_id = ?1 AND EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL AND t2.id = ?2
  )) IS NOT TRUE)
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- children
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM customer t2
    WHERE t2.id = t1.parent_id AND t2.deleted_at IS NULL AND instr(t2.name_fold, ?1) > 0
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- assignedInTheNorth
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t2
    WHERE t2.id = t1.assignee_id AND t2.deleted_at IS NULL AND t2.active = ?1
  ) AND t1.team_id = ?2 AND EXISTS (
    SELECT 1
    FROM team t3
    WHERE t3.id = t1.team_id AND t3.deleted_at IS NULL AND t3.id = ?3
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
