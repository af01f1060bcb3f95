SELECT '{"data":{"customers":{"nodes":[' || COALESCE(string_agg(
  '{"id":"cus_' || id || '","name":' || to_json(name)::text || ',"email":' || to_json(email)::text
  || ',"phone":' || to_json(phone)::text || ',"city":' || COALESCE(to_json(city)::text, 'null')
  || ',"country":' || COALESCE(to_json(country)::text, 'null') || ',"lifecycle":"' || lifecycle
  || '","createdAt":"' || to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"}', ','), '') || ']}}}'
FROM (SELECT id, name, email, phone, city, country, lifecycle, created_at FROM customer
      WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 50) c
