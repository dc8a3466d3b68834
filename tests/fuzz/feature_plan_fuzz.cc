// A feature plan as a bundle stores it: refused, or a plan that is written and read again unchanged
// and gives every row its features.
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/features/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const auto json = Json::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const auto plan = FeaturePlan::FromJson(*json);
  if (!plan) {
    FAIRLINE_CHECK(!plan.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = plan->ToJson().Dump();
  const auto again = FeaturePlan::FromJson(Json::Parse(text).value());
  FAIRLINE_CHECK(again.has_value() && again->ToJson().Dump() == text, "a plan reads back");

  std::vector<double> features(plan->size()), same(plan->size());
  for (const double value : {0.0, -3.5, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> raw(plan->signature().size(), value);
    plan->Apply(raw, features);
    again->Apply(raw, same);
    for (size_t i = 0; i < features.size(); ++i) {
      const bool equal = features[i] == same[i] || (std::isnan(features[i]) && std::isnan(same[i]));
      FAIRLINE_CHECK(equal, "the same features");
    }
  }
  return 0;
}
