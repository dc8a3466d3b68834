// Errors on the wire. The one mapping from ErrorCode to HTTP status is here (its twin for exit
// codes is cli/exit_code.cc).
#pragma once

#include <string_view>

#include "fairline/core/result.h"
#include "fairline/server/http/message.h"

namespace fairline {

/// kProblem: RFC 9457 application/problem+json. kPlain: what callers of POST /predict expect,
/// {"error": "...", "fields": [{"field", "message"}]}, status 400 for every fault of the input.
enum class ErrorStyle { kProblem, kPlain };

/// A faulty field in well-formed JSON is 422 (kProblem), anything else kInvalidArgument is 400.
int HttpStatus(const Error& error, ErrorStyle style);

/// The reply for `error`, with Retry-After where trying again may help. Error::detail stays here.
Response ErrorResponse(const Error& error, ErrorStyle style, std::string_view request_id);

/// The same for a status that no ErrorCode stands for (405, 408, 415, 431 …); `code` names the
/// problem type: "method-not-allowed".
Response ErrorResponse(int status, std::string_view code, const Error& error, ErrorStyle style,
                       std::string_view request_id);
Response ErrorResponse(int status, std::string_view code, std::string_view message,
                       ErrorStyle style, std::string_view request_id);

}  // namespace fairline
