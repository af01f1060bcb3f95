-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.id DESC, t1.id DESC
  LIMIT 2
) t1
-- teams
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold DESC, t1.id DESC
  LIMIT 20
) t1
-- nulled
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
