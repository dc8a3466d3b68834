// The validation report as one self-contained HTML page: style and charts are inside, nothing is
// fetched, no script runs.
#pragma once

#include <string>

#include "fairline/core/json.h"

namespace fairline {

struct ReportInput {
  Json report;        // ModelBundle::report
  Json lineage;       // ModelBundle::lineage
  std::string name;   // "credit 3"
  std::string stage;  // "Production"; empty when not registered
  std::string registered_at;
  std::string bundle_digest;
};

/// The same input gives the same bytes. What the report does not hold (older bundles, imports
/// without data) is said in its place, with the way to get it.
std::string ReportPage(const ReportInput& input);

}  // namespace fairline
