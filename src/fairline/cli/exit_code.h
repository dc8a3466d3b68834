// Exit codes, the whole list (`fairline help exit-codes` prints it).
#pragma once

#include "fairline/core/result.h"

namespace fairline {

enum class ExitCode {
  kOk = 0,
  kNo = 1,          // the answer is no, or something the user gave or the machine has is at fault
  kUsage = 2,       // the command line is wrong
  kNotAllowed = 4,  // the user may not do this
  kInterrupted = 130,
};

ExitCode ExitCodeOf(ErrorCode code);

}  // namespace fairline
