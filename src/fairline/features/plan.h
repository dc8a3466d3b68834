// A compiled feature plan: raw row -> model inputs. The one place where features are computed, in
// training, batch and serving alike; a row's features never depend on other rows.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/definitions.h"
#include "fairline/features/signature.h"

namespace fairline {

/// How categories become numbers. kOrdinal: the vocabulary index as an ordered number. kNative: the
/// same index, split by LightGBM as a set. A category that training did not see counts as missing.
enum class CategoricalHandling { kOrdinal, kNative };

/// One model input.
struct Feature {
  std::string name;
  bool categorical = false;         // kNative handling
  Availability availability = Availability::kApplication;  // the latest of its inputs
  std::vector<std::string> inputs;  // raw fields it is computed from
};

/// A definition that was not compiled, and why ("already a column", "input X is absent").
struct LeftOut {
  std::string name;
  std::string reason;
};

class FeaturePlan {
 public:
  /// Model inputs are the signature's input fields in order, then the definitions that apply, in
  /// order. A definition whose name is already a column, or whose inputs are absent, is left out
  /// and listed. Inputs available only after the decision are refused by name.
  static Result<FeaturePlan> Compile(Signature signature,
                                     const std::vector<FeatureDefinition>& definitions,
                                     CategoricalHandling handling);
  /// Every numeric model input of the signature as it is.
  static Result<FeaturePlan> Identity(Signature signature);

  const Signature& signature() const { return signature_; }
  const std::vector<Feature>& features() const { return features_; }
  const std::vector<LeftOut>& left_out() const { return left_out_; }
  size_t size() const { return features_.size(); }

  /// `raw`: signature().size() numbers (see RawRow). `features`: size() numbers, NaN missing.
  void Apply(std::span<const double> raw, std::span<double> features) const;

  Json ToJson() const;
  static Result<FeaturePlan> FromJson(const Json& json);

 private:
  Signature signature_;
  std::vector<FeatureDefinition> definitions_;  // those compiled
  CategoricalHandling handling_ = CategoricalHandling::kOrdinal;
  std::vector<Feature> features_;
  std::vector<LeftOut> left_out_;
  // The compiled form is the implementer's: see plan.cc.
};

}  // namespace fairline
