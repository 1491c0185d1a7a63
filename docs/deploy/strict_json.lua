-- Refuses JSON that names what the contract does not know, before Envoy turns it into gRPC: Envoy would leave it out without a
-- word, and a misspelt fact would be a missing one. `make proxy` writes this below the tables `methods` (path patterns and the
-- message that each takes) and `messages` (the names of each, and what stands below them: a message, or `true` for anything).
local DEEPEST = 100

local function fail(message)
  error({told = message}, 0)
end

-- A reader of one text. Envoy's own is lenient (names without quotes, or twice), so what is not JSON is refused here.
local function reader(text)
  local at = 1

  local function peek()
    at = text:find("[^ \t\r\n]", at) or #text + 1
    return text:sub(at, at)
  end

  local function expect(character)
    if peek() ~= character then fail("the body is no JSON") end
    at = at + 1
  end

  local function word()
    expect('"')
    local from, look = at, at
    while true do
      local stop = text:find('[%z\1-\31"\\]', look)
      if stop and text:sub(stop, stop) == '"' then
        at = stop + 1
        return text:sub(from, stop - 1)
      end
      if not (stop and text:find('^\\["\\/bfnrtu]', stop)) then fail("the body is no JSON") end
      look = stop + 2
    end
  end

  local function plain()
    local _, stop = text:find("^[-+.%w]+", at)
    if not stop then fail("the body is no JSON") end
    at = stop + 1
  end

  local value

  -- Several, separated by commas, up to the character that closes them.
  local function several(open, close, one)
    expect(open)
    if peek() ~= close then
      one()
      while peek() == "," do
        at = at + 1
        one()
      end
    end
    expect(close)
  end

  -- `names`: what an object may hold; `true`: anything. `path`: where it stands.
  value = function(names, path, depth)
    if depth > DEEPEST then fail("the body is nested too deeply") end
    local first = peek()
    if first == "{" then
      local seen = {}
      several("{", "}", function()
        local name = word()
        local below = names == true or names[name] or names["*"]
        local place = path == "" and name or path .. "." .. name
        if not below then fail(place:gsub("[^%w_.]", "?") .. ": there is no such name") end
        -- Both spellings of a name are one; where any name may stand, each is its own.
        local one = names ~= true and names[name] and name:gsub("_", ""):lower() or name
        if seen[one] then fail(place:gsub("[^%w_.]", "?") .. ": is given twice") end
        seen[one] = true
        expect(":")
        value(below == true or messages[below] or below, place, depth + 1)
      end)
    elseif first == "[" then
      several("[", "]", function() value(names, path, depth + 1) end)
    elseif first == '"' then
      word()
    else
      plain()
    end
  end

  return function(names)
    value(names, "", 0)
    if peek() ~= "" then fail("the body is no JSON") end
  end
end

local function taken_by(path)
  for pattern, message in pairs(methods) do
    if path:find(pattern) then return messages[message] end
  end
end

-- What is not surely gRPC, and not surely without a body, is read here or refused: nothing else may turn it into gRPC. Envoy
-- puts what is said into JSON, as everything else that it says (local_reply_config).
function envoy_on_request(handle)
  local headers = handle:headers()
  local kind = headers:get("content-type") or ""
  if kind == "application/grpc" or kind:find("^application/grpc%+") or headers:get(":method") == "GET" then return end
  local path = headers:get(":path"):gsub("%?.*", "")
  local names = taken_by(path)
  if not names then return handle:respond({[":status"] = "404"}, "no such method") end
  local body = handle:body()
  if not body or body:length() == 0 then return end
  local fine, problem = pcall(reader(body:getBytes(0, body:length())), names)
  if not fine then
    handle:respond({[":status"] = "400"}, type(problem) == "table" and problem.told or "the body cannot be read")
  end
end
