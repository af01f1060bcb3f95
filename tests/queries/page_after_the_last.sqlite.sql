-- teams
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}',
  ',') FILTER (WHERE t1.rn <= 20), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 20 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM team t2
  WHERE t2.deleted_at IS NULL AND (t2.name_fold, t2.id) <= (?1, ?2)
) THEN 'true'
ELSE 'false'
END || ',"startCursor":' || COALESCE('"' || max(CASE WHEN t1.rn = 1 THEN lower(hex('["Team NAME:ASC",' ||
  json_quote(t1.k0) || ',' || t1.id || ']')) END) || '"', 'null') || ',"endCursor":' || COALESCE('"' ||
  max(CASE WHEN t1.rn = min(20, t1.m) THEN lower(hex('["Team NAME:ASC",' || json_quote(t1.k0) || ',' ||
  t1.id || ']')) END) || '"', 'null') || '},"totalCount":' || (
  SELECT count(*)
  FROM team t3
  WHERE t3.deleted_at IS NULL
) || '}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.name, t1.id, t1.name_fold AS k0
    FROM team t1
    WHERE t1.deleted_at IS NULL AND (t1.name_fold, t1.id) > (?1, ?2)
    ORDER BY t1.name_fold, t1.id
    LIMIT 20 + 1
  ) t1
) t1
