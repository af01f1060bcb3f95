-- sharp
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
-- double
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
-- capitalSharp
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
-- umlaut
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
-- withoutUmlaut
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
-- decomposed
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
-- contains
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND instr(t1.name_fold, ?1) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- city
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city_fold >= ?1 AND t2.city_fold < ?2)
) || '}'
