-- The end of a build: holds the live generation against the one that was built beside it, and puts the built one in
-- its place where they differ, or where there was none. Answers how many entries differed, or -1 when the build is no
-- longer the caller's.
-- KEYS: the four of live, the four of next, the next one's token, the mark, room for a difference.
-- ARGV: token, what the mark is to say.
if redis.call('GET', KEYS[9]) ~= ARGV[1] then return -1 end

local function scores(set)
    local flat, map = redis.call('ZRANGE', set, 0, -1, 'WITHSCORES'), {}
    for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
    return map
end

local differing = 0
for i = 1, 2 do
    redis.call('BITOP', 'XOR', KEYS[11], KEYS[i], KEYS[i + 4])
    differing = differing + redis.call('BITCOUNT', KEYS[11])
end
redis.call('DEL', KEYS[11])
for i = 3, 4 do
    local live, built = scores(KEYS[i]), scores(KEYS[i + 4])
    for member, score in pairs(built) do
        if live[member] ~= score then differing = differing + 1 end
    end
    for member in pairs(live) do
        if not built[member] then differing = differing + 1 end
    end
end
for i = 1, 4 do
    if differing == 0 or redis.call('EXISTS', KEYS[i + 4]) == 0 then
        redis.call('DEL', KEYS[i + 4])
        if differing > 0 then redis.call('DEL', KEYS[i]) end
    else
        redis.call('RENAME', KEYS[i + 4], KEYS[i])
    end
end
redis.call('DEL', KEYS[9])
redis.call('SET', KEYS[10], ARGV[2])
return differing
