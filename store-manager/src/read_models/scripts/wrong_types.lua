-- Removes the keys that are of another type than they should be, and with them the mark: the models are no longer whole.
-- Answers their names. KEYS: mark, then any. ARGV: the type of each of those.
local gone = {}
for i = 2, #KEYS do
    local kind = redis.call('TYPE', KEYS[i]).ok
    if kind ~= 'none' and kind ~= ARGV[i - 1] then
        redis.call('DEL', KEYS[i])
        gone[#gone + 1] = KEYS[i]
    end
end
if #gone > 0 then redis.call('DEL', KEYS[1]) end
return gone
