-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at = $1::timestamptz
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- ne
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.created_at = $1::timestamptz) IS NOT TRUE AND
    t1.number_fold = $2::text AND t1.number = $3::text
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at = ANY($1::timestamptz[])
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- notIn
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND (t1.created_at = ANY($1::timestamptz[])) IS NOT TRUE AND
    t1.number_fold = $2::text AND t1.number = $3::text
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- gt
SELECT '{`nodes`:[' || COALESCE(string_agg('{`createdAt`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at > $1::timestamptz AND t1.created_at < $2::timestamptz
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- gte
SELECT '{`nodes`:[' || COALESCE(string_agg('{`createdAt`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at >= $1::timestamptz AND t1.created_at < $2::timestamptz
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- lt
SELECT '{`nodes`:[' || COALESCE(string_agg('{`createdAt`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at >= $1::timestamptz AND t1.created_at < $2::timestamptz
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- lte
SELECT '{`nodes`:[' || COALESCE(string_agg('{`createdAt`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.created_at
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND t1.created_at >= $1::timestamptz AND t1.created_at <= $2::timestamptz
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- not
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`}', ','),
  '') || ']}'
FROM (
  SELECT t1.number
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND ((t1.created_at = $1::timestamptz) IS NOT TRUE) AND
    t1.number_fold = $2::text AND t1.number = $3::text
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- theLastOne
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.created_at < $1::timestamptz AND t2.number_fold = $2::text AND
    t2.number = $3::text
) || '}'
-- afterTheLastOne
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM ticket t2
  WHERE t2.deleted_at IS NULL AND t2.created_at >= $1::timestamptz
) || '}'
