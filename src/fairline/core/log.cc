// spdlog writes whole lines to stderr from any thread; the line itself is built as our Json, so
// nothing that a field holds can break it.
#include "fairline/core/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

std::string_view LevelName(LogLevel level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<size_t>(level)];
}

spdlog::logger& Logger() {
  // Never destroyed: threads may log until the process is gone.
  static auto* const logger = [] {
    auto* made = new spdlog::logger("fairline", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(SpdlogLevel(LogLevel::kInfo));
    return made;
  }();
  return *logger;
}

void Log(LogLevel level, std::string_view event, Json::Object fields) {
  if (!Logger().should_log(SpdlogLevel(level))) return;
  Json::Object line = {{"time", FormatTimestamp(SystemClock().NowMicros())},
                       {"level", LevelName(level)},
                       {"event", event}};
  std::ranges::move(fields, std::back_inserter(line));
  const std::string text = Json(std::move(line)).Dump();
  Logger().log(SpdlogLevel(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace

Result<LogLevel> ParseLogLevel(std::string_view name) {
  using enum LogLevel;
  for (const LogLevel level : {kDebug, kInfo, kWarning, kError}) {
    if (LevelName(level) == name) return level;
  }
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("log.level: \"{}\" is not debug, info, warning or error", name));
}

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

void LogDebug(std::string_view event, Json::Object fields) {
  Log(LogLevel::kDebug, event, std::move(fields));
}

void LogInfo(std::string_view event, Json::Object fields) {
  Log(LogLevel::kInfo, event, std::move(fields));
}

void LogWarning(std::string_view event, Json::Object fields) {
  Log(LogLevel::kWarning, event, std::move(fields));
}

void LogError(std::string_view event, Json::Object fields) {
  Log(LogLevel::kError, event, std::move(fields));
}

void LogError(std::string_view event, const Error& error) {
  LogError(event, Json::Object{{"code", ErrorCodeName(error.code)},
                               {"message", error.message},
                               {"detail", error.detail}});
}

}  // namespace fairline
