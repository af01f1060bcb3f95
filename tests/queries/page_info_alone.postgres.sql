-- customers
SELECT '{`pageInfo`:{`startCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = 1 THEN encode(convert_to('["Customer NAME:ASC",' || to_json(t1.k0)::text || ',' ||
  t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || ',`endCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = LEAST(2, t1.m) THEN encode(convert_to('["Customer NAME:ASC",' ||
  to_json(t1.k0)::text || ',' || t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || ',`hasNextPage`:' ||
  CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE 'false'
END || ',`hasPreviousPage`:false}}'
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
