// Errors on a terminal: the most important line comes last, where the eye is.
#include "fairline/cli/failure.h"

#include <fmt/core.h>

#include "fairline/cli/output.h"

namespace fairline {

std::unexpected<Failure> UsageError(std::string message, std::string hint) {
  Failure failure(Error{ErrorCode::kInvalidArgument, std::move(message), {}, {}}, std::move(hint));
  failure.exit_code = ExitCode::kUsage;
  return std::unexpected(std::move(failure));
}

void PrintFailure(const Failure& failure) {
  const Error& error = failure.error;
  const bool has_detail = !error.detail.empty() && error.detail != error.message;
  std::string text = fmt::format("{} {}{}\n", Paint(Style::kError, "fairline:"), error.message,
                                 has_detail ? fmt::format(" ({})", error.detail) : "");
  for (const auto& fault : error.faults) {
    // Readers that list faults also put them into the message; say each once.
    if (error.message.find(fault.message) != std::string::npos) continue;
    text += fmt::format("  {}: {}\n", fault.field, fault.message);
  }
  if (!failure.hint.empty()) {
    text += fmt::format("{} {}\n", Paint(Style::kHint, "hint:"), failure.hint);
  }
  PrintNote(text);
}

}  // namespace fairline
