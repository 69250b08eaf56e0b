-- An order enters the reports when its stock was taken, and leaves them when that was given back. Two bits an order
-- remember what was done, so that neither a repetition nor another sequence of the two changes what comes out: an
-- order that left stays out, whatever comes later.
--
-- A generation is four keys: taken, returned (bitmaps by order id), spenders, sellers (sorted sets). The live one gets
-- every event; the next one, while it is being built, too. A builder writes to the next one alone, and only as long as
-- it is still its own.
--
-- Scores are negative, so that the plain order of a sorted set is: the most first, equals by id.
--
-- KEYS: the four of live, the four of next, the next one's token.
-- ARGV: 'event' or the builder's token; 'take' or 'return'; order id; user; cents; then product, units, product, ...
local id = ARGV[3]

local function add(set, member, score)
    if tonumber(redis.call('ZINCRBY', set, score, member)) == 0 then redis.call('ZREM', set, member) end
end

local function count(first, sign)
    add(KEYS[first + 2], ARGV[4], sign * tonumber(ARGV[5]))
    for i = 6, #ARGV, 2 do add(KEYS[first + 3], ARGV[i], sign * tonumber(ARGV[i + 1])) end
end

local function apply(first)
    local was_taken = redis.call('SETBIT', KEYS[first], id, 1) == 1
    if ARGV[2] == 'take' then
        if not was_taken then count(first, -1) end
    elseif redis.call('SETBIT', KEYS[first + 1], id, 1) == 0 and was_taken then
        count(first, 1)
    end
end

local token = redis.call('GET', KEYS[9])
if ARGV[1] == 'event' then
    apply(1)
    if token then apply(5) end
    return 1
end
if token ~= ARGV[1] then return 0 end
apply(5)
return 1
