// One table of what may be set, one of what is set elsewhere and where.
#include "fairline/training/lightgbm_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace fairline {
namespace {

enum class Kind { kInteger, kNumber, kBoolean };

struct Parameter {
  std::string_view name;
  Kind kind;
  std::vector<std::string_view> aliases;
};

const std::vector<Parameter>& Parameters() {
  using enum Kind;
  static const std::vector<Parameter> kParameters = {
      {"num_iterations",
       kInteger,
       {"n_estimators", "num_boost_round", "num_trees", "num_rounds", "num_iteration"}},
      {"num_threads", kInteger, {"n_jobs", "num_thread", "nthread"}},
      {"learning_rate", kNumber, {"eta", "shrinkage_rate"}},
      {"num_leaves", kInteger, {"max_leaves", "max_leaf_nodes"}},
      {"max_depth", kInteger, {}},
      {"min_data_in_leaf", kInteger, {"min_child_samples", "min_samples_leaf"}},
      {"min_sum_hessian_in_leaf", kNumber, {"min_child_weight"}},
      {"bagging_fraction", kNumber, {"subsample"}},
      {"bagging_freq", kInteger, {"subsample_freq"}},
      {"pos_bagging_fraction", kNumber, {}},
      {"neg_bagging_fraction", kNumber, {}},
      {"feature_fraction", kNumber, {"colsample_bytree"}},
      {"feature_fraction_bynode", kNumber, {"colsample_bynode"}},
      {"extra_trees", kBoolean, {}},
      {"max_delta_step", kNumber, {}},
      {"lambda_l1", kNumber, {"reg_alpha"}},
      {"lambda_l2", kNumber, {"reg_lambda"}},
      {"min_gain_to_split", kNumber, {"min_split_gain"}},
      {"path_smooth", kNumber, {}},
      {"max_bin", kInteger, {}},
      {"min_data_in_bin", kInteger, {}},
      {"bin_construct_sample_cnt", kInteger, {"subsample_for_bin"}},
      {"cat_smooth", kNumber, {}},
      {"cat_l2", kNumber, {}},
      {"max_cat_threshold", kInteger, {}},
      {"max_cat_to_onehot", kInteger, {}},
      {"min_data_per_group", kInteger, {}},
      {"boost_from_average", kBoolean, {}},
      {"enable_bundle", kBoolean, {}},
      {"zero_as_missing", kBoolean, {}},
  };
  return kParameters;
}

struct Refusal {
  std::string_view instead;
  std::vector<std::string_view> names;
};

const std::vector<Refusal>& Refusals() {
  static const std::vector<Refusal> kRefusals = {
      {"the objective is always binary", {"objective", "application", "app", "num_class"}},
      {"early stopping watches the log-loss of the validation fold", {"metric", "eval_metric"}},
      {"use `seed` of the configuration",
       {"seed", "random_state", "random_seed", "bagging_seed", "feature_fraction_seed",
        "data_random_seed", "extra_seed", "objective_seed"}},
      {"use `class_weight` of the configuration",
       {"class_weight", "is_unbalance", "unbalance", "scale_pos_weight"}},
      {"use `early_stopping_rounds` of the configuration",
       {"early_stopping_round", "early_stopping_rounds", "early_stopping"}},
      {"use `categorical` of the configuration", {"categorical_feature", "cat_feature"}},
      {"use `monotone` of the configuration",
       {"monotone_constraints", "mc", "monotone_constraint", "monotonic_cst",
        "monotone_constraints_method", "monotone_constraining_method", "mc_method"}},
      {"trainings are always reproducible",
       {"deterministic", "force_row_wise", "force_col_wise", "device", "device_type"}},
      {"only gradient-boosted trees with constant leaves are supported",
       {"boosting", "boosting_type", "boost", "linear_tree", "data_sample_strategy"}},
      {"messages of LightGBM appear at log level debug", {"verbosity", "verbose"}},
  };
  return kRefusals;
}

const Parameter* FindParameter(std::string_view name) {
  for (const Parameter& parameter : Parameters()) {
    if (parameter.name == name ||
        (std::ranges::find(parameter.aliases, name) != parameter.aliases.end())) {
      return &parameter;
    }
  }
  return nullptr;
}

std::string WhyRefused(std::string_view name) {
  for (const Refusal& refusal : Refusals()) {
    if ((std::ranges::find(refusal.names, name) != refusal.names.end())) {
      return fmt::format("cannot be set here: {}", refusal.instead);
    }
  }
  return "is not a LightGBM parameter that can be set here (docs/guides/train.md lists them)";
}

bool HasKind(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::kInteger:
      return value.is_integer();
    case Kind::kNumber:
      return value.is_number();
    case Kind::kBoolean:
      return value.is_bool();
  }
  return false;
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kInteger:
      return "a whole number";
    case Kind::kNumber:
      return "a number";
    case Kind::kBoolean:
      return "true or false";
  }
  return "";
}

/// Puts one checked parameter in its place, or says what is wrong with it.
std::string Assign(const Parameter& parameter, const Json& value, LightGbmParameters& parameters) {
  if (!HasKind(value, parameter.kind)) {
    return fmt::format("must be {}, not {}", KindName(parameter.kind), value.kind_name());
  }
  constexpr int64_t kMost = 1'000'000'000;
  if (parameter.kind == Kind::kInteger && (value.integer() > kMost || value.integer() < -kMost)) {
    return "is out of range";
  }
  if (parameter.name == "num_iterations") {
    if (value.integer() < 1) return "must be at least 1";
    parameters.max_rounds = static_cast<int>(value.integer());
  } else if (parameter.name == "num_threads") {
    // scikit-learn writes -1 for "all cores".
    parameters.num_threads = static_cast<int>(std::max<int64_t>(0, value.integer()));
  } else {
    parameters.Set(std::string(parameter.name), value.Dump());
  }
  return {};
}

}  // namespace

const std::string* LightGbmParameters::Find(std::string_view name) const {
  for (const auto& [key, value] : values) {
    if (key == name) return &value;
  }
  return nullptr;
}

void LightGbmParameters::Set(std::string name, std::string value) {
  const auto place =
      std::ranges::lower_bound(values, name, {}, &std::pair<std::string, std::string>::first);
  if (place != values.end() && place->first == name) {
    place->second = std::move(value);
  } else {
    values.emplace(place, std::move(name), std::move(value));
  }
}

LightGbmParameters DefaultLightGbmParameters() {
  LightGbmParameters parameters;
  parameters.values = {{"bagging_fraction", "0.8"}, {"bagging_freq", "1"},
                       {"lambda_l1", "1"},          {"lambda_l2", "10"},
                       {"learning_rate", "0.05"},   {"num_leaves", "15"}};
  return parameters;
}

Result<LightGbmParameters> ParseLightGbmParameters(const Json& map, const std::string& where) {
  LightGbmParameters parameters = DefaultLightGbmParameters();
  if (map.is_null()) return parameters;
  JsonReader reader(map, where);
  if (!map.is_object()) {
    FAIRLINE_TRY(reader.Finish());
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{} must be a map of parameters", where));
  }
  std::set<std::string_view> seen;
  for (const auto& [name, value] : map.object()) {
    reader.ValueOr(name);
    const Parameter* parameter = FindParameter(name);
    std::string fault;
    if (parameter == nullptr) {
      fault = WhyRefused(name);
    } else if (!seen.insert(parameter->name).second) {
      fault = fmt::format("is given twice: it is another name of {}", parameter->name);
    } else {
      fault = Assign(*parameter, value, parameters);
    }
    if (!fault.empty()) reader.Fault(name, fault);
  }
  FAIRLINE_TRY(reader.Finish());
  return parameters;
}

}  // namespace fairline
