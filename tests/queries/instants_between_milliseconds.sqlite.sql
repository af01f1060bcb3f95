-- eq
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at = ?1
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- ne
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.created_at = ?1) IS NOT TRUE AND t1.number_fold = ?2 AND t1.number = ?3
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- in
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at IN (
    SELECT value
    FROM json_each(?1)
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- notIn
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.created_at IN (
    SELECT value
    FROM json_each(?1)
  )) IS NOT TRUE AND t1.number_fold = ?2 AND t1.number = ?3
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- gt
SELECT '{"nodes":[' || COALESCE(group_concat('{"createdAt":"' || t1.created_at || '"}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at > ?1 AND t1.created_at < ?2
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- gte
SELECT '{"nodes":[' || COALESCE(group_concat('{"createdAt":"' || t1.created_at || '"}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at >= ?1 AND t1.created_at < ?2
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- lt
SELECT '{"nodes":[' || COALESCE(group_concat('{"createdAt":"' || t1.created_at || '"}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at >= ?1 AND t1.created_at < ?2
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- lte
SELECT '{"nodes":[' || COALESCE(group_concat('{"createdAt":"' || t1.created_at || '"}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at >= ?1 AND t1.created_at <= ?2
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- not
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND ((t1.created_at = ?1) IS NOT TRUE) AND t1.number_fold = ?2 AND
    t1.number = ?3
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- theLastOne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.created_at < ?1 AND t2.number_fold = ?2 AND t2.number = ?3
) || '}'
-- afterTheLastOne
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.created_at >= ?1
) || '}'
