-- facet_case: what a case is called. in: id; out: number, title
SELECT f.number, f.title FROM watchfloor.case_file AS f WHERE f.id = %(id)s AND f.recorded_to = 'infinity'
