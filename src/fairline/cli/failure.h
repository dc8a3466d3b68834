// What a command ends with when it fails: the error, and the command that helps.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "fairline/cli/exit_code.h"
#include "fairline/core/result.h"

namespace fairline {

struct Failure {
  Error error;
  std::string hint;  // what to type or change next; empty when nobody knows
  ExitCode exit_code;

  // Implicit, so that FAIRLINE_TRY passes a module's error on as it is.
  Failure(Error error_in, std::string hint_in = {})  // NOLINT(google-explicit-constructor)
      : error(std::move(error_in)), hint(std::move(hint_in)), exit_code(ExitCodeOf(error.code)) {}
};

/// How a command ends.
using CommandResult = std::expected<ExitCode, Failure>;

/// A wrong command line.
std::unexpected<Failure> UsageError(std::string message, std::string hint = {});

/// Writes `fairline: what happened`, one line per field at fault, and `hint: …` last, to stderr.
void PrintFailure(const Failure& failure);

}  // namespace fairline
