#include "fairline/models/engine/step_tables.h"

#include <algorithm>

namespace fairline {
namespace {

double VotesFor(std::span<const Stump> stumps, double value) {
  double sum = 0;
  for (const Stump& stump : stumps) sum += Vote(stump, value);
  return sum;
}

}  // namespace

/// Which lines each feature has; false if they are too many.
bool StepTables::LayOut(const StumpEnsemble& model) {
  std::vector<std::vector<uint32_t>> places(model.feature_names.size());
  for (size_t bag = 0; bag < model.bags.size(); ++bag) {
    const auto line = static_cast<uint32_t>(bag / kBagsOfLine);
    for (const Stump& stump : model.bags[bag].stumps) {
      if (stump.feature < 0) continue;
      auto& of_feature = places[static_cast<size_t>(stump.feature)];
      if (of_feature.empty() || of_feature.back() != line) of_feature.push_back(line);
    }
  }
  size_t lines = 0;
  for (const StepIntervals::Feature& feature : intervals_.features()) {
    const auto& of_feature = places[feature.index];
    features_.push_back({lines, places_.size(), of_feature.size()});
    places_.insert(places_.end(), of_feature.begin(), of_feature.end());
    lines += of_feature.size() * feature.values.size();
    if (lines > kMostBytes / sizeof(BagLine)) return false;
  }
  lines_.resize(lines);
  constants_.resize((model.bags.size() + kBagsOfLine - 1) / kBagsOfLine);
  return true;
}

void StepTables::Fill(size_t bag, std::span<const Stump> by_feature) {
  const auto line = static_cast<uint32_t>(bag / kBagsOfLine);
  const size_t lane = bag % kBagsOfLine;
  ForEachFeature(by_feature, [&](int32_t index, std::span<const Stump> stumps) {
    if (index < 0) {
      constants_[line].of_bag[lane] = VotesFor(stumps, 0);
      return;
    }
    const size_t slot = intervals_.SlotOf(static_cast<uint32_t>(index));
    const Feature& feature = features_[slot];
    const auto places = std::span(places_).subspan(feature.first_place, feature.width);
    const auto before = std::ranges::lower_bound(places, line) - places.begin();
    BagLine* at = lines_.data() + feature.first_line + before;
    for (const double value : intervals_.features()[slot].values) {
      at->of_bag[lane] = VotesFor(stumps, value);
      at += feature.width;
    }
  });
}

std::optional<StepTables> StepTables::Make(const StumpEnsemble& model) {
  StepTables made(model);
  if (made.intervals_.terms() > StepIntervals::kMostTerms || !made.LayOut(model)) {
    return std::nullopt;
  }
  for (size_t bag = 0; bag < model.bags.size(); ++bag) made.Fill(bag, ByFeature(model.bags[bag]));
  return made;
}

void StepTables::Find(std::span<const double> row, std::span<BagTerms> terms) const {
  const auto intervals = intervals_.features();
  for (size_t i = 0; i < intervals.size(); ++i) {
    const Feature& feature = features_[i];
    const size_t line = feature.first_line + intervals_.Find(intervals[i], row) * feature.width;
    terms[i] = {lines_.data()[line].of_bag, places_.data() + feature.first_place, feature.width};
  }
}

}  // namespace fairline
