// Differences are added in the order of the group's features, so that a record's reasons replay.
#include "fairline/explain/reasons.h"

#include <algorithm>
#include <unordered_map>

#include "fairline/core/check.h"
#include "fairline/explain/reason_groups.h"

namespace fairline {
namespace {

struct RankedGroup {
  const ReasonGroup* group;
  double difference;
};

/// Strongest first; equal ones stay in their order.
std::vector<std::string> StrongestFirst(
    const std::vector<std::string>& features,
    const std::unordered_map<std::string_view, double>& difference_of) {
  std::vector<std::string> ordered = features;
  std::ranges::stable_sort(ordered, std::greater(),
                           [&](const std::string& feature) { return difference_of.at(feature); });
  return ordered;
}

}  // namespace

std::vector<Reason> AdverseReasons(const ModelBundle& bundle, std::span<const double> attributions,
                                   std::string_view population, size_t count) {
  const auto* reference = bundle.references.Find(population);
  if (reference == nullptr) return {};
  const auto& features = bundle.plan.features();
  FAIRLINE_CHECK(
      attributions.size() == features.size() && reference->mean.size() == features.size(),
      "one attribution and one mean per model feature");

  std::unordered_map<std::string_view, double> difference_of;
  std::vector<std::string> names;
  for (size_t i = 0; i < features.size(); ++i) {
    difference_of[features[i].name] = attributions[i] - reference->mean[i];
    names.push_back(features[i].name);
  }
  const std::vector<ReasonGroup> groups = CompleteGroups(bundle.reason_groups, names);
  std::vector<RankedGroup> ranked;
  for (const ReasonGroup& group : groups) {
    double difference = 0;
    for (const std::string& feature : group.features) difference += difference_of.at(feature);
    if (difference > 0) ranked.push_back({&group, difference});
  }
  std::ranges::stable_sort(ranked, std::greater(), &RankedGroup::difference);

  std::vector<Reason> reasons;
  for (const auto& [group, difference] : ranked) {
    if (reasons.size() == count) break;
    reasons.push_back({static_cast<int>(reasons.size()) + 1, group->code, group->text, difference,
                       StrongestFirst(group->features, difference_of)});
  }
  return reasons;
}

std::string_view ReasonPopulation(const ModelBundle& bundle) {
  return bundle.references.Find("at_cutoff") != nullptr ? "at_cutoff" : "all";
}

}  // namespace fairline
