SELECT '{"data":{"customer":' || COALESCE((
  SELECT '{"id":"cus_' || c.id || '","name":' || json_quote(c.name) || ',"email":' || json_quote(c.email)
      || ',"phone":' || json_quote(c.phone) || ',"city":' || json_quote(c.city)
      || ',"country":' || json_quote(c.country) || ',"lifecycle":"' || c.lifecycle
      || '","owner":' || CASE WHEN r.id IS NULL THEN 'null' ELSE '{"name":' || json_quote(r.name) || '}' END || '}'
  FROM customer c LEFT JOIN sales_rep r ON r.id = c.owner_id AND r.deleted_at IS NULL
  WHERE c.id = :id AND c.deleted_at IS NULL
), 'null') || '}}'
