-- byName
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`,`name`:`' || replace(t1.name, '`',
  '`"`') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.city_fold, w.value) > 0 OR strpos(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- byAddress
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.city_fold, w.value) > 0 OR strpos(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- both
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.city_fold, w.value) > 0 OR strpos(t1.address_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- neither
SELECT '{`totalCount`:' || (
  SELECT count(*)
  FROM customer t2
  WHERE t2.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t2.name_fold, w.value) > 0 OR strpos(t2.email_fold, w.value) > 0 OR strpos(t2.phone_fold,
      w.value) > 0 OR strpos(t2.city_fold, w.value) > 0 OR strpos(t2.address_fold, w.value) > 0) IS NOT TRUE
  )
) || '}'
-- tickets
SELECT '{`nodes`:[' || COALESCE(string_agg('{`number`:`' || replace(t1.number, '`', '`"`') || '`,`issue`:`' ||
  replace(t1.issue, '`', '`"`') || '`}', ','), '') || ']}'
FROM (
  SELECT t1.number, t1.issue
  FROM ticket t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.number_fold, w.value) > 0 OR strpos(t1.issue_fold, w.value) > 0 OR
      strpos(t1.category_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.created_at DESC, t1.id DESC
  LIMIT 20
) t1
-- contacts
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`,`role`:' ||
  COALESCE('`' || replace(t1.role, '`', '`"`') || '`', 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.role
  FROM contact t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM (
      SELECT unnest($1::text[]) AS value
    ) w
    WHERE (strpos(t1.name_fold, w.value) > 0 OR strpos(t1.email_fold, w.value) > 0 OR strpos(t1.phone_fold,
      w.value) > 0 OR strpos(t1.role_fold, w.value) > 0) IS NOT TRUE
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- contains
SELECT '{`nodes`:[' || COALESCE(string_agg('{`id`:`cus_' || t1.id || '`}', ','), '') || ']}'
FROM (
  SELECT t1.id
  FROM customer t1
  WHERE t1.deleted_at IS NULL AND strpos(t1.name_fold, $1::text) > 0
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
