-- forwards
SELECT '{"nodes":[' || COALESCE(string_agg('{"id":"cus_' || t1.id || '","city":' ||
  COALESCE(to_json(t1.city)::text, 'null') || '}', ',') FILTER (WHERE t1.rn <= $1::bigint), '') ||
  '],"pageInfo":{"hasNextPage":' || CASE
WHEN count(t1.rn) > $1::bigint THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END >= $2::bigint AND
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END > $2::bigint OR
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END = $2::bigint AND (t2.city_fold > $3::text OR
    ((t2.city_fold = $3::text OR $2::bigint = 1) AND (t2.id > $4::bigint OR (t2.id = $4::bigint AND
    (1 = 0)))))))) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || ',"startCursor":' || COALESCE('"' ||
  max(CASE WHEN t1.rn = 1 THEN encode(convert_to('["Customer CITY:ASC",' || COALESCE(to_json(t1.k0)::text,
  'null') || ',' || t1.id || ']', 'UTF8'), 'hex') END) || '"', 'null') || '}}'
FROM (
  SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
  FROM (
    SELECT t1.id, t1.city, t1.city_fold AS k0
    FROM customer t1
    WHERE t1.deleted_at IS NULL AND CASE
    WHEN t1.city_fold IS NULL THEN 1
    ELSE 0
    END >= $2::bigint AND (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END > $2::bigint OR
      (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END = $2::bigint AND (t1.city_fold > $3::text OR
      ((t1.city_fold = $3::text OR $2::bigint = 1) AND (t1.id > $4::bigint OR (t1.id = $4::bigint AND
      (1 = 0)))))))
    ORDER BY t1.city_fold NULLS LAST, t1.id
    LIMIT $1::bigint + 1
  ) t1
) t1
-- backwards
SELECT '{"nodes":[' || COALESCE(string_agg('{"id":"cus_' || t1.id || '","city":' ||
  COALESCE(to_json(t1.city)::text, 'null') || '}', ',') FILTER (WHERE t1.rn <= $1::bigint), '') ||
  '],"pageInfo":{"hasNextPage":' || CASE
WHEN EXISTS (
  SELECT 1
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END <= $2::bigint AND
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END < $2::bigint OR
    (CASE WHEN t2.city_fold IS NULL THEN 1 ELSE 0 END = $2::bigint AND (t2.city_fold < $3::text OR
    ((t2.city_fold = $3::text OR $2::bigint = 1) AND (t2.id < $4::bigint OR (t2.id = $4::bigint AND
    (1 = 0)))))))) IS NOT TRUE
) THEN 'true'
ELSE 'false'
END || ',"hasPreviousPage":' || CASE
WHEN count(t1.rn) > $1::bigint THEN 'true'
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
      END <= $2::bigint AND (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END < $2::bigint OR
        (CASE WHEN t1.city_fold IS NULL THEN 1 ELSE 0 END = $2::bigint AND (t1.city_fold < $3::text OR
        ((t1.city_fold = $3::text OR $2::bigint = 1) AND (t1.id < $4::bigint OR (t1.id = $4::bigint AND
        (1 = 0)))))))
      ORDER BY t1.city_fold DESC NULLS FIRST, t1.id DESC
      LIMIT $1::bigint + 1
    ) t1
  ) t1
  ORDER BY rn DESC
) t1
