// Differences are added in the order of the group's features, so that a record's reasons replay.
#include "fairline/explain/reasons.h"

#include <algorithm>
#include <unordered_map>

#include "fairline/core/check.h"
#include "fairline/explain/reason_groups.h"

namespace fairline {

std::string_view ReasonPopulation(const ModelBundle& bundle) {
  return bundle.references.Find("at_cutoff") != nullptr ? "at_cutoff" : "all";
}

ReasonFinder::ReasonFinder(const ModelBundle& bundle, std::string_view population) {
  const auto* reference =
      bundle.references.Find(population.empty() ? ReasonPopulation(bundle) : population);
  if (reference == nullptr) return;
  means_ = reference->mean;
  std::unordered_map<std::string_view, size_t> places;
  for (const Feature& feature : bundle.plan.features()) names_.push_back(feature.name);
  for (size_t i = 0; i < names_.size(); ++i) places.emplace(names_[i], i);
  for (ReasonGroup& group : CompleteGroups(bundle.reason_groups, names_)) {
    Group& made = groups_.emplace_back(std::move(group.code), std::move(group.text));
    for (const std::string& feature : group.features) made.features.push_back(places.at(feature));
  }
}

std::vector<Reason> ReasonFinder::Adverse(std::span<const double> attributions,
                                          size_t count) const {
  if (means_.empty()) return {};
  FAIRLINE_CHECK(attributions.size() == means_.size() && means_.size() == names_.size(),
                 "one attribution and one mean per model feature");
  std::vector<double> differences(attributions.size());
  for (size_t i = 0; i < differences.size(); ++i) differences[i] = attributions[i] - means_[i];

  struct Ranked {
    const Group* group;
    double difference;
  };
  std::vector<Ranked> ranked;
  for (const Group& group : groups_) {
    double difference = 0;
    for (const size_t feature : group.features) difference += differences[feature];
    if (difference > 0) ranked.push_back({&group, difference});
  }
  std::ranges::stable_sort(ranked, std::greater(), &Ranked::difference);
  if (ranked.size() > count) ranked.resize(count);

  std::vector<Reason> reasons;
  for (const auto& [group, difference] : ranked) {
    const int rank = static_cast<int>(reasons.size()) + 1;
    Reason& reason = reasons.emplace_back(rank, group->code, group->text, difference);
    std::vector<size_t> strongest_first = group->features;
    std::ranges::stable_sort(strongest_first, std::greater(),
                             [&](size_t feature) { return differences[feature]; });
    for (const size_t feature : strongest_first) reason.features.push_back(names_[feature]);
  }
  return reasons;
}

}  // namespace fairline
