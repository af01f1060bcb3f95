-- customers
SELECT '{"nodes":[' || COALESCE(group_concat((('{"id":"cus_' || t1.id || '","name":' || json_quote(t1.name) ||
  ',"kind":"' || t1.kind || '","lifecycle":"' || t1.lifecycle || '","source":"' || t1.source ||
  '","address":' || json_quote(t1.address) || ',"line1":' || json_quote(t1.line1) || ',"line2":' ||
  json_quote(t1.line2) || ',"city":' || json_quote(t1.city) || ',"region":' || json_quote(t1.region) ||
  ',"postalCode":' || json_quote(t1.postal_code) || ',"country":' || json_quote(t1.country) || ',"phone":' ||
  json_quote(t1.phone) || ',"phoneE164":' || json_quote(t1.phone_e164) || ',"phoneStatus":"' ||
  t1.phone_status || '","email":' || json_quote(t1.email) || ',"emailNorm":' || json_quote(t1.email_norm) ||
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
), 'null')) || (',"parent":' || COALESCE((
  SELECT '{"name":' || json_quote(t3.name) || '}'
  FROM customer t3
  WHERE t3.id = t1.parent_id AND t3.deleted_at IS NULL
), 'null') || ',"subsidiaries":{"totalCount":' || (
  SELECT count(*)
  FROM customer t5
  WHERE t5.parent_id = t1.id AND t5.deleted_at IS NULL
) || '},"contacts":{"totalCount":' || (
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
) || '},"id2":"cus_' || t1.id || '","name2":' || json_quote(t1.name) || ',"kind2":"' || t1.kind ||
  '","lifecycle2":"' || t1.lifecycle || '","source2":"' || t1.source || '","address2":' ||
  json_quote(t1.address) || ',"line12":' || json_quote(t1.line1) || ',"line22":' || json_quote(t1.line2) ||
  ',"city2":' || json_quote(t1.city) || ',"region2":' || json_quote(t1.region) || ',"postalCode2":' ||
  json_quote(t1.postal_code) || ',"country2":' || json_quote(t1.country) || ',"phone2":' ||
  json_quote(t1.phone) || ',"phoneE1642":' || json_quote(t1.phone_e164) || ',"phoneStatus2":"' ||
  t1.phone_status || '","email2":' || json_quote(t1.email) || ',"emailNorm2":' || json_quote(t1.email_norm) ||
  ',"emailStatus2":"' || t1.email_status || '","preferredChannel2":' || COALESCE('"' ||
  t1.preferred_channel || '"', 'null') || ',"industry2":' || json_quote(t1.industry) || ',"sizeBand2":' ||
  COALESCE('"' || t1.size_band || '"', 'null') || ',"website2":' || json_quote(t1.website) || ',"taxId2":' ||
  json_quote(t1.tax_id) || ',"language2":' || json_quote(t1.language) || ',"timeZone2":' ||
  json_quote(t1.time_zone) || ',"lastOrderAt2":')) || ((COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || ',"version2":' || t1.version || ',"createdAt2":"' || t1.created_at ||
  '","updatedAt2":"' || t1.updated_at || '","id3":"cus_' || t1.id || '","name3":' || json_quote(t1.name) ||
  ',"kind3":"' || t1.kind || '","lifecycle3":"' || t1.lifecycle || '","source3":"' || t1.source ||
  '","address3":' || json_quote(t1.address) || ',"line13":' || json_quote(t1.line1) || ',"line23":' ||
  json_quote(t1.line2) || ',"city3":' || json_quote(t1.city) || ',"region3":' || json_quote(t1.region) ||
  ',"postalCode3":' || json_quote(t1.postal_code) || ',"country3":' || json_quote(t1.country) ||
  ',"phone3":' || json_quote(t1.phone) || ',"phoneE1643":' || json_quote(t1.phone_e164) ||
  ',"phoneStatus3":"' || t1.phone_status || '","email3":' || json_quote(t1.email) || ',"emailNorm3":' ||
  json_quote(t1.email_norm) || ',"emailStatus3":"' || t1.email_status || '","preferredChannel3":' ||
  COALESCE('"' || t1.preferred_channel || '"', 'null') || ',"industry3":' || json_quote(t1.industry) ||
  ',"sizeBand3":' || COALESCE('"' || t1.size_band || '"', 'null') || ',"website3":' ||
  json_quote(t1.website) || ',"taxId3":' || json_quote(t1.tax_id) || ',"language3":' ||
  json_quote(t1.language) || ',"timeZone3":' || json_quote(t1.time_zone) || ',"lastOrderAt3":' ||
  COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || ',"version3":' || t1.version || ',"createdAt3":"' || t1.created_at) ||
  ('","updatedAt3":"' || t1.updated_at || '","id4":"cus_' || t1.id || '","name4":' || json_quote(t1.name) ||
  ',"kind4":"' || t1.kind || '","lifecycle4":"' || t1.lifecycle || '","source4":"' || t1.source ||
  '","address4":' || json_quote(t1.address) || ',"line14":' || json_quote(t1.line1) || ',"line24":' ||
  json_quote(t1.line2) || ',"city4":' || json_quote(t1.city) || ',"region4":' || json_quote(t1.region) ||
  ',"postalCode4":' || json_quote(t1.postal_code) || ',"country4":' || json_quote(t1.country) ||
  ',"phone4":' || json_quote(t1.phone) || ',"phoneE1644":' || json_quote(t1.phone_e164) ||
  ',"phoneStatus4":"' || t1.phone_status || '","email4":' || json_quote(t1.email) || ',"emailNorm4":' ||
  json_quote(t1.email_norm) || ',"emailStatus4":"' || t1.email_status || '","preferredChannel4":' ||
  COALESCE('"' || t1.preferred_channel || '"', 'null') || ',"industry4":' || json_quote(t1.industry) ||
  ',"sizeBand4":' || COALESCE('"' || t1.size_band || '"', 'null') || ',"website4":' ||
  json_quote(t1.website) || ',"taxId4":' || json_quote(t1.tax_id) || ',"language4":' ||
  json_quote(t1.language) || ',"timeZone4":' || json_quote(t1.time_zone) || ',"lastOrderAt4":' ||
  COALESCE('"' || (
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) || '"', 'null') || ',"version4":' || t1.version || ',"createdAt4":"' || t1.created_at ||
  '","updatedAt4":"' || t1.updated_at || '","orders2":{"edges":[' || (
  SELECT COALESCE(group_concat((('{"node":{"n0":' || json_quote(t14.number) || ',"n1":' ||
    json_quote(t14.number) || ',"n2":' || json_quote(t14.number) || ',"n3":' || json_quote(t14.number) ||
    ',"n4":' || json_quote(t14.number) || ',"n5":' || json_quote(t14.number) || ',"n6":' ||
    json_quote(t14.number) || ',"n7":' || json_quote(t14.number) || ',"n8":' || json_quote(t14.number) ||
    ',"n9":' || json_quote(t14.number) || ',"n10":' || json_quote(t14.number) || ',"n11":' ||
    json_quote(t14.number) || ',"n12":' || json_quote(t14.number) || ',"n13":' || json_quote(t14.number) ||
    ',"n14":' || json_quote(t14.number) || ',"n15":' || json_quote(t14.number) || ',"n16":' ||
    json_quote(t14.number) || ',"n17":') || (json_quote(t14.number) || ',"n18":' || json_quote(t14.number) ||
    ',"n19":' || json_quote(t14.number) || ',"n20":' || json_quote(t14.number) || ',"n21":' ||
    json_quote(t14.number) || ',"n22":' || json_quote(t14.number) || ',"n23":' || json_quote(t14.number) ||
    ',"n24":' || json_quote(t14.number) || ',"n25":' || json_quote(t14.number) || ',"n26":' ||
    json_quote(t14.number) || ',"n27":' || json_quote(t14.number) || ',"n28":' || json_quote(t14.number) ||
    ',"n29":' || json_quote(t14.number) || ',"n30":' || json_quote(t14.number) || ',"n31":' ||
    json_quote(t14.number) || ',"n32":' || json_quote(t14.number) || ',"n33":' || json_quote(t14.number) ||
    ',"n34":' || json_quote(t14.number))) || ((',"n35":' || json_quote(t14.number) || ',"n36":' ||
    json_quote(t14.number) || ',"n37":' || json_quote(t14.number) || ',"n38":' || json_quote(t14.number) ||
    ',"n39":' || json_quote(t14.number) || ',"n40":' || json_quote(t14.number) || ',"n41":' ||
    json_quote(t14.number) || ',"n42":' || json_quote(t14.number) || ',"n43":' || json_quote(t14.number) ||
    ',"n44":' || json_quote(t14.number) || ',"n45":' || json_quote(t14.number) || ',"n46":' ||
    json_quote(t14.number) || ',"n47":' || json_quote(t14.number) || ',"n48":' || json_quote(t14.number) ||
    ',"n49":' || json_quote(t14.number) || ',"n50":' || json_quote(t14.number) || ',"n51":' ||
    json_quote(t14.number) || ',"n52":') || (json_quote(t14.number) || ',"n53":' || json_quote(t14.number) ||
    ',"n54":' || json_quote(t14.number) || ',"n55":' || json_quote(t14.number) || ',"n56":' ||
    json_quote(t14.number) || ',"n57":' || json_quote(t14.number) || ',"n58":' || json_quote(t14.number) ||
    ',"n59":' || json_quote(t14.number) || ',"n60":' || json_quote(t14.number) || ',"n61":' ||
    json_quote(t14.number) || ',"n62":' || json_quote(t14.number) || ',"n63":' || json_quote(t14.number) ||
    ',"n64":' || json_quote(t14.number) || ',"n65":' || json_quote(t14.number) || ',"n66":' ||
    json_quote(t14.number) || ',"n67":' || json_quote(t14.number) || ',"n68":' || json_quote(t14.number) ||
    ',"n69":' || json_quote(t14.number) || '}}')), ','), '')
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
