// A model version as `--json` shows it (docs/reference/cli.md).
#pragma once

#include "fairline/core/json.h"
#include "fairline/registry/registry.h"

namespace fairline {

Json VersionJson(const ModelVersion& version);

}  // namespace fairline
