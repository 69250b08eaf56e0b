-- Puts what MySQL has in place of a copy that differs from it, unless the copy has changed since it was looked at.
-- KEYS: product, ids. ARGV: product id, how many of the following fields and values were seen, those, then what is to
-- be there (nothing: the product is gone).
local flat, seen = redis.call('HGETALL', KEYS[1]), tonumber(ARGV[2])
local now = {}
for i = 1, #flat, 2 do now[flat[i]] = flat[i + 1] end
if #flat ~= seen then return 0 end
for i = 3, 2 + seen, 2 do
    if now[ARGV[i]] ~= ARGV[i + 1] then return 0 end
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if #ARGV > 2 + seen then
    redis.call('HSET', KEYS[1], unpack(ARGV, 3 + seen))
    redis.call('ZADD', KEYS[2], ARGV[1], ARGV[1])
end
return 1
