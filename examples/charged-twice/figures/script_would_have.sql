-- What a refund script would have done that pays each extra purchase of its list back to the card and looks at nothing
-- else: once with the list of the first query (from 1998 on), once with the list of the probe (the whole period).
-- Tables as in scope.yaml. A card that has expired sends the money back: the customer has nothing.
WITH purchase AS (
    SELECT
        part[1] AS customer, strptime(part[2], '%Y%m%d')::DATE AS day, part[3]::INTEGER AS discs,
        part[4]::DECIMAL(12, 2) AS usd
    FROM (SELECT regexp_split_to_array(trim(column0), '\s+') AS part FROM purchases)
),
numbered AS (
    SELECT customer, day, usd, row_number() OVER (PARTITION BY customer, day, discs, usd) AS turn FROM purchase
),
owed AS (
    SELECT
        extra.customer,
        sum(extra.usd) AS whole,
        coalesce(sum(extra.usd) FILTER (WHERE extra.day >= DATE '1998-01-01'), 0) AS recent,
        any_value(coalesce(cards.refunded, '0.00')::DECIMAL(12, 2)) AS refunded,
        any_value(coalesce(cards.disputed, 'no') = 'yes') AS disputed,
        any_value(coalesce(cards.expired, 'no') = 'yes') AS expired
    FROM numbered AS extra LEFT JOIN cards ON cards.customer = extra.customer
    WHERE extra.turn > 1
    GROUP BY extra.customer
),
listed AS (
    SELECT 'from 1998' AS list, recent AS pays, * FROM owed
    UNION ALL
    SELECT 'whole period' AS list, whole AS pays, * FROM owed
),
paid AS (
    -- A bank that has taken the side of its customer has given back all of it.
    SELECT *, CASE WHEN disputed THEN pays ELSE greatest(0, least(pays, pays + refunded - whole)) END AS twice
    FROM listed
)
SELECT
    list,
    count(*) FILTER (WHERE pays > 0) AS customers,
    sum(pays) AS usd,
    count(*) FILTER (WHERE twice > 0) AS twice_customers,        -- paid twice: already refunded, or disputed
    sum(twice) AS twice_usd,
    count(*) FILTER (WHERE pays = 0) AS unseen_customers,        -- missed: not on the list at all
    count(*) FILTER (WHERE pays > 0 AND pays < whole) AS short_customers,  -- on it with a part of what they are owed
    sum(whole - pays) AS unseen_usd,
    count(*) FILTER (WHERE pays > 0 AND expired) AS bounced_customers,     -- missed: sent to a card that has expired
    coalesce(sum(pays) FILTER (WHERE expired), 0) AS bounced_usd
FROM paid
GROUP BY list
ORDER BY list
