-- audit_trail: who asked what and when, newest first, with who sat at the machine.
-- in: principal, action (null: any), since, until (null: open), most (null: all)
-- out: id, at, principal, operator, channel, action, question (jsonb), view id
SELECT a.id, a.at, p.name, s.operator, s.channel, a.action, a.question, a.view_id
FROM sealed.audit AS a
JOIN sealed.principal AS p ON p.id = a.principal_id
LEFT JOIN sealed.sign_in AS s ON s.id = a.sign_in_id
WHERE (%(principal)s::text IS NULL OR p.name = %(principal)s)
  AND (%(action)s::text IS NULL OR a.action = %(action)s)
  AND (%(since)s::timestamptz IS NULL OR a.at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR a.at < %(until)s)
ORDER BY a.id DESC
LIMIT %(most)s
