-- Who was without the service, and for how long. Each row is one subscription.
WITH rows AS (
    SELECT _line, customer, fee, period_days, minutes_down, credited, currency, at_work FROM sample
), subscriptions AS (
    SELECT *, TRY_CAST(minutes_down AS BIGINT) AS minutes, lower(coalesce(at_work, 'no')) = 'yes' AS needed_for_work FROM rows
)
SELECT min(_line) AS _line, customer, currency, sum(TRY_CAST(fee AS DECIMAL(18, 3))) AS fee,
       max(TRY_CAST(period_days AS BIGINT)) AS period_days, max(minutes) AS minutes_down, round(max(minutes) / 60) AS hours_down,
       sum(coalesce(TRY_CAST(credited AS DECIMAL(18, 3)), 0)) AS credited,
       CASE WHEN bool_or(needed_for_work) OR max(minutes) >= 1440 THEN 'large'    -- the harm: put your own lines
            WHEN max(minutes) >= 240 THEN 'medium' ELSE 'small' END AS harm
FROM subscriptions WHERE minutes > 0
GROUP BY customer, currency
