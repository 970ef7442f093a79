-- Whose data lay open, and which. Each row is one customer in what was open: say yes for each kind that was in it.
WITH rows AS (
    SELECT _line, customer, address, password, card FROM sample
), data AS (
    SELECT _line, customer, lower(coalesce(address, 'no')) = 'yes' AS address, lower(coalesce(password, 'no')) = 'yes' AS password,
           lower(coalesce(card, 'no')) = 'yes' AS card
    FROM rows
)
SELECT min(_line) AS _line, customer, bool_or(address) AS address, bool_or(password) AS password, bool_or(card) AS card,
       CASE WHEN bool_or(card) THEN 'large' WHEN bool_or(password) THEN 'medium' ELSE 'small' END AS harm   -- put your own lines
FROM data
GROUP BY customer
