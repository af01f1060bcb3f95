-- customers
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Customer NAME:ASC",' ||
  json_quote(t1.k0) || ',' || t1.id || ']')) || '","node":{"name":' || json_quote(t1.name) || '}}', ','),
  '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.name_fold AS k0
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.lifecycle = 'CHURNED'
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- found
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= ?1 AND t1.name_fold < ?2)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
