-- A product's name, code and price, unless a newer version of it is there already.
-- KEYS: product, ids. ARGV: product id, version, name, sku, price.
local seen = tonumber(redis.call('HGET', KEYS[1], 'product_version') or '0')
if seen >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'product_version', ARGV[2], 'name', ARGV[3], 'sku', ARGV[4], 'price', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[1])
return 1
