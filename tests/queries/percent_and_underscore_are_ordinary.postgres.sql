-- percent
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND strpos(t1.name_fold, $1::text) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- underscore
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND strpos(t1.name_fold, $1::text) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- pattern
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND strpos(t2.name_fold, $1::text) > 0
) || '}'
-- oneLetter
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND (t2.sku_fold >= $1::text AND t2.sku_fold < $2::text)
) || '}'
-- startsWith
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= $1::text AND t1.name_fold < $2::text)
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- endsWith
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND right(t1.name_fold, length($1::text)) = $1::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- search
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`,`name`:`' ||
  replace(t1.name, '`', '`"`') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.name
  FROM product t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.sku_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- searchUnderscore
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`,`name`:`' ||
  replace(t1.name, '`', '`"`') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.name
  FROM product t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.sku_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
