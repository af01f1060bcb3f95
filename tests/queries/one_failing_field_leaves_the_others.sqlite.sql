-- fine
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- foreign
SELECT '{"name":' || json_quote(t1.name) || '}'
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
