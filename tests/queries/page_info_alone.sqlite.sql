-- customers
SELECT '{"pageInfo":{"startCursor":' || COALESCE('"' ||
  max(CASE WHEN t1.rn = 1 THEN lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id ||
  ']')) END) || '"', 'null') || ',"endCursor":' || COALESCE('"' || max(CASE WHEN t1.rn = min(2,
  t1.m) THEN lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id || ']')) END) || '"',
  'null') || ',"hasNextPage":' || CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":false}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL
    ORDER BY t1.name_fold, t1.id
    LIMIT 2 + 1
  ) t1
) t1
