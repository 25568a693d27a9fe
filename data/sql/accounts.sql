-- accounts: every account with the rights that are or will be in force.
-- out: name, kind, display name, agency, is active, is demo, has a password, rights as [right, value, starts, ends]
SELECT p.name, p.kind, p.display_name, a.code, p.is_active, p.is_demo, p.password_hash IS NOT NULL AS has_password,
       coalesce(
           jsonb_agg(jsonb_build_array(e.entitled_to, e.value, e.starts, e.ends) ORDER BY e.entitled_to, e.value)
           FILTER (WHERE e.id IS NOT NULL),
           '[]'
       ) AS rights
FROM sealed.principal AS p
LEFT JOIN watchfloor.agency AS a ON a.id = p.agency_id
LEFT JOIN sealed.entitlement AS e ON e.principal_id = p.id AND (e.ends IS NULL OR e.ends > now())
GROUP BY p.id, a.code
ORDER BY p.name
