-- teams
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}',
  ',') FILTER (WHERE t1.rn <= 20), '') || '],`pageInfo`:{`hasNextPage`:' || CASE
WHEN count(t1.rn) > 20 THEN 'true'
ELSE 'false'
END || ',`hasPreviousPage`:' || CASE
WHEN EXISTS (
  SELECT 1
  FROM team t2
  WHERE t2.deleted_at IS NULL AND (t2.name_fold, t2.id) <= ($1::text, $2::bigint)
) THEN 'true'
ELSE 'false'
END || ',`startCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = 1 THEN encode(convert_to('["Team NAME:ASC",' || to_json(t1.k0)::text || ',' ||
  t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || ',`endCursor`:' || COALESCE('`' ||
  max(CASE WHEN t1.rn = LEAST(20, t1.m) THEN encode(convert_to('["Team NAME:ASC",' || to_json(t1.k0)::text ||
  ',' || t1.id || ']', 'UTF8'), 'hex') END) || '`', 'null') || '},`totalCount`:' || (
  SELECT count(*)
  FROM team t3
  WHERE t3.deleted_at IS NULL
) || '}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.name, t1.id, t1.name_fold AS k0
    FROM team t1
    WHERE t1.deleted_at IS NULL AND (t1.name_fold, t1.id) > ($1::text, $2::bigint)
    ORDER BY t1.name_fold, t1.id
    LIMIT 20 + 1
  ) t1
) t1
