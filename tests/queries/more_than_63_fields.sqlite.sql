-- customer
SELECT (('{"id":"cus_' || t1.id || '","name":' || json_quote(t1.name) || ',"kind":"' || t1.kind ||
  '","lifecycle":"' || t1.lifecycle || '","source":"' || t1.source || '","address":' ||
  json_quote(t1.address) || ',"line1":' || json_quote(t1.line1) || ',"line2":' || json_quote(t1.line2) ||
  ',"city":' || json_quote(t1.city) || ',"region":' || json_quote(t1.region) || ',"postalCode":' ||
  json_quote(t1.postal_code) || ',"country":' || json_quote(t1.country) || ',"phone":' ||
  json_quote(t1.phone) || ',"phoneE164":' || json_quote(t1.phone_e164) || ',"phoneStatus":"' ||
  t1.phone_status || '","email":' || json_quote(t1.email) || ',"emailNorm":') || (json_quote(t1.email_norm) ||
  ',"emailStatus":"' || t1.email_status || '","preferredChannel":' || COALESCE('"' || t1.preferred_channel ||
  '"', 'null') || ',"industry":' || json_quote(t1.industry) || ',"sizeBand":' || COALESCE('"' ||
  t1.size_band || '"', 'null') || ',"website":' || json_quote(t1.website) || ',"taxId":' ||
  json_quote(t1.tax_id) || ',"language":' || json_quote(t1.language) || ',"timeZone":' ||
  json_quote(t1.time_zone) || ',"lastOrderAt":' || COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || ',"version":' || t1.version || ',"createdAt":"' || t1.created_at || '","updatedAt":"' ||
  t1.updated_at || '","lifetimeValue":' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(v.m AS TEXT)
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%03d', v.m / 1000, v.m % 1000)
  ELSE printf('-%d.%03d', -v.m / 1000, -v.m % 1000)
  END
  WHEN v.c IN ('CLF', 'UYW') THEN CASE
  WHEN v.m >= 0 THEN printf('%d.%04d', v.m / 10000, v.m % 10000)
  ELSE printf('-%d.%04d', -v.m / 10000, -v.m % 10000)
  END
  ELSE CASE
  WHEN v.m >= 0 THEN printf('%d.%02d', v.m / 100, v.m % 100)
  ELSE printf('-%d.%02d', -v.m / 100, -v.m % 100)
  END
  END || '","currency":"' || v.c || '"}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE(SUM(o.base_total_minor), 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE(SUM(k.base_total_minor), 0)
        FROM sales_order o
        JOIN order_return k ON k.order_id = o.id
        WHERE o.customer_id = t1.id AND o.deleted_at IS NULL AND 1 = 1
      )
    ) AS m, ((
      SELECT currency
      FROM organisation
    )) AS c
    LIMIT 1
  ) v
) || ',"owner":' || COALESCE((
  SELECT '{"name":' || json_quote(t2.name) || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',"parent":' || COALESCE((
  SELECT '{"name":' || json_quote(t3.name) || '}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || ',"subsidiaries":{"totalCount":' || (
  SELECT count(*)
  FROM customer t5
  WHERE t5.parent_id = t1.id AND t5.deleted_at IS NULL
))) || (('},"contacts":{"totalCount":' || (
  SELECT count(*)
  FROM contact t7
  WHERE t7.customer_id = t1.id AND t7.deleted_at IS NULL
) || '},"orders":{"totalCount":' || (
  SELECT count(*)
  FROM sales_order t9
  WHERE t9.customer_id = t1.id AND t9.deleted_at IS NULL
) || '},"tickets":{"totalCount":' || (
  SELECT count(*)
  FROM ticket t11
  WHERE t11.customer_id = t1.id AND t11.deleted_at IS NULL
) || '},"campaignMembers":{"totalCount":' || (
  SELECT count(*)
  FROM campaign_member t13
  WHERE t13.customer_id = t1.id AND EXISTS (
    SELECT 1
    FROM campaign of_campaign
    WHERE of_campaign.id = t13.campaign_id AND of_campaign.deleted_at IS NULL
  )
) || '},"idAgain":"cus_' || t1.id || '","nameAgain":' || json_quote(t1.name) || ',"kindAgain":"' || t1.kind ||
  '","lifecycleAgain":"' || t1.lifecycle || '","sourceAgain":"' || t1.source || '","addressAgain":' ||
  json_quote(t1.address) || ',"line1Again":' || json_quote(t1.line1) || ',"line2Again":' ||
  json_quote(t1.line2) || ',"cityAgain":' || json_quote(t1.city) || ',"regionAgain":' ||
  json_quote(t1.region) || ',"postalCodeAgain":' || json_quote(t1.postal_code) || ',"countryAgain":' ||
  json_quote(t1.country) || ',"phoneAgain":') || (json_quote(t1.phone) || ',"phoneE164Again":' ||
  json_quote(t1.phone_e164) || ',"phoneStatusAgain":"' || t1.phone_status || '","emailAgain":' ||
  json_quote(t1.email) || ',"emailNormAgain":' || json_quote(t1.email_norm) || ',"emailStatusAgain":"' ||
  t1.email_status || '","preferredChannelAgain":' || COALESCE('"' || t1.preferred_channel || '"', 'null') ||
  ',"industryAgain":' || json_quote(t1.industry) || ',"sizeBandAgain":' || COALESCE('"' || t1.size_band ||
  '"', 'null') || ',"websiteAgain":' || json_quote(t1.website) || ',"taxIdAgain":' || json_quote(t1.tax_id) ||
  ',"languageAgain":' || json_quote(t1.language) || ',"timeZoneAgain":' || json_quote(t1.time_zone) ||
  ',"lastOrderAtAgain":' || COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || ',"versionAgain":' || t1.version || ',"createdAtAgain":"' || t1.created_at ||
  '","updatedAtAgain":"' || t1.updated_at || '"}'))
FROM customer t1
WHERE t1.id = ?1 AND t1.deleted_at IS NULL
