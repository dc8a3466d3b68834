// A training configuration and its data, as named on the command line.
#pragma once

#include <string>

#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/features/plan.h"
#include "fairline/training/config.h"

namespace fairline {

/// Reads the configuration, and the definition file that its `features` names, which is looked for
/// beside the configuration.
Result<TrainingConfig> ReadTrainingConfig(const std::string& path);

/// Tells on stderr which definitions were left out, and why.
void PrintLeftOut(const FeaturePlan& plan);

}  // namespace fairline
