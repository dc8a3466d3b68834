// The Arrow plug-in, opened on first use.
#pragma once

#include "fairline/core/result.h"
#include "fairline/data/arrow_plugin.h"

namespace fairline {

/// kUnsupported when it is not installed, or in a build with sanitizers, which cannot open it.
Result<const FairlineArrowApi*> ArrowApi();

}  // namespace fairline
