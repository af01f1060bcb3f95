-- customers
SELECT '{`nodes`:[' || COALESCE(string_agg((('{`id`:`cus_' || t1.id || '`,`name`:`' || replace(t1.name, '`',
  '`"`') || '`,`kind`:`' || t1.kind || '`,`lifecycle`:`' || t1.lifecycle || '`,`source`:`' || t1.source ||
  '`,`address`:`' || replace(t1.address, '`', '`"`') || '`,`line1`:' || COALESCE('`' || replace(t1.line1, '`',
  '`"`') || '`', 'null') || ',`line2`:' || COALESCE('`' || replace(t1.line2, '`', '`"`') || '`', 'null') ||
  ',`city`:' || COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || ',`region`:' ||
  COALESCE('`' || replace(t1.region, '`', '`"`') || '`', 'null') || ',`postalCode`:' || COALESCE('`' ||
  replace(t1.postal_code, '`', '`"`') || '`', 'null') || ',`country`:' || COALESCE('`' || replace(t1.country,
  '`', '`"`') || '`', 'null') || ',`phone`:`' || replace(t1.phone, '`', '`"`') || '`,`phoneE164`:' ||
  COALESCE('`' || replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatus`:`' ||
  t1.phone_status || '`,`email`:`' || replace(t1.email, '`', '`"`') || '`,`emailNorm`:' || COALESCE('`' ||
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
), 'null')) || (',`parent`:' || COALESCE((
  SELECT '{`name`:`' || replace(t3.name, '`', '`"`') || '`}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || ',`subsidiaries`:{`totalCount`:' || (
  SELECT count(*)
  FROM customer t5
  WHERE t5.parent_id = t1.id AND t5.deleted_at IS NULL
) || '},`contacts`:{`totalCount`:' || (
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
) || '},`id2`:`cus_' || t1.id || '`,`name2`:`' || replace(t1.name, '`', '`"`') || '`,`kind2`:`' || t1.kind ||
  '`,`lifecycle2`:`' || t1.lifecycle || '`,`source2`:`' || t1.source || '`,`address2`:`' ||
  replace(t1.address, '`', '`"`') || '`,`line12`:' || COALESCE('`' || replace(t1.line1, '`', '`"`') || '`',
  'null') || ',`line22`:' || COALESCE('`' || replace(t1.line2, '`', '`"`') || '`', 'null') || ',`city2`:' ||
  COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || ',`region2`:' || COALESCE('`' ||
  replace(t1.region, '`', '`"`') || '`', 'null') || ',`postalCode2`:' || COALESCE('`' ||
  replace(t1.postal_code, '`', '`"`') || '`', 'null') || ',`country2`:' || COALESCE('`' || replace(t1.country,
  '`', '`"`') || '`', 'null') || ',`phone2`:`' || replace(t1.phone, '`', '`"`') || '`,`phoneE1642`:' ||
  COALESCE('`' || replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatus2`:`' ||
  t1.phone_status || '`,`email2`:`' || replace(t1.email, '`', '`"`') || '`,`emailNorm2`:' || COALESCE('`' ||
  replace(t1.email_norm, '`', '`"`') || '`', 'null') || ',`emailStatus2`:`' || t1.email_status ||
  '`,`preferredChannel2`:' || COALESCE('`' || t1.preferred_channel || '`', 'null') || ',`industry2`:' ||
  COALESCE('`' || replace(t1.industry, '`', '`"`') || '`', 'null') || ',`sizeBand2`:' || COALESCE('`' ||
  t1.size_band || '`', 'null') || ',`website2`:' || COALESCE('`' || replace(t1.website, '`', '`"`') || '`',
  'null') || ',`taxId2`:' || COALESCE('`' || replace(t1.tax_id, '`', '`"`') || '`', 'null') ||
  ',`language2`:' || COALESCE('`' || replace(t1.language, '`', '`"`') || '`', 'null') || ',`timeZone2`:' ||
  COALESCE('`' || replace(t1.time_zone, '`', '`"`') || '`', 'null') || ',`lastOrderAt2`:')) ||
  ((COALESCE('`' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`version2`:' ||
  (t1.version)::text || ',`createdAt2`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`updatedAt2`:`' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`id3`:`cus_' || t1.id || '`,`name3`:`' || replace(t1.name, '`',
  '`"`') || '`,`kind3`:`' || t1.kind || '`,`lifecycle3`:`' || t1.lifecycle || '`,`source3`:`' || t1.source ||
  '`,`address3`:`' || replace(t1.address, '`', '`"`') || '`,`line13`:' || COALESCE('`' || replace(t1.line1,
  '`', '`"`') || '`', 'null') || ',`line23`:' || COALESCE('`' || replace(t1.line2, '`', '`"`') || '`',
  'null') || ',`city3`:' || COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || ',`region3`:' ||
  COALESCE('`' || replace(t1.region, '`', '`"`') || '`', 'null') || ',`postalCode3`:' || COALESCE('`' ||
  replace(t1.postal_code, '`', '`"`') || '`', 'null') || ',`country3`:' || COALESCE('`' || replace(t1.country,
  '`', '`"`') || '`', 'null') || ',`phone3`:`' || replace(t1.phone, '`', '`"`') || '`,`phoneE1643`:' ||
  COALESCE('`' || replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatus3`:`' ||
  t1.phone_status || '`,`email3`:`' || replace(t1.email, '`', '`"`') || '`,`emailNorm3`:' || COALESCE('`' ||
  replace(t1.email_norm, '`', '`"`') || '`', 'null') || ',`emailStatus3`:`' || t1.email_status ||
  '`,`preferredChannel3`:' || COALESCE('`' || t1.preferred_channel || '`', 'null') || ',`industry3`:' ||
  COALESCE('`' || replace(t1.industry, '`', '`"`') || '`', 'null') || ',`sizeBand3`:' || COALESCE('`' ||
  t1.size_band || '`', 'null') || ',`website3`:' || COALESCE('`' || replace(t1.website, '`', '`"`') || '`',
  'null') || ',`taxId3`:' || COALESCE('`' || replace(t1.tax_id, '`', '`"`') || '`', 'null') ||
  ',`language3`:' || COALESCE('`' || replace(t1.language, '`', '`"`') || '`', 'null') || ',`timeZone3`:' ||
  COALESCE('`' || replace(t1.time_zone, '`', '`"`') || '`', 'null') || ',`lastOrderAt3`:' || COALESCE('`' ||
  to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`version3`:' ||
  (t1.version)::text || ',`createdAt3`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) || ('`,`updatedAt3`:`' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`id4`:`cus_' || t1.id || '`,`name4`:`' || replace(t1.name, '`',
  '`"`') || '`,`kind4`:`' || t1.kind || '`,`lifecycle4`:`' || t1.lifecycle || '`,`source4`:`' || t1.source ||
  '`,`address4`:`' || replace(t1.address, '`', '`"`') || '`,`line14`:' || COALESCE('`' || replace(t1.line1,
  '`', '`"`') || '`', 'null') || ',`line24`:' || COALESCE('`' || replace(t1.line2, '`', '`"`') || '`',
  'null') || ',`city4`:' || COALESCE('`' || replace(t1.city, '`', '`"`') || '`', 'null') || ',`region4`:' ||
  COALESCE('`' || replace(t1.region, '`', '`"`') || '`', 'null') || ',`postalCode4`:' || COALESCE('`' ||
  replace(t1.postal_code, '`', '`"`') || '`', 'null') || ',`country4`:' || COALESCE('`' || replace(t1.country,
  '`', '`"`') || '`', 'null') || ',`phone4`:`' || replace(t1.phone, '`', '`"`') || '`,`phoneE1644`:' ||
  COALESCE('`' || replace(t1.phone_e164, '`', '`"`') || '`', 'null') || ',`phoneStatus4`:`' ||
  t1.phone_status || '`,`email4`:`' || replace(t1.email, '`', '`"`') || '`,`emailNorm4`:' || COALESCE('`' ||
  replace(t1.email_norm, '`', '`"`') || '`', 'null') || ',`emailStatus4`:`' || t1.email_status ||
  '`,`preferredChannel4`:' || COALESCE('`' || t1.preferred_channel || '`', 'null') || ',`industry4`:' ||
  COALESCE('`' || replace(t1.industry, '`', '`"`') || '`', 'null') || ',`sizeBand4`:' || COALESCE('`' ||
  t1.size_band || '`', 'null') || ',`website4`:' || COALESCE('`' || replace(t1.website, '`', '`"`') || '`',
  'null') || ',`taxId4`:' || COALESCE('`' || replace(t1.tax_id, '`', '`"`') || '`', 'null') ||
  ',`language4`:' || COALESCE('`' || replace(t1.language, '`', '`"`') || '`', 'null') || ',`timeZone4`:' ||
  COALESCE('`' || replace(t1.time_zone, '`', '`"`') || '`', 'null') || ',`lastOrderAt4`:' || COALESCE('`' ||
  to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`', 'null') || ',`version4`:' ||
  (t1.version)::text || ',`createdAt4`:`' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`updatedAt4`:`' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '`,`orders2`:{`edges`:[' || (
  SELECT COALESCE(string_agg((('{`node`:{`n0`:`' || replace(t14.number, '`', '`"`') || '`,`n1`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n2`:`' || replace(t14.number, '`', '`"`') || '`,`n3`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n4`:`' || replace(t14.number, '`', '`"`') || '`,`n5`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n6`:`' || replace(t14.number, '`', '`"`') || '`,`n7`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n8`:`' || replace(t14.number, '`', '`"`') || '`,`n9`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n10`:`' || replace(t14.number, '`', '`"`') || '`,`n11`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n12`:`' || replace(t14.number, '`', '`"`') || '`,`n13`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n14`:`' || replace(t14.number, '`', '`"`') || '`,`n15`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n16`:`' || replace(t14.number, '`', '`"`') || '`,`n17`:`') ||
    (replace(t14.number, '`', '`"`') || '`,`n18`:`' || replace(t14.number, '`', '`"`') || '`,`n19`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n20`:`' || replace(t14.number, '`', '`"`') || '`,`n21`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n22`:`' || replace(t14.number, '`', '`"`') || '`,`n23`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n24`:`' || replace(t14.number, '`', '`"`') || '`,`n25`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n26`:`' || replace(t14.number, '`', '`"`') || '`,`n27`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n28`:`' || replace(t14.number, '`', '`"`') || '`,`n29`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n30`:`' || replace(t14.number, '`', '`"`') || '`,`n31`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n32`:`' || replace(t14.number, '`', '`"`') || '`,`n33`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n34`:`' || replace(t14.number, '`', '`"`'))) || (('`,`n35`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n36`:`' || replace(t14.number, '`', '`"`') || '`,`n37`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n38`:`' || replace(t14.number, '`', '`"`') || '`,`n39`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n40`:`' || replace(t14.number, '`', '`"`') || '`,`n41`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n42`:`' || replace(t14.number, '`', '`"`') || '`,`n43`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n44`:`' || replace(t14.number, '`', '`"`') || '`,`n45`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n46`:`' || replace(t14.number, '`', '`"`') || '`,`n47`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n48`:`' || replace(t14.number, '`', '`"`') || '`,`n49`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n50`:`' || replace(t14.number, '`', '`"`') || '`,`n51`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n52`:`') || (replace(t14.number, '`', '`"`') || '`,`n53`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n54`:`' || replace(t14.number, '`', '`"`') || '`,`n55`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n56`:`' || replace(t14.number, '`', '`"`') || '`,`n57`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n58`:`' || replace(t14.number, '`', '`"`') || '`,`n59`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n60`:`' || replace(t14.number, '`', '`"`') || '`,`n61`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n62`:`' || replace(t14.number, '`', '`"`') || '`,`n63`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n64`:`' || replace(t14.number, '`', '`"`') || '`,`n65`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n66`:`' || replace(t14.number, '`', '`"`') || '`,`n67`:`' ||
    replace(t14.number, '`', '`"`') || '`,`n68`:`' || replace(t14.number, '`', '`"`') || '`,`n69`:`' ||
    replace(t14.number, '`', '`"`') || '`}}')), ','), '')
  FROM (
    SELECT t14.number
    FROM sales_order t14
    WHERE t14.customer_id = t1.id AND t14.deleted_at IS NULL
    ORDER BY t14.order_date DESC, t14.id DESC
    LIMIT 1
  ) t14
) || ']}}')), ','), '') || ']}'
FROM (
  SELECT t1.id, t1.name, t1.kind, t1.lifecycle, t1.source, t1.address, t1.line1, t1.line2, t1.city, t1.region,
    t1.postal_code, t1.country, t1.phone, t1.phone_e164, t1.phone_status, t1.email, t1.email_norm,
    t1.email_status, t1.preferred_channel, t1.industry, t1.size_band, t1.website, t1.tax_id, t1.language,
    t1.time_zone, t1.version, t1.created_at, t1.updated_at, t1.owner_id, t1.parent_id
  FROM customer t1
  WHERE t1.deleted_at IS NULL
  ORDER BY t1.id, t1.id
  LIMIT 2
) t1
