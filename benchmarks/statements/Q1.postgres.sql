SELECT '{"data":{"customer":' || COALESCE((
  SELECT '{"id":"cus_' || c.id || '","name":' || to_json(c.name)::text || ',"email":' || to_json(c.email)::text
      || ',"phone":' || to_json(c.phone)::text || ',"city":' || COALESCE(to_json(c.city)::text, 'null')
      || ',"country":' || COALESCE(to_json(c.country)::text, 'null') || ',"lifecycle":"' || c.lifecycle
      || '","owner":' || COALESCE('{"name":' || to_json(r.name)::text || '}', 'null') || '}'
  FROM customer c LEFT JOIN sales_rep r ON r.id = c.owner_id AND r.deleted_at IS NULL
  WHERE c.id = $1::bigint AND c.deleted_at IS NULL
), 'null') || '}}'
