-- twoFields
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
-- mail
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
-- number
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t2.number_fold, w.value) > 0) IS NOT TRUE
  )
) || '}'
-- repeated
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
-- spaces
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
-- nothing
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
-- onlySpaces
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
-- withWhere
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t3
    WHERE t3.id = t2.owner_id AND t3.deleted_at IS NULL
  ) AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t2.name_fold, w.value) > 0 OR instr(t2.email_fold, w.value) > 0 OR instr(t2.phone_fold,
      w.value) > 0 OR instr(t2.city_fold, w.value) > 0 OR instr(t2.address_fold, w.value) > 0) IS NOT TRUE
  )
) || ',"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND EXISTS (
    SELECT 1
    FROM sales_rep t4
    WHERE t4.id = t1.owner_id AND t4.deleted_at IS NULL
  ) AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t1.name_fold, w.value) > 0 OR instr(t1.email_fold, w.value) > 0 OR instr(t1.phone_fold,
      w.value) > 0 OR instr(t1.city_fold, w.value) > 0 OR instr(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- nested
SELECT '{"customers":{"totalCount":' || (
  SELECT (
    SELECT count(*)
    FROM customer t3
    WHERE t3.owner_id = t1.id AND t3.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1
      FROM json_each(?2) w
      WHERE (instr(t3.name_fold, w.value) > 0 OR instr(t3.email_fold, w.value) > 0 OR instr(t3.phone_fold,
        w.value) > 0 OR instr(t3.city_fold, w.value) > 0 OR instr(t3.address_fold, w.value) > 0) IS NOT TRUE
    )
  ) || ',"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t2.name) || '}', ','), '')
  FROM (
    SELECT t2.name
    FROM customer t2
    WHERE t2.owner_id = t1.id AND t2.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1
      FROM json_each(?2) w
      WHERE (instr(t2.name_fold, w.value) > 0 OR instr(t2.email_fold, w.value) > 0 OR instr(t2.phone_fold,
        w.value) > 0 OR instr(t2.city_fold, w.value) > 0 OR instr(t2.address_fold, w.value) > 0) IS NOT TRUE
    )
    ORDER BY t2.name_fold, t2.id
    LIMIT 1
  ) t2
) || ']}}'
FROM sales_rep t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
-- figures
SELECT '{"totalCount":' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM json_each(?1) w
    WHERE (instr(t2.name_fold, w.value) > 0 OR instr(t2.email_fold, w.value) > 0 OR instr(t2.phone_fold,
      w.value) > 0 OR instr(t2.city_fold, w.value) > 0 OR instr(t2.address_fold, w.value) > 0) IS NOT TRUE
  )
) || ',"aggregate":' || (
  SELECT '{"count":' || t5.x0 || '}'
  FROM (
    SELECT COALESCE(sum(t4.n), 0) AS x0
    FROM (
      SELECT count(*) AS n
      FROM customer t3
      WHERE t3.deleted_at IS NULL AND NOT EXISTS (
        SELECT 1
        FROM json_each(?1) w
        WHERE (instr(t3.name_fold, w.value) > 0 OR instr(t3.email_fold, w.value) > 0 OR instr(t3.phone_fold,
          w.value) > 0 OR instr(t3.city_fold, w.value) > 0 OR instr(t3.address_fold, w.value) > 0) IS NOT TRUE
      )
    ) t4
  ) t5
) || ',"groups":' || (
  SELECT '[' || COALESCE(group_concat('{"kind":' || COALESCE('"' || t8.g0 || '"', 'null') ||
    ',"aggregate":{"count":' || t8.x0 || '}}', ','), '') || ']'
  FROM (
    SELECT t7.g0, COALESCE(sum(t7.n), 0) AS x0
    FROM (
      SELECT t6.kind AS g0, count(*) AS n
      FROM customer t6
      WHERE t6.deleted_at IS NULL AND NOT EXISTS (
        SELECT 1
        FROM json_each(?1) w
        WHERE (instr(t6.name_fold, w.value) > 0 OR instr(t6.email_fold, w.value) > 0 OR instr(t6.phone_fold,
          w.value) > 0 OR instr(t6.city_fold, w.value) > 0 OR instr(t6.address_fold, w.value) > 0) IS NOT TRUE
      )
      GROUP BY 1
      ORDER BY 1
    ) t7
    GROUP BY t7.g0
    ORDER BY sum(t7.n) DESC, t7.g0 IS NULL, t7.g0
    LIMIT 100
  ) t8
) || '}'
