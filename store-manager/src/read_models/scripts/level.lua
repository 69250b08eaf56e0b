-- A level of stock, unless a newer version of it is there already. Whoever listens is told of what is news.
-- KEYS: product, channel. ARGV: product id, level, version, `told` or `silent`.
if redis.call('HEXISTS', KEYS[1], 'deleted') == 1 then return 0 end
local seen = tonumber(redis.call('HGET', KEYS[1], 'stock_version') or '-1')
if seen >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], 'quantity', ARGV[2], 'stock_version', ARGV[3])
if ARGV[4] == 'told' then
  redis.call('PUBLISH', KEYS[2], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
end
return 1
