-- fromTheStart
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ',') FILTER (WHERE t1.rn <= 2),
  '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.name_fold, t2.id) >= (?1, ?2)
) THEN 'true'
ELSE 'false'
END
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t3
  WHERE t3.deleted_at IS NULL AND (t3.name_fold, t3.id) <= (?3, ?4)
) THEN 'true'
ELSE 'false'
END || '},"totalCount":' || (
  SELECT count(*)
  FROM customer t4
  WHERE t4.deleted_at IS NULL
) || '}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.name_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND (t1.name_fold, t1.id) > (?3, ?4) AND (t1.name_fold, t1.id) < (?1, ?2)
    ORDER BY t1.name_fold, t1.id
    LIMIT 2 + 1
  ) t1
) t1
-- fromTheEnd
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '"}', ',') FILTER (WHERE t1.rn <= 2),
  '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (t2.name_fold, t2.id) >= (?1, ?2)
) THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t3
  WHERE t3.deleted_at IS NULL AND (t3.name_fold, t3.id) <= (?3, ?4)
) THEN 'true'
ELSE 'false'
END
END || '}}'
FROM (
  SELECT *
  FROM (
    SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t1.id, t1.name_fold AS k0
      FROM customer t1
      WHERE t1.deleted_at IS NULL AND (t1.name_fold, t1.id) > (?3, ?4) AND (t1.name_fold, t1.id) < (?1, ?2)
      ORDER BY t1.name_fold DESC, t1.id DESC
      LIMIT 2 + 1
    ) t1
  ) t1
  ORDER BY rn DESC
) t1
