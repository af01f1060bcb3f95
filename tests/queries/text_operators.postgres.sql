-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = $1::text AND t1.name = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- eqOtherCase
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = $1::text AND t1.name = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city = $1::text) IS NOT TRUE
) || '}'
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city_fold = ANY($1::text[]) AND t1.city = ANY($2::text[])
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city = ANY($1::text[])) IS NOT TRUE
) || '}'
-- contains
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND strpos(t1.name_fold, $1::text) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
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
-- isNull
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city IS NULL
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- isNotNull
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND t1.city IS NOT NULL
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- emptyText
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND t2.phone_fold = $1::text AND t2.phone = $2::text
) || '}'
-- containsNothing
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND strpos(t2.city_fold, $1::text) > 0
) || '}'
-- startsWithNothing
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.city_fold >= $1::text AND t2.city_fold < $2::text)
) || '}'
-- endsWithNothing
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND right(t2.city_fold, length($1::text)) = $1::text
) || '}'
-- several
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND (t1.name_fold >= $1::text AND t1.name_fold < $2::text) AND
    right(t1.name_fold, length($3::text)) = $3::text AND (t1.name = $4::text) IS NOT TRUE
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
