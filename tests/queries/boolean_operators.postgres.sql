-- yes
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND t2.active = $1::boolean
) || '}'
-- no
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.sku
  FROM product t1
  WHERE t1.deleted_at IS NULL AND t1.active = $1::boolean
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- primary
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM contact t1
  WHERE t1.deleted_at IS NULL AND t1.is_primary = $1::boolean
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- null
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM product t2
  WHERE t2.deleted_at IS NULL AND t2.active IS NULL
) || '}'
