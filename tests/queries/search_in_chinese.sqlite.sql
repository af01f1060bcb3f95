-- byName
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","name":' || json_quote(t1.name) ||
  '}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name
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
-- byAddress
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
-- both
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
-- neither
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
-- tickets
SELECT '{"nodes":[' || COALESCE(group_concat('{"number":' || json_quote(t1.number) || ',"issue":' ||
  json_quote(t1.issue) || '}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.issue
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.number_fold, w.value) > 0 OR instr(t1.issue_fold, w.value) > 0 OR instr(t1.category_fold,
      w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- contacts
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || ',"role":' ||
  json_quote(t1.role) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.role
  FROM contact t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.email_fold, w.value) > 0 OR instr(t1.phone_fold,
      w.value) > 0 OR instr(t1.role_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- contains
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
