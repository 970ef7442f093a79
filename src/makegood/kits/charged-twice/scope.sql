-- Who paid twice: the same sum again within an hour of the one before. C-107 bought two things for the same price.
WITH rows AS (
    SELECT _line, customer, order_number, paid_at, amount, refunded, currency, disputed FROM sample
), payments AS (
    SELECT *, TRY_CAST(regexp_replace(paid_at, '\s*([+-]\d{2}):?(\d{2})$', '\1:\2') AS TIMESTAMPTZ) AS paid FROM rows
), compared AS (
    SELECT *, paid - lag(paid) OVER (PARTITION BY customer, currency, amount ORDER BY paid, _line) AS later FROM payments
)
SELECT min(_line) AS _line, customer, string_agg(DISTINCT order_number, ', ' ORDER BY order_number) AS order_number,
       min(paid) AS charged_at, currency, sum(TRY_CAST(amount AS DECIMAL(18, 3))) AS extra,
       sum(coalesce(TRY_CAST(refunded AS DECIMAL(18, 3)), 0)) AS refunded,
       bool_or(lower(coalesce(disputed, 'no')) = 'yes') AS disputed,
       CASE WHEN sum(TRY_CAST(amount AS DECIMAL(18, 3))) < 20 THEN 'small'      -- the harm: put your own lines
            WHEN sum(TRY_CAST(amount AS DECIMAL(18, 3))) < 100 THEN 'medium' ELSE 'large' END AS harm
FROM compared WHERE later <= INTERVAL 1 HOUR
GROUP BY customer, currency
