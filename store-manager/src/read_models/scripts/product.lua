-- A product's name, code and price, unless a newer version of it is there already.
-- KEYS: product, ids. ARGV: product id, version, name, sku, price.
local seen = tonumber(redis.call('HGET', KEYS[1], 'product_version') or '0')
-- The ids may be gone although the product is there.
if redis.call('HEXISTS', KEYS[1], 'deleted') == 0 then redis.call('ZADD', KEYS[2], ARGV[1], ARGV[1]) end
if seen >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'product_version', ARGV[2], 'name', ARGV[3], 'sku', ARGV[4], 'price', ARGV[5])
return 1
