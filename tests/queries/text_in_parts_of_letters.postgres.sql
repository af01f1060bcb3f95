-- eq
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = $1::text AND t1.name = $2::text
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- ne
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND (t1.name = $1::text) IS NOT TRUE
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- in
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND t1.name_fold = ANY($1::text[]) AND t1.name = ANY($2::text[])
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- notIn
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND (t1.name = ANY($1::text[])) IS NOT TRUE
  ORDER BY t1.id, t1.id
  LIMIT 20
) t1
-- contains
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM team t1
  WHERE t1.deleted_at IS NULL AND strpos(t1.name_fold, $1::text) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
