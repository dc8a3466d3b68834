// LightGBM's C interface with owners and errors: one data set, one booster. Every training is
// reproducible: fixed seeds, `deterministic` and row-wise histograms, whatever the thread count.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

/// The library that is linked (setup/lightgbm.lock).
inline constexpr std::string_view kLightGbmVersion = "4.7.0";

/// Rows of model inputs: row-major, `names.size()` columns, NaN missing.
struct LightGbmRows {
  std::span<const double> values;
  const std::vector<std::string>& names;
  std::span<const double> target;   // 0 or 1, one per row
  std::span<const double> weights;  // one per row, or empty for equal weights
};

/// `parameters` are LightGBM's, as in `max_bin=63 seed=1`. The same ones go to the booster.
class LightGbmDataset {
 public:
  /// The values are copied into bins. `reference`: the training data whose bins a validation set
  /// must use, or nullptr. kInvalidArgument with LightGBM's words when it refuses.
  static Result<LightGbmDataset> Create(const LightGbmRows& rows, const std::string& parameters,
                                        const LightGbmDataset* reference);

 private:
  friend class LightGbmBooster;
  struct Free {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Free> handle_;
};

class LightGbmBooster {
 public:
  /// The data must outlive the booster.
  static Result<LightGbmBooster> Create(const LightGbmDataset& train,
                                        const std::string& parameters);
  Status AddValidation(const LightGbmDataset& validation);

  /// Adds one tree. False when no split is left that helps.
  Result<bool> Boost();
  /// The metric on the validation data, after the trees so far.
  Result<double> ValidationMetric() const;
  /// The model file with the first `rounds` trees.
  Result<std::string> ModelText(int rounds) const;

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Free> handle_;
};

}  // namespace fairline
