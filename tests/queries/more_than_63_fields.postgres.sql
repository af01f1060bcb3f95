-- customer
SELECT (('{`id`:`cus_' || t1.id || '`,`name`:`' || replace(t1.name, '`', '`"`') || '`,`kind`:`' || t1.kind ||
  '`,`lifecycle`:`' || t1.lifecycle || '`,`source`:`' || t1.source || '`,`address`:`' || replace(t1.address,
  '`', '`"`') || '`,`line1`:' || COALESCE('`' || replace(t1.line1, '`', '`"`') || '`', 'null') ||
  ',`line2`:' || COALESCE('`' || replace(t1.line2, '`', '`"`') || '`', 'null') || ',`city`:' ||
  COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || ',`region`:' || COALESCE('`' ||
  replace(t1.region, '`', '`"`') || '`', 'null') || ',`postalCode`:' || COALESCE('`' ||
  replace(t1.postal_code, '`', '`"`') || '`', 'null') || ',`country`:' || COALESCE('`' || replace(t1.country,
  '`', '`"`') || '`', 'null') || ',`phone`:`' || replace(t1.phone, '`', '`"`') || '`,`phoneE164`:' ||
  COALESCE('`' || replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatus`:`' ||
  t1.phone_status || '`,`email`:`' || replace(t1.email, '`', '`"`') || '`,`emailNorm`:') || (COALESCE('`' ||
  replace(t1.email_norm, '`', '`"`') || '`', 'null') || ',`emailStatus`:`' || t1.email_status ||
  '`,`preferredChannel`:' || COALESCE('`' || t1.preferred_channel || '`', 'null') || ',`industry`:' ||
  COALESCE('`' || replace(t1.industry, '`', '`"`') || '`', 'null') || ',`sizeBand`:' || COALESCE('`' ||
  t1.size_band || '`', 'null') || ',`website`:' || COALESCE('`' || replace(t1.website, '`', '`"`') || '`',
  'null') || ',`taxId`:' || COALESCE('`' || replace(t1.tax_id, '`', '`"`') || '`', 'null') ||
  ',`language`:' || COALESCE('`' || replace(t1.language, '`', '`"`') || '`', 'null') || ',`timeZone`:' ||
  COALESCE('`' || replace(t1.time_zone, '`', '`"`') || '`', 'null') || ',`lastOrderAt`:' || COALESCE('`' ||
  to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`version`:' ||
  (t1.version)::text || ',`createdAt`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`updatedAt`:`' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`lifetimeValue`:' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{`amount`:`' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '`,`currency`:`' || v.c || '`}'
  END
  FROM (
    SELECT (
      SELECT (
        SELECT COALESCE((SUM(o.base_total_minor))::bigint, 0)
        FROM sales_order o
        WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
          o.deleted_at IS NULL
      ) - (
        SELECT COALESCE((SUM(k.base_total_minor))::bigint, 0)
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
) || ',`owner`:' || COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null') || ',`parent`:' || COALESCE((
  SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || ',`subsidiaries`:{`totalCount`:' || (
  SELECT count(*)
  FROM customer t5
  WHERE t5.parent_id = t1.id AND t5.deleted_at IS NULL
))) || (('},`contacts`:{`totalCount`:' || (
  SELECT count(*)
  FROM contact t7
  WHERE t7.customer_id = t1.id AND t7.deleted_at IS NULL
) || '},`orders`:{`totalCount`:' || (
  SELECT count(*)
  FROM sales_order t9
  WHERE t9.customer_id = t1.id AND t9.deleted_at IS NULL
) || '},`tickets`:{`totalCount`:' || (
  SELECT count(*)
  FROM ticket t11
  WHERE t11.customer_id = t1.id AND t11.deleted_at IS NULL
) || '},`campaignMembers`:{`totalCount`:' || (
  SELECT count(*)
  FROM campaign_member t13
  WHERE t13.customer_id = t1.id AND EXISTS (
    SELECT 1
    FROM campaign of_campaign
    WHERE of_campaign.id = t13.campaign_id AND of_campaign.deleted_at IS NULL OFFSET 0
  )
) || '},`idAgain`:`cus_' || t1.id || '`,`nameAgain`:`' || replace(t1.name, '`', '`"`') || '`,`kindAgain`:`' ||
  t1.kind || '`,`lifecycleAgain`:`' || t1.lifecycle || '`,`sourceAgain`:`' || t1.source ||
  '`,`addressAgain`:`' || replace(t1.address, '`', '`"`') || '`,`line1Again`:' || COALESCE('`' ||
  replace(t1.line1, '`', '`"`') || '`', 'null') || ',`line2Again`:' || COALESCE('`' || replace(t1.line2, '`',
  '`"`') || '`', 'null') || ',`cityAgain`:' || COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') ||
  ',`regionAgain`:' || COALESCE('`' || replace(t1.region, '`', '`"`') || '`', 'null') ||
  ',`postalCodeAgain`:' || COALESCE('`' || replace(t1.postal_code, '`', '`"`') || '`', 'null') ||
  ',`countryAgain`:' || COALESCE('`' || replace(t1.country, '`', '`"`') || '`', 'null') ||
  ',`phoneAgain`:`') || (replace(t1.phone, '`', '`"`') || '`,`phoneE164Again`:' || COALESCE('`' ||
  replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatusAgain`:`' || t1.phone_status ||
  '`,`emailAgain`:`' || replace(t1.email, '`', '`"`') || '`,`emailNormAgain`:' || COALESCE('`' ||
  replace(t1.email_norm, '`', '`"`') || '`', 'null') || ',`emailStatusAgain`:`' || t1.email_status ||
  '`,`preferredChannelAgain`:' || COALESCE('`' || t1.preferred_channel || '`', 'null') ||
  ',`industryAgain`:' || COALESCE('`' || replace(t1.industry, '`', '`"`') || '`', 'null') ||
  ',`sizeBandAgain`:' || COALESCE('`' || t1.size_band || '`', 'null') || ',`websiteAgain`:' || COALESCE('`' ||
  replace(t1.website, '`', '`"`') || '`', 'null') || ',`taxIdAgain`:' || COALESCE('`' || replace(t1.tax_id,
  '`', '`"`') || '`', 'null') || ',`languageAgain`:' || COALESCE('`' || replace(t1.language, '`', '`"`') ||
  '`', 'null') || ',`timeZoneAgain`:' || COALESCE('`' || replace(t1.time_zone, '`', '`"`') || '`', 'null') ||
  ',`lastOrderAtAgain`:' || COALESCE('`' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`versionAgain`:' ||
  (t1.version)::text || ',`createdAtAgain`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`updatedAtAgain`:`' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`}'))
FROM customer t1
WHERE t1.id = $1::bigint AND t1.deleted_at IS NULL
