-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}',
  ',') FILTER (WHERE t1.rn <= 3), '') || '],`pageInfo`:{`hasNextPage`:false,`hasPreviousPage`:' || CASE
WHEN count(t1.rn) > 3 THEN 'true'
ELSE 'false'
END || ',`startCursor`:' || COALESCE('`' || max(CASE WHEN t1.rn = LEAST(3,
  t1.m) THEN encode(convert_to('["Customer NAME:ASC",' || to_json(t1.k0)::text || ',' || t1.id || ']',
  'UTF8'), 'hex') END) || '`', 'null') || ',`endCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = 1 THEN encode(convert_to('["Customer NAME:ASC",' || to_json(t1.k0)::text || ',' ||
  t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '}}'
FROM (
  SELECT *
  FROM (
    SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t1.name, t1.id, t1.name_fold AS k0
      FROM customer t1
      WHERE t1.deleted_at IS NULL
      ORDER BY t1.name_fold DESC, t1.id DESC
      LIMIT 3 + 1
    ) t1
  ) t1
  ORDER BY rn DESC
) t1
