// The way every fallible call answers: a value, or an Error that says what went wrong twice, once
// for the caller and once for the log. Exceptions stop at third-party edges.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairline {

/// Kinds of failure. Each maps once to an HTTP status (server/problem.cc) and once to an exit code
/// (cli/exit_code.cc): extend both when adding one here, and ErrorCodeName().
enum class ErrorCode {
  kInvalidArgument,     // the caller's input is wrong; says which field, line or flag
  kNotFound,            // no such thing
  kAlreadyExists,       // the name or key is taken
  kFailedPrecondition,  // the request is fine, the state is not (no cut-off bound, wrong stage)
  kConflict,            // two requests meet (idempotency key in flight)
  kPermissionDenied,    // not allowed
  kTooLarge,            // over a limit of core/limits.h
  kUnavailable,         // try again later (queue full, no model in Production, database gone)
  kDataLoss,            // stored bytes are not what was written (checksum, format)
  kUnsupported,         // understood, but not something we do (a linear tree, a newer format)
  kCancelled,           // stopped by the user or by shutdown
  kInternal,            // our fault
};

std::string_view ErrorCodeName(ErrorCode code);

/// One field of the caller's input that is at fault.
struct FieldFault {
  std::string field;
  std::string message;
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;             // for the caller: no paths, no SQL, no personal data
  std::string detail;              // for the log
  std::vector<FieldFault> faults;  // every field at fault, when the input had fields
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> Fail(ErrorCode code, std::string message, std::string detail = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(detail), {}});
}

}  // namespace fairline

/// `auto x = FAIRLINE_TRY(Fallible());` gives the value, or returns the error to the caller.
/// Works for Status too: `FAIRLINE_TRY(Check());`.
#define FAIRLINE_TRY(expression)                                  \
  ({                                                              \
    auto fairline_result = (expression);                          \
    if (!fairline_result) [[unlikely]]                            \
      return std::unexpected(std::move(fairline_result).error()); \
    *std::move(fairline_result);                                  \
  })
