-- fold_versions: what the folded runs changed last was changed last by the one that stays; servers are told.
-- in: kept, folded (array)
WITH moved AS (
    UPDATE watchfloor.data_version
    SET version = %(kept)s, published = (SELECT nextval('watchfloor.publication'))
    WHERE version = ANY (%(folded)s)
    RETURNING layer, label_id
)
SELECT pg_notify('watchfloor_changed', m.layer || ' ' || m.label_id)
FROM (SELECT DISTINCT layer, label_id FROM moved) AS m
