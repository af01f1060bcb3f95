-- productCategories
SELECT '{`nodes`:[' || COALESCE(string_agg('{`name`:`' || replace(t1.name, '`', '`"`') ||
  '`,`products`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`name`:`' || replace(t2.name, '`', '`"`') || '`}', ','), '')
  FROM (
    SELECT t2.name
    FROM product t2
    WHERE t2.category_id = t1.id AND t2.deleted_at IS NULL
    ORDER BY t2.name_fold, t2.id
    LIMIT 20
  ) t2
) || ']},`children`:{`nodes`:[' || (
  SELECT COALESCE(string_agg('{`name`:`' || replace(t3.name, '`', '`"`') || '`,`products`:{`totalCount`:' || (
    SELECT (
      SELECT count(*)
      FROM product t5
      WHERE t5.category_id = t3.id AND t5.deleted_at IS NULL
    ) || ',`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t4.sku, '`', '`"`') || '`,`active`:' ||
      CASE WHEN t4.active THEN 'true' WHEN NOT t4.active THEN 'false' END || '}', ','), '')
    FROM (
      SELECT t4.sku, t4.active
      FROM product t4
      WHERE t4.category_id = t3.id AND t4.deleted_at IS NULL
      ORDER BY t4.name_fold, t4.id
      LIMIT 20
    ) t4
  ) || ']}}', ','), '')
  FROM (
    SELECT t3.name, t3.id
    FROM product_category t3
    WHERE t3.parent_id = t1.id AND t3.deleted_at IS NULL
    ORDER BY t3.name_fold, t3.id
    LIMIT 20
  ) t3
) || ']}}', ','), '') || ']}'
FROM (
  SELECT t1.name, t1.id
  FROM product_category t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM product_category t6
    WHERE t6.id = t1.parent_id AND t6.deleted_at IS NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
-- withoutCategory
SELECT '{`nodes`:[' || COALESCE(string_agg('{`sku`:`' || replace(t1.sku, '`', '`"`') || '`,`category`:' ||
  COALESCE((
  SELECT '{`name`:`' || replace(t2.name, '`', '`"`') || '`}'
  FROM product_category t2
  WHERE t2.id = t1.category_id AND t2.deleted_at IS NULL
), 'null') || '}', ','), '') || ']}'
FROM (
  SELECT t1.sku, t1.category_id
  FROM product t1
  WHERE t1.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1
    FROM product_category t3
    WHERE t3.id = t1.category_id AND t3.deleted_at IS NULL
  )
  ORDER BY t1.name_fold, t1.id
  LIMIT 20
) t1
