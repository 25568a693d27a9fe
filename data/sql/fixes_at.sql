-- fixes_at: fixes of some craft at some seconds, by key. in: crafts, sinces, untils (of the same length: a second from its
-- beginning to before its end), lon, lat; out: craft_id, second, metres from that point
SELECT f.craft_id, extract(epoch FROM date_trunc('second', f.at))::bigint AS second,
       -- as in tracks_near
       2 * 6371008.8 * asin(least(1.0, sqrt(
           power(sin(radians(f.lat - %(lat)s) / 2), 2)
           + cos(radians(f.lat)) * cos(radians(%(lat)s)) * power(sin(radians(f.lon - %(lon)s) / 2), 2)
       ))) AS metres
FROM unnest(%(crafts)s::integer[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[]) AS k (craft, since, until)
CROSS JOIN LATERAL (
    SELECT f.craft_id, f.at, f.lon, f.lat
    FROM watchfloor.fix AS f
    WHERE f.craft_id = k.craft AND f.at >= k.since AND f.at < k.until
    OFFSET 0
) AS f
