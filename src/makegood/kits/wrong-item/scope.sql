-- Who got the wrong thing, a broken one, or one with a part missing. Each row is one item.
WITH rows AS (
    SELECT _line, customer, order_number, item, what, price, refunded, currency, in_stock, hurt, arrives_on FROM sample
), items AS (
    SELECT *, TRY_CAST(price AS DECIMAL(18, 3)) AS paid, lower(coalesce(in_stock, 'no')) = 'yes' AS there,
           lower(coalesce(hurt, 'no')) = 'yes' AS somebody_hurt
    FROM rows
)
SELECT min(_line) AS _line, customer, string_agg(DISTINCT order_number, ', ' ORDER BY order_number) AS order_number,
       string_agg(DISTINCT item, ', ' ORDER BY item) AS item, min(lower(what)) AS what, currency,
       min(TRY_CAST(arrives_on AS DATE)) AS expected_on,                          -- empty where it has come: others are told before
       count(*) FILTER (there) AS again,                                          -- we can send these again
       sum(CASE WHEN there THEN 0 ELSE paid END) AS price_back,                   -- these we cannot
       sum(coalesce(TRY_CAST(refunded AS DECIMAL(18, 3)), 0)) AS refunded, bool_or(somebody_hurt) AS hurt,
       CASE WHEN bool_or(somebody_hurt) OR sum(paid) >= 100 THEN 'large'          -- the harm: put your own lines
            WHEN sum(paid) >= 20 THEN 'medium' ELSE 'small' END AS harm
FROM items
GROUP BY customer, currency
