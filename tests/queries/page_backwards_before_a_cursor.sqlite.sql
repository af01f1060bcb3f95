-- customers
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}',
  ',') FILTER (WHERE t1.rn <= 3), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.name_fold, t2.id) >= (?1, ?2)
) THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || ',"startCursor":' || COALESCE('"' || max(CASE WHEN t1.rn = min(3,
  t1.m) THEN lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id || ']')) END) || '"',
  'null') || ',"endCursor":' || COALESCE('"' ||
  max(CASE WHEN t1.rn = 1 THEN lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id ||
  ']')) END) || '"', 'null') || '}}'
FROM (
  SELECT *
  FROM (
    SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t1.name, t1.id, t1.name_fold AS k0
      FROM customer t1
      WHERE t1.deleted_at IS NULL AND (t1.name_fold, t1.id) < (?1, ?2)
      ORDER BY t1.name_fold DESC, t1.id DESC
      LIMIT 3 + 1
    ) t1
  ) t1
  ORDER BY rn DESC
) t1
