-- label_owners: whose the labels are that a reader may see. in: nothing; out: label, code and name of the agency
SELECT l.id, a.code, a.name
FROM watchfloor.label AS l
JOIN watchfloor.agency AS a ON a.id = l.owner_id
ORDER BY a.name, l.id
