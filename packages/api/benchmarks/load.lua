-- What is sent comes from the environment; what it took goes to the standard output as one line of JSON.
wrk.method = os.getenv("LOAD_METHOD")
wrk.headers["X-API-Key"] = os.getenv("LOAD_KEY")
local file = os.getenv("LOAD_BODY")
if file ~= "" then
  wrk.body = io.open(file, "rb"):read("*a")
  wrk.headers["Content-Type"] = "application/json"
end

local pause = tonumber(os.getenv("LOAD_PAUSE_MS"))
if pause > 0 then
  function delay()
    return math.random(0, 2 * pause)  -- or all clients would ask at the same moment
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "median_ms": %f, "slow_ms": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
