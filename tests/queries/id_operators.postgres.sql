-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.id = $1::bigint
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.id = $1::bigint) IS NOT TRUE
) || '}'
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.id = ANY($1::bigint[])
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- one
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.id = ANY($1::bigint[])
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- none
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.id = ANY($1::bigint[])
) || '}'
-- notIn
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.id = ANY($1::bigint[])) IS NOT TRUE
) || '}'
-- notInNothing
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.id = ANY($1::bigint[])) IS NOT TRUE
) || '}'
-- null
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.id IS NULL
) || '}'
