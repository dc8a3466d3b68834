// The one map from kinds of failure to exit codes.
#include "fairline/cli/exit_code.h"

namespace fairline {

ExitCode ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kPermissionDenied:
      return ExitCode::kNotAllowed;
    case ErrorCode::kCancelled:
      return ExitCode::kInterrupted;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kConflict:
    case ErrorCode::kTooLarge:
    case ErrorCode::kUnavailable:
    case ErrorCode::kDataLoss:
    case ErrorCode::kUnsupported:
    case ErrorCode::kInternal:
      return ExitCode::kNo;
  }
  return ExitCode::kNo;
}

}  // namespace fairline
