-- smallest
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 1
) t1
-- largest
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 100
) t1
-- usual
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- null
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- last
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT *
  FROM (
    SELECT t1.*, row_number() OVER () AS rn, count(*) OVER () AS m
    FROM (
      SELECT t1.id
      FROM customer t1
      WHERE t1.deleted_at IS NULL
      ORDER BY t1.name_fold DESC, t1.id DESC
      LIMIT 100
    ) t1
  ) t1
  ORDER BY rn DESC
) t1
