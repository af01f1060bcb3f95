-- customers
SELECT '{"nodes":[' || COALESCE(string_agg((('{"id":"cus_' || t1.id || '","name":' ||
  to_json(t1.name)::text || ',"kind":"' || t1.kind || '","lifecycle":"' || t1.lifecycle || '","source":"' ||
  t1.source || '","address":' || to_json(t1.address)::text || ',"line1":' || COALESCE(to_json(t1.line1)::text,
  'null') || ',"line2":' || COALESCE(to_json(t1.line2)::text, 'null') || ',"city":' ||
  COALESCE(to_json(t1.city)::text, 'null') || ',"region":' || COALESCE(to_json(t1.region)::text, 'null') ||
  ',"postalCode":' || COALESCE(to_json(t1.postal_code)::text, 'null') || ',"country":' ||
  COALESCE(to_json(t1.country)::text, 'null') || ',"phone":' || to_json(t1.phone)::text || ',"phoneE164":' ||
  COALESCE(to_json(t1.phone_e164)::text, 'null') || ',"phoneStatus":"' || t1.phone_status || '","email":' ||
  to_json(t1.email)::text || ',"emailNorm":' || COALESCE(to_json(t1.email_norm)::text, 'null') ||
  ',"emailStatus":"' || t1.email_status || '","preferredChannel":' || COALESCE('"' || t1.preferred_channel ||
  '"', 'null') || ',"industry":' || COALESCE(to_json(t1.industry)::text, 'null') || ',"sizeBand":' ||
  COALESCE('"' || t1.size_band || '"', 'null') || ',"website":' || COALESCE(to_json(t1.website)::text,
  'null') || ',"taxId":' || COALESCE(to_json(t1.tax_id)::text, 'null') || ',"language":' ||
  COALESCE(to_json(t1.language)::text, 'null') || ',"timeZone":' || COALESCE(to_json(t1.time_zone)::text,
  'null') || ',"lastOrderAt":' || COALESCE('"' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') || ',"version":' ||
  (t1.version)::text || ',"createdAt":"' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","updatedAt":"' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","lifetimeValue":' || (
  SELECT CASE
  WHEN v.m IS NULL THEN 'null'
  ELSE '{"amount":"' || CASE
  WHEN v.c IN ('EUR', 'USD') THEN ((v.m)::numeric * 0.01)::text
  WHEN v.c IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
    'VUV', 'XAF', 'XOF', 'XPF') THEN (v.m)::text
  WHEN v.c IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN ((v.m)::numeric * 0.001)::text
  WHEN v.c IN ('CLF', 'UYW') THEN ((v.m)::numeric * 0.0001)::text
  ELSE ((v.m)::numeric * 0.01)::text
  END || '","currency":"' || v.c || '"}'
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
) || ',"owner":' || COALESCE((
  SELECT '{"name":' || to_json(t2.name)::text || '}'
  FROM sales_rep t2
  WHERE t2.id = t1.owner_id AND t2.deleted_at IS NULL
), 'null')) || (',"parent":' || COALESCE((
  SELECT '{"name":' || to_json(t3.name)::text || '}'
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
  WHERE t13.customer_id = t1.id
) || '},"id2":"cus_' || t1.id || '","name2":' || to_json(t1.name)::text || ',"kind2":"' || t1.kind ||
  '","lifecycle2":"' || t1.lifecycle || '","source2":"' || t1.source || '","address2":' ||
  to_json(t1.address)::text || ',"line12":' || COALESCE(to_json(t1.line1)::text, 'null') || ',"line22":' ||
  COALESCE(to_json(t1.line2)::text, 'null') || ',"city2":' || COALESCE(to_json(t1.city)::text, 'null') ||
  ',"region2":' || COALESCE(to_json(t1.region)::text, 'null') || ',"postalCode2":' ||
  COALESCE(to_json(t1.postal_code)::text, 'null') || ',"country2":' || COALESCE(to_json(t1.country)::text,
  'null') || ',"phone2":' || to_json(t1.phone)::text || ',"phoneE1642":' ||
  COALESCE(to_json(t1.phone_e164)::text, 'null') || ',"phoneStatus2":"' || t1.phone_status || '","email2":' ||
  to_json(t1.email)::text || ',"emailNorm2":' || COALESCE(to_json(t1.email_norm)::text, 'null') ||
  ',"emailStatus2":"' || t1.email_status || '","preferredChannel2":' || COALESCE('"' ||
  t1.preferred_channel || '"', 'null') || ',"industry2":' || COALESCE(to_json(t1.industry)::text, 'null') ||
  ',"sizeBand2":' || COALESCE('"' || t1.size_band || '"', 'null') || ',"website2":' ||
  COALESCE(to_json(t1.website)::text, 'null') || ',"taxId2":' || COALESCE(to_json(t1.tax_id)::text, 'null') ||
  ',"language2":' || COALESCE(to_json(t1.language)::text, 'null') || ',"timeZone2":' ||
  COALESCE(to_json(t1.time_zone)::text, 'null') || ',"lastOrderAt2":')) || ((COALESCE('"' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') || ',"version2":' ||
  (t1.version)::text || ',"createdAt2":"' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","updatedAt2":"' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","id3":"cus_' || t1.id || '","name3":' || to_json(t1.name)::text ||
  ',"kind3":"' || t1.kind || '","lifecycle3":"' || t1.lifecycle || '","source3":"' || t1.source ||
  '","address3":' || to_json(t1.address)::text || ',"line13":' || COALESCE(to_json(t1.line1)::text, 'null') ||
  ',"line23":' || COALESCE(to_json(t1.line2)::text, 'null') || ',"city3":' || COALESCE(to_json(t1.city)::text,
  'null') || ',"region3":' || COALESCE(to_json(t1.region)::text, 'null') || ',"postalCode3":' ||
  COALESCE(to_json(t1.postal_code)::text, 'null') || ',"country3":' || COALESCE(to_json(t1.country)::text,
  'null') || ',"phone3":' || to_json(t1.phone)::text || ',"phoneE1643":' ||
  COALESCE(to_json(t1.phone_e164)::text, 'null') || ',"phoneStatus3":"' || t1.phone_status || '","email3":' ||
  to_json(t1.email)::text || ',"emailNorm3":' || COALESCE(to_json(t1.email_norm)::text, 'null') ||
  ',"emailStatus3":"' || t1.email_status || '","preferredChannel3":' || COALESCE('"' ||
  t1.preferred_channel || '"', 'null') || ',"industry3":' || COALESCE(to_json(t1.industry)::text, 'null') ||
  ',"sizeBand3":' || COALESCE('"' || t1.size_band || '"', 'null') || ',"website3":' ||
  COALESCE(to_json(t1.website)::text, 'null') || ',"taxId3":' || COALESCE(to_json(t1.tax_id)::text, 'null') ||
  ',"language3":' || COALESCE(to_json(t1.language)::text, 'null') || ',"timeZone3":' ||
  COALESCE(to_json(t1.time_zone)::text, 'null') || ',"lastOrderAt3":' || COALESCE('"' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') || ',"version3":' ||
  (t1.version)::text || ',"createdAt3":"' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) || ('","updatedAt3":"' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","id4":"cus_' || t1.id || '","name4":' || to_json(t1.name)::text ||
  ',"kind4":"' || t1.kind || '","lifecycle4":"' || t1.lifecycle || '","source4":"' || t1.source ||
  '","address4":' || to_json(t1.address)::text || ',"line14":' || COALESCE(to_json(t1.line1)::text, 'null') ||
  ',"line24":' || COALESCE(to_json(t1.line2)::text, 'null') || ',"city4":' || COALESCE(to_json(t1.city)::text,
  'null') || ',"region4":' || COALESCE(to_json(t1.region)::text, 'null') || ',"postalCode4":' ||
  COALESCE(to_json(t1.postal_code)::text, 'null') || ',"country4":' || COALESCE(to_json(t1.country)::text,
  'null') || ',"phone4":' || to_json(t1.phone)::text || ',"phoneE1644":' ||
  COALESCE(to_json(t1.phone_e164)::text, 'null') || ',"phoneStatus4":"' || t1.phone_status || '","email4":' ||
  to_json(t1.email)::text || ',"emailNorm4":' || COALESCE(to_json(t1.email_norm)::text, 'null') ||
  ',"emailStatus4":"' || t1.email_status || '","preferredChannel4":' || COALESCE('"' ||
  t1.preferred_channel || '"', 'null') || ',"industry4":' || COALESCE(to_json(t1.industry)::text, 'null') ||
  ',"sizeBand4":' || COALESCE('"' || t1.size_band || '"', 'null') || ',"website4":' ||
  COALESCE(to_json(t1.website)::text, 'null') || ',"taxId4":' || COALESCE(to_json(t1.tax_id)::text, 'null') ||
  ',"language4":' || COALESCE(to_json(t1.language)::text, 'null') || ',"timeZone4":' ||
  COALESCE(to_json(t1.time_zone)::text, 'null') || ',"lastOrderAt4":' || COALESCE('"' || to_char((
  SELECT MAX(o.confirmed_at)
  FROM sales_order o
  WHERE o.customer_id = t1.id AND o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED' AND
    o.deleted_at IS NULL
) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null') || ',"version4":' ||
  (t1.version)::text || ',"createdAt4":"' || to_char(t1.created_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","updatedAt4":"' || to_char(t1.updated_at AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","orders2":{"edges":[' || (
  SELECT COALESCE(string_agg((('{"node":{"n0":' || to_json(t14.number)::text || ',"n1":' ||
    to_json(t14.number)::text || ',"n2":' || to_json(t14.number)::text || ',"n3":' ||
    to_json(t14.number)::text || ',"n4":' || to_json(t14.number)::text || ',"n5":' ||
    to_json(t14.number)::text || ',"n6":' || to_json(t14.number)::text || ',"n7":' ||
    to_json(t14.number)::text || ',"n8":' || to_json(t14.number)::text || ',"n9":' ||
    to_json(t14.number)::text || ',"n10":' || to_json(t14.number)::text || ',"n11":' ||
    to_json(t14.number)::text || ',"n12":' || to_json(t14.number)::text || ',"n13":' ||
    to_json(t14.number)::text || ',"n14":' || to_json(t14.number)::text || ',"n15":' ||
    to_json(t14.number)::text || ',"n16":' || to_json(t14.number)::text || ',"n17":') ||
    (to_json(t14.number)::text || ',"n18":' || to_json(t14.number)::text || ',"n19":' ||
    to_json(t14.number)::text || ',"n20":' || to_json(t14.number)::text || ',"n21":' ||
    to_json(t14.number)::text || ',"n22":' || to_json(t14.number)::text || ',"n23":' ||
    to_json(t14.number)::text || ',"n24":' || to_json(t14.number)::text || ',"n25":' ||
    to_json(t14.number)::text || ',"n26":' || to_json(t14.number)::text || ',"n27":' ||
    to_json(t14.number)::text || ',"n28":' || to_json(t14.number)::text || ',"n29":' ||
    to_json(t14.number)::text || ',"n30":' || to_json(t14.number)::text || ',"n31":' ||
    to_json(t14.number)::text || ',"n32":' || to_json(t14.number)::text || ',"n33":' ||
    to_json(t14.number)::text || ',"n34":' || to_json(t14.number)::text)) || ((',"n35":' ||
    to_json(t14.number)::text || ',"n36":' || to_json(t14.number)::text || ',"n37":' ||
    to_json(t14.number)::text || ',"n38":' || to_json(t14.number)::text || ',"n39":' ||
    to_json(t14.number)::text || ',"n40":' || to_json(t14.number)::text || ',"n41":' ||
    to_json(t14.number)::text || ',"n42":' || to_json(t14.number)::text || ',"n43":' ||
    to_json(t14.number)::text || ',"n44":' || to_json(t14.number)::text || ',"n45":' ||
    to_json(t14.number)::text || ',"n46":' || to_json(t14.number)::text || ',"n47":' ||
    to_json(t14.number)::text || ',"n48":' || to_json(t14.number)::text || ',"n49":' ||
    to_json(t14.number)::text || ',"n50":' || to_json(t14.number)::text || ',"n51":' ||
    to_json(t14.number)::text || ',"n52":') || (to_json(t14.number)::text || ',"n53":' ||
    to_json(t14.number)::text || ',"n54":' || to_json(t14.number)::text || ',"n55":' ||
    to_json(t14.number)::text || ',"n56":' || to_json(t14.number)::text || ',"n57":' ||
    to_json(t14.number)::text || ',"n58":' || to_json(t14.number)::text || ',"n59":' ||
    to_json(t14.number)::text || ',"n60":' || to_json(t14.number)::text || ',"n61":' ||
    to_json(t14.number)::text || ',"n62":' || to_json(t14.number)::text || ',"n63":' ||
    to_json(t14.number)::text || ',"n64":' || to_json(t14.number)::text || ',"n65":' ||
    to_json(t14.number)::text || ',"n66":' || to_json(t14.number)::text || ',"n67":' ||
    to_json(t14.number)::text || ',"n68":' || to_json(t14.number)::text || ',"n69":' ||
    to_json(t14.number)::text || '}}')), ','), '')
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
