-- campaigns
SELECT '{"edges":[' || COALESCE(group_concat('{"cursor":"' || lower(hex('["Campaign MEMBER_COUNT:DESC",' ||
  t1.k0 || ',' || t1.id || ']')) || '","node":{"name":' || json_quote(t1.name) || ',"memberCount":' || (
  SELECT COUNT(*)
  FROM campaign_member m
  WHERE m.campaign_id = t1.id AND EXISTS (
    SELECT 1
    FROM customer of_customer
    WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
  )
) || '}}', ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
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
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
    )
  ) DESC, t1.id DESC
  LIMIT 20
) t1
-- rest
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND ((
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
    )
  ), t1.id) < (?1, ?2)
  ORDER BY (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
    )
  ) DESC, t1.id DESC
  LIMIT 20
) t1
-- empty
SELECT '{"nodes":[' || COALESCE(group_concat('{"name":' || json_quote(t1.name) || '}', ','), '') || ']}'
FROM (
  SELECT t1.name
  FROM campaign t1
  WHERE t1.deleted_at IS NULL AND (
    SELECT COUNT(*)
    FROM campaign_member m
    WHERE m.campaign_id = t1.id AND EXISTS (
      SELECT 1
      FROM customer of_customer
      WHERE of_customer.id = m.customer_id AND of_customer.deleted_at IS NULL
    )
  ) = ?1
  ORDER BY t1.start_date DESC, t1.id DESC
  LIMIT 20
) t1
