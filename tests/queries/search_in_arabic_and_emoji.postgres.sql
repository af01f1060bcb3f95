-- arabic
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`name`:`' || replace(t1.name, '`',
  '`"`') || '`,`city`:' || COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || '}', ','), '') ||
  ']}'
FROM (
  SELECT t1.id, t1.name, t1.city
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.city_fold, w.value) > 0 OR strpos(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- emoji
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.city_fold, w.value) > 0 OR strpos(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- backslash
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.city_fold, w.value) > 0 OR strpos(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- quoted
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND strpos(t1.name_fold, $1::text) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- tab
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND right(t1.name_fold, length($1::text)) = $1::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- apostrophe
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND right(t1.name_fold, length($1::text)) = $1::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- injection
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t2.name_fold, w.value) > 0 OR strpos(t2.email_fold, w.value) > 0 OR strpos(t2.phone_fold,
      w.value) > 0 OR strpos(t2.city_fold, w.value) > 0 OR strpos(t2.address_fold, w.value) > 0) IS NOT TRUE
  )
) || '}'
