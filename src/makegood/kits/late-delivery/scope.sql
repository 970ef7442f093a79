-- Whose parcel came after the promised day, has not come, or will not come on it. Put the day you look, and how many days ahead
-- you know of; 14 days late counts as lost.
WITH rows AS (
    SELECT _line, customer, order_number, promised_on, delivered_on, price, postage, refunded, currency, occasion FROM sample
), parcels AS (
    SELECT *, DATE '2026-03-10' AS looked_on, TRY_CAST(promised_on AS DATE) AS promised, TRY_CAST(delivered_on AS DATE) AS came
    FROM rows
), late AS (
    SELECT *, date_diff('day', promised, coalesce(came, looked_on)) AS days, came IS NULL AS missing,
           TRY_CAST(price AS DECIMAL(18, 3)) AS paid, lower(coalesce(occasion, 'no')) = 'yes' AS for_a_day
    FROM parcels
)
SELECT min(_line) AS _line, customer, string_agg(DISTINCT order_number, ', ' ORDER BY order_number) AS order_number,
       min(promised) AS promised_on, greatest(max(days), 0) AS days_late, bool_or(missing) AS missing, currency,
       CASE WHEN max(days) <= 0 THEN min(promised) END AS expected_on,            -- still ahead: they are told before
       min(promised) FILTER (missing AND days BETWEEN 1 AND 13) + 14 AS lost_on,  -- still looked for: they get updates
       sum(CASE WHEN missing AND days >= 14 THEN paid ELSE 0 END) AS lost,
       sum(TRY_CAST(postage AS DECIMAL(18, 3))) AS postage,
       sum(coalesce(TRY_CAST(refunded AS DECIMAL(18, 3)), 0)) AS refunded,
       CASE WHEN bool_or(for_a_day) OR max(days) > 7 THEN 'large'          -- the harm: put your own lines
            WHEN max(days) > 2 THEN 'medium' ELSE 'small' END AS harm
FROM late WHERE days > 0 OR (missing AND days BETWEEN -7 AND 0)
GROUP BY customer, currency
