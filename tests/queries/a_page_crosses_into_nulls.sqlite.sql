-- forwards
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","city":' || json_quote(t1.city) ||
  '}', ',') FILTER (WHERE t1.rn <= 4), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > 4 THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND CASE
  WHEN t2.city_fold IS NULL THEN 1
  ELSE 0
  END <= ?1 AND (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END > ?1 OR
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND t2.city_fold < ?2) OR
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND (t2.city_fold = ?2 OR ?1 = 1) AND
    t2.id < ?3)) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.city, t1.city_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND CASE
    WHEN t1.city_fold IS NULL THEN 1
    ELSE 0
    END >= ?1 AND (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END > ?1 OR
      (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND t1.city_fold < ?2) OR
      (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND (t1.city_fold = ?2 OR ?1 = 1) AND
      t1.id < ?3))
    ORDER BY t1.city_fold DESC NULLS LAST, t1.id DESC
    LIMIT 4 + 1
  ) t1
) t1
-- backwards
SELECT '{"nodes":[' || COALESCE(group_concat('{"id":"cus_' || t1.id || '","city":' || json_quote(t1.city) ||
  '}', ',') FILTER (WHERE t1.rn <= 2), '') || '],"pageInfo":{"hasNextPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND CASE
  WHEN t2.city_fold IS NULL THEN 1
  ELSE 0
  END >= ?1 AND (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END < ?1 OR
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND t2.city_fold > ?2) OR
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND (t2.city_fold = ?2 OR ?1 = 1) AND
    t2.id > ?3)) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN count(t1.rn) > 2 THEN 'true'
ELSE 'false'
END || '}}'
FROM (
  SELECT *
  FROM (
    SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t1.id, t1.city, t1.city_fold AS k0
      FROM customer t1
      WHERE t1.deleted_at IS NULL AND CASE
      WHEN t1.city_fold IS NULL THEN 1
      ELSE 0
      END <= ?1 AND (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END < ?1 OR
        (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND t1.city_fold > ?2) OR
        (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END = ?1 AND (t1.city_fold = ?2 OR ?1 = 1) AND
        t1.id > ?3))
      ORDER BY t1.city_fold NULLS FIRST, t1.id
      LIMIT 2 + 1
    ) t1
  ) t1
  ORDER BY rn DESC
) t1
