-- arabic
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","name":' || json_quote(t1.name) ||
  ',"city":' || json_quote(t1.city) || '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.city
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.email_fold, w.value) > 0 OR instr(t1.phone_fold,
      w.value) > 0 OR instr(t1.city_fold, w.value) > 0 OR instr(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- emoji
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.email_fold, w.value) > 0 OR instr(t1.phone_fold,
      w.value) > 0 OR instr(t1.city_fold, w.value) > 0 OR instr(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- backslash
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.email_fold, w.value) > 0 OR instr(t1.phone_fold,
      w.value) > 0 OR instr(t1.city_fold, w.value) > 0 OR instr(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- quoted
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- tab
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND substr(t1.name_fold, length(t1.name_fold) - length(?1) + 1) = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- apostrophe
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND substr(t1.name_fold, length(t1.name_fold) - length(?1) + 1) = ?1
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- injection
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t2.name_fold, w.value) > 0 OR instr(t2.email_fold, w.value) > 0 OR instr(t2.phone_fold,
      w.value) > 0 OR instr(t2.city_fold, w.value) > 0 OR instr(t2.address_fold, w.value) > 0) IS NOT TRUE
  )
) || '}'
