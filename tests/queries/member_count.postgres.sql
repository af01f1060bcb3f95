-- campaigns
SELECT '{`edges`:[' || COALESCE(string_agg('{`cursor`:`' ||
  encode(convert_to('["Campaign MEMBER_COUNT:DESC",' || (t1.k0)::text || ',' || t1.id || ']', 'UTF8'),
  'hex') || '`,`node`:{`name`:`' || replace(t1.name, '`', '`"`') || '`,`memberCount`:' || ((
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
  )
))::text || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ) AS k0
  FROM campaign t1
  WHERE t1.deleted_at IS NULL
  ORDER BY (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ) DESC, t1.id DESC
  LIMIT 20
) t1
-- rest
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND ((
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ), t1.id) < ($1::bigint, $2::bigint)
  ORDER BY (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ) DESC, t1.id DESC
  LIMIT 20
) t1
-- empty
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') || '`}', ','), '') ||
  ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL OFFSET 0
    )
  ) = $1::bigint
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
