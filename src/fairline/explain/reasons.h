// Reasons for a decision: which factors pushed this applicant's score furthest towards default,
// compared with a stated population (Reg B commentary 9(b)(2)-5: furthest below the average).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/models/bundle.h"

namespace fairline {

struct Reason {
  int rank = 0;  // from 1
  std::string code;
  std::string text;
  double difference = 0;              // attribution minus reference mean, summed over the group
  std::vector<std::string> features;  // of the group, the strongest first
};

/// Whom reasons compare with: applicants at the cut-off where the bundle knows them, which is the
/// nearest approval, else all.
std::string_view ReasonPopulation(const ModelBundle& bundle);

/// Finds reasons for decisions of one bundle, which may be dropped afterwards.
class ReasonFinder {
 public:
  /// Compares with ReasonPopulation(bundle), or with the one named.
  explicit ReasonFinder(const ModelBundle& bundle, std::string_view population = {});

  /// The groups with the largest positive differences, at most `count`, ties by the groups' order.
  /// `attributions`: one per model feature. A feature that the bundle's groups leave out is a group
  /// of its own. No reference values of that population in the bundle: an empty list, no reason is
  /// invented.
  std::vector<Reason> Adverse(std::span<const double> attributions, size_t count) const;

 private:
  struct Group {
    std::string code, text;
    std::vector<size_t> features;
  };

  std::vector<std::string> names_;  // of the model's features
  std::vector<double> means_;       // empty: no reference values
  std::vector<Group> groups_;
};

}  // namespace fairline
