SELECT '{"data":{"customers":{"nodes":[' || COALESCE(group_concat(
  '{"id":"cus_' || id || '","name":' || json_quote(name) || ',"email":' || json_quote(email)
  || ',"phone":' || json_quote(phone) || ',"city":' || json_quote(city) || ',"country":' || json_quote(country)
  || ',"lifecycle":"' || lifecycle || '","createdAt":"' || created_at || '"}', ','), '') || ']}}}'
FROM (SELECT id, name, email, phone, city, country, lifecycle, created_at FROM customer
      WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 50)
