-- case_members: who is in a case's team. in: id; out: principal, role
SELECT m.principal, m.role
FROM watchfloor.case_member AS m
WHERE m.case_id = %(id)s AND m.recorded_to = 'infinity'
ORDER BY m.principal, m.role
