-- Whom we told something that was not so, or treated without respect. Each row is one conversation.
WITH rows AS (
    SELECT _line, customer, said_on, topic, what, paid, told, spent, proved, recorded, currency FROM sample
), talks AS (
    SELECT *, TRY_CAST(left(said_on, 10) AS DATE) AS said, lower(trim(what)) AS kind, TRY_CAST(paid AS DECIMAL(18, 3)) AS price,
           TRY_CAST(told AS DECIMAL(18, 3)) AS promised, TRY_CAST(spent AS DECIMAL(18, 3)) AS costs
    FROM rows
)
SELECT min(_line) AS _line, customer, min(said) AS said_on, arg_min(topic, _line) AS topic, arg_min(kind, _line) AS what,
       currency, sum(price) AS paid, sum(promised) AS told, sum(costs) AS spent,
       bool_and(lower(coalesce(proved, 'no')) = 'yes') AS proved, bool_and(lower(coalesce(recorded, 'no')) = 'yes') AS recorded,
       CASE WHEN sum(greatest(price - coalesce(promised, price), 0)) >= 100 THEN 'large'     -- the harm: put your own lines
            WHEN bool_or(kind = 'rude') OR sum(coalesce(costs, 0)) >= 20 THEN 'medium' ELSE 'small' END AS harm
FROM talks
GROUP BY customer, currency
