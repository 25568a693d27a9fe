-- case_members: who is in a case's team, as they are called; who has no account bears the name that was told. in: id
-- out: name, role
SELECT coalesce(t.display_name, m.principal), m.role
FROM watchfloor.case_member AS m
LEFT JOIN watchfloor.case_team(%(id)s) AS t ON t.account = m.principal
WHERE m.case_id = %(id)s AND m.recorded_to = 'infinity'
ORDER BY 1, m.role
