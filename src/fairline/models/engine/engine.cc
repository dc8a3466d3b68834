#include "fairline/models/engine/engine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <vector>

namespace fairline {
namespace {

constexpr std::string_view kNames[] = {"reference", "portable", "avx2", "avx512"};

bool RunsHere(Engine engine) {
#if defined(__x86_64__)
  if (engine == Engine::kAvx2) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
  if (engine == Engine::kAvx512) {  // what cmake/modules.cmake compiles the kernels for
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
  }
#endif
  return engine <= Engine::kPortable;
}

}  // namespace

std::string_view EngineName(Engine engine) { return kNames[static_cast<size_t>(engine)]; }

std::span<const Engine> Engines() {
  static const auto engines = [] {
    std::vector<Engine> runs_here;
    for (size_t i = std::size(kNames); i-- > 0;) {
      if (RunsHere(static_cast<Engine>(i))) runs_here.push_back(static_cast<Engine>(i));
    }
    return runs_here;
  }();
  return engines;
}

namespace {
std::atomic<Engine> default_engine = FastestEngine();
}

Engine DefaultEngine() { return default_engine; }

void SetDefaultEngine(Engine engine) { default_engine = engine; }

Result<Engine> ParseEngine(std::string_view name) {
  if (name == "auto") return FastestEngine();
  const auto found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("there is no engine \"{}\": choose auto or one of {}", name,
                            fmt::join(kNames, ", ")));
  }
  const auto engine = static_cast<Engine>(found - kNames);
  if (RunsHere(engine)) return engine;
  return Fail(ErrorCode::kUnsupported,
              fmt::format("this processor does not run the engine \"{}\"", name));
}

}  // namespace fairline
