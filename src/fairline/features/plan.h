// A compiled feature plan: raw row -> model inputs. The one place where features are computed, in
// training, batch and serving alike; a row's features never depend on other rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/definitions.h"
#include "fairline/features/signature.h"

namespace fairline {

/// How categories become numbers. kOrdinal: the vocabulary index as an ordered number. kNative: the
/// same index, split by LightGBM as a set. A category that training did not see counts as missing.
enum class CategoricalHandling { kOrdinal, kNative };
std::string_view CategoricalHandlingName(CategoricalHandling handling);  // "ordinal", "native"
Result<CategoricalHandling> ParseCategoricalHandling(std::string_view name);

/// What to do about model inputs that are known only after the decision. A plan that allows them is
/// for study: the registry takes no such model.
enum class PostDecision { kRefused, kAllowed };

/// One model input.
struct Feature {
  std::string name;
  bool categorical = false;                                // kNative handling
  Availability availability = Availability::kApplication;  // the latest of its inputs
  std::vector<std::string> inputs;                         // raw fields it is computed from
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
  /// and listed. Inputs available only after the decision are refused by name unless allowed. The
  /// set's missing values join those of the fields.
  static Result<FeaturePlan> Compile(const Signature& signature, const FeatureSet& set,
                                     CategoricalHandling handling,
                                     PostDecision post_decision = PostDecision::kRefused);
  /// Every model input of the signature as it is; a categorical one is an error that names it.
  static Result<FeaturePlan> Identity(const Signature& signature,
                                      PostDecision post_decision = PostDecision::kRefused);

  const Signature& signature() const { return signature_; }
  const std::vector<Feature>& features() const { return features_; }
  const std::vector<LeftOut>& left_out() const { return left_out_; }
  /// The fields it learns from though they are known only after the decision; none unless allowed.
  const std::vector<std::string>& post_decision() const { return post_decision_; }
  size_t size() const { return features_.size(); }

  /// `raw`: signature().size() numbers (see RawRow). `features`: size() numbers, NaN missing.
  void Apply(std::span<const double> raw, std::span<double> features) const;

  Json ToJson() const;
  static Result<FeaturePlan> FromJson(const Json& json);

 private:
  // Where a model input that is a raw field comes from.
  struct RawInput {
    size_t field = 0;
    bool categorical = false;
    std::vector<double> missing_values;
  };
  // A definition with positions in the feature row for names.
  struct Derived {
    FeatureDefinition definition;
    std::vector<uint32_t> inputs;
  };
  friend class PlanCompiler;  // compiler.cc

  Signature signature_;
  CategoricalHandling handling_ = CategoricalHandling::kOrdinal;
  std::vector<Feature> features_;
  std::vector<LeftOut> left_out_;
  std::vector<std::string> post_decision_;
  // Together as long as features_, in the same order.
  std::vector<RawInput> raw_inputs_;
  std::vector<Derived> derived_;
};

}  // namespace fairline
