-- One row for each passenger of a flight of our carrier (B6) on that day that has no departure (cancelled: the records
-- have no other mark) or left 90 minutes late or more. Exactly 90 counts.
SELECT
    passengers.passenger,
    'B6 ' || flights.flight AS flight,
    flights.origin,
    flights.dest AS destination,
    flights.dep_time IN ('', 'NA') OR flights.dep_time IS NULL AS cancelled,
    TRY_CAST(flights.dep_delay AS INTEGER) AS delay_minutes,
    passengers.fare,
    findings.controllable
FROM flights
JOIN passengers ON passengers.flight = flights.flight AND passengers.origin = flights.origin
JOIN findings ON findings.flight = flights.flight AND findings.origin = flights.origin
WHERE flights.carrier = 'B6'
    AND flights.year = '2013' AND flights.month = '3' AND flights.day = '8'
    AND (flights.dep_time IS NULL OR flights.dep_time IN ('', 'NA') OR TRY_CAST(flights.dep_delay AS INTEGER) >= 90)
ORDER BY passengers.passenger
