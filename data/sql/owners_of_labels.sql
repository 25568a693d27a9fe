-- owners_of_labels: whose the records under given labels are, and whom to call there.
-- in: labels (smallint array); out: label_id, code, name, watch_phone
SELECT l.id, a.code, a.name, a.watch_phone
FROM watchfloor.label AS l
JOIN watchfloor.agency AS a ON a.id = l.owner_id
WHERE l.id = ANY (%(labels)s::smallint[])
