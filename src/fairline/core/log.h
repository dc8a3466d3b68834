// Log lines are JSON objects on stderr: time, level, event and the fields given. Never personal
// data: log ids, counts and durations.
#pragma once

#include <initializer_list>
#include <string_view>

#include "fairline/core/json.h"

namespace fairline {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// "debug", "info", "warning" or "error"; another name is kInvalidArgument.
Result<LogLevel> ParseLogLevel(std::string_view name);
/// Lines below `level` are dropped. The default is kInfo.
void SetLogLevel(LogLevel level);

/// `LogInfo("server.started", {{"port", 8000}});` The event is a dotted name.
void LogDebug(std::string_view event, Json::Object fields = {});
void LogInfo(std::string_view event, Json::Object fields = {});
void LogWarning(std::string_view event, Json::Object fields = {});
void LogError(std::string_view event, Json::Object fields = {});
/// Logs both messages of an error.
void LogError(std::string_view event, const Error& error);

}  // namespace fairline
