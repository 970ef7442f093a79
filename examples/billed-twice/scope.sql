-- One row for each line that was billed once too often: equal in all eight columns to an earlier line of its invoice.
-- Candidates: some may be two scans of two articles, so the message says that whoever did buy two keeps the money.
WITH sold AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
            ORDER BY _line
        ) AS turn
    FROM invoice_lines
    WHERE Quantity > 0 AND UnitPrice > 0 AND InvoiceNo NOT LIKE 'C%'   -- C: a cancellation
),
extra AS (
    SELECT * FROM sold WHERE turn > 1
),
-- Later cancellations by the same customer of the same article, quantity and price. Of the extra lines of one invoice
-- at most as many are *perhaps already refunded* as there are such cancellations. A cancellation that fits lines of
-- two invoices makes both doubtful: nobody but a person can tell which of them it gave back.
given_back AS (
    SELECT extra._line, count(*) AS times
    FROM extra
    JOIN invoice_lines AS cancelled
        ON cancelled.InvoiceNo LIKE 'C%'
        AND cancelled.CustomerID = extra.CustomerID
        AND cancelled.StockCode = extra.StockCode
        AND cancelled.Quantity = -extra.Quantity
        AND cancelled.UnitPrice = extra.UnitPrice
        AND cancelled.InvoiceDate > extra.InvoiceDate
    GROUP BY extra._line
),
priced AS (
    -- Prices are doubles; each is turned into an exact decimal first and the line is rounded to the penny.
    SELECT
        extra.*,
        round(extra.Quantity * extra.UnitPrice::DECIMAL(18, 3), 2)::DECIMAL(18, 2) AS gbp,
        coalesce(given_back.times, 0) AS times
    FROM extra LEFT JOIN given_back ON given_back._line = extra._line
)
SELECT
    _line,
    CustomerID::BIGINT AS customer,                                    -- 17850.0 is customer 17850; empty: nobody known
    gbp AS extra,
    CASE WHEN turn - 1 <= times THEN gbp ELSE 0.00 END AS perhaps,
    1 AS lines,
    InvoiceNo AS invoice,
    InvoiceDate::DATE AS first_on,
    InvoiceDate::DATE AS last_on
FROM priced
ORDER BY _line
