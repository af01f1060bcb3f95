-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || '],"edges":[' ||
  COALESCE(group_concat('{"node":{"name":' || json_quote(t1.name) || '},"cursor":"' ||
  lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id || ']')) || '"}', ','), '') ||
  '],"again":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') ||
  '],"cursors":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Customer NAME:ASC",' ||
  json_quote(t1.k0) || ',' || t1.id || ']')) || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.name_fold AS k0
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 2
) t1
