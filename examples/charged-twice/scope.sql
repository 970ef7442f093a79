-- One row for each purchase that was charged once too often: the same customer, the same day, as many discs and the
-- same amount as another one. The first of them is right, each further one is extra. No purchase of nothing is among
-- them: the 80 purchases over 0.00 in these records have no twin.
WITH period AS (
    -- How far back we look. The first letters were about this year; the probe looks one year further: '1997-01-01'.
    SELECT DATE '1998-01-01' AS first_day
),
purchase AS (
    SELECT
        _line,
        part[1] AS customer,                                    -- text: 00398 keeps its zeros
        strptime(part[2], '%Y%m%d')::DATE AS day,
        part[3]::INTEGER AS discs,
        part[4]::DECIMAL(12, 2) AS usd
    FROM (SELECT _line, regexp_split_to_array(trim(column0), '\s+') AS part FROM purchases)
),
numbered AS (
    SELECT *, row_number() OVER (PARTITION BY customer, day, discs, usd ORDER BY _line) AS turn
    FROM purchase
    WHERE day >= (SELECT first_day FROM period)
)
SELECT
    extra._line,
    extra.customer,
    extra.usd AS extra,
    1 AS purchases,
    extra.day AS first_on,
    extra.day AS last_on,
    coalesce(cards.refunded, '0.00') AS refunded,
    coalesce(cards.disputed, 'no') AS disputed,
    coalesce(cards.expired, 'no') AS expired,
    wishes.wish_amount,
    wishes.wish_text,
    wishes.impact_text
FROM numbered AS extra
LEFT JOIN cards ON cards.customer = extra.customer
LEFT JOIN wishes ON wishes.customer = extra.customer
WHERE extra.turn > 1
ORDER BY extra._line
