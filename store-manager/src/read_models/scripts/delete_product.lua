-- A product that is gone. Its version stays behind, so that no late event brings it back.
-- KEYS: product, ids. ARGV: product id, version.
local seen = tonumber(redis.call('HGET', KEYS[1], 'product_version') or '0')
if seen >= tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'product_version', ARGV[2], 'deleted', '1')
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
