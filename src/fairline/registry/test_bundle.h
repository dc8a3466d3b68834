// A small bundle for tests: two trees over amount, employment, income and contract type, with every
// role and kind of field a signature can have.
#pragma once

#include <string>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/core/hash.h"
#include "fairline/models/bundle.h"
#include "fairline/models/lightgbm_text.h"

namespace fairline {

inline constexpr std::string_view kTestModelText = R"(tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=3
objective=binary sigmoid:1
feature_names=AMOUNT DAYS_EMPLOYED INCOME CONTRACT
feature_infos=[0:1000000] [-20000:0] [0:500000] [0:1]

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
split_gain=10 5
threshold=300000 -1000
decision_type=10 10
left_child=-1 -2
right_child=1 -3
leaf_value=-1.7 -0.3 1.1
leaf_weight=50 30 20
leaf_count=500 300 200
internal_value=0 0.26
internal_weight=100 50
internal_count=1000 500
is_linear=0
shrinkage=1


Tree=1
num_leaves=3
num_cat=0
split_feature=2 3
split_gain=8 3
threshold=100000 0.5
decision_type=8 8
left_child=1 -1
right_child=-2 -3
leaf_value=0.7 -0.9 0.15
leaf_weight=20 60 20
leaf_count=200 600 200
internal_value=0 0.42
internal_weight=100 40
internal_count=1000 400
is_linear=0
shrinkage=1


end of trees

feature_importances:
AMOUNT=1

parameters:
end of parameters

pandas_categorical:null
)";

inline Signature TestSignature() {
  const auto numeric = [](std::string name, FieldRole role) {
    Field field;
    field.name = std::move(name);
    field.role = role;
    return field;
  };
  const auto beside = [](Field field) {
    field.required = false;
    field.is_model_input = false;
    return field;
  };
  std::vector<Field> fields;
  fields.push_back(beside(numeric("ID", FieldRole::kId)));
  fields.push_back(numeric("AMOUNT", FieldRole::kAmount));
  Field employed = numeric("DAYS_EMPLOYED", FieldRole::kFeature);
  employed.minimum = -20000;
  employed.maximum = 0;
  employed.missing_values = {365243};
  fields.push_back(employed);
  Field income = numeric("INCOME", FieldRole::kFeature);
  income.required = false;
  fields.push_back(income);
  Field contract = numeric("CONTRACT", FieldRole::kFeature);
  contract.type = ColumnType::kCategorical;
  contract.vocabulary = {"Cash loans", "Revolving loans"};
  fields.push_back(contract);
  Field gender = beside(numeric("GENDER", FieldRole::kProtected));
  gender.type = ColumnType::kCategorical;
  gender.vocabulary = {"F", "M"};
  fields.push_back(gender);
  fields.push_back(beside(numeric("COMMENT", FieldRole::kIgnored)));
  return Signature(std::move(fields));
}

/// Different seeds give bundles of different digests that score alike.
inline ModelBundle TestBundle(int seed = 0) {
  ModelBundle bundle;
  bundle.model_text = kTestModelText;
  auto model = ParseLightGbmModel(bundle.model_text);
  FAIRLINE_CHECK(model, "the test model parses");
  bundle.model = *std::move(model);
  auto plan = FeaturePlan::Compile(TestSignature(), {}, CategoricalHandling::kOrdinal);
  FAIRLINE_CHECK(plan, "the test plan compiles");
  bundle.plan = *std::move(plan);
  bundle.calibrator = Calibrator::Platt(0.9, -0.2);
  bundle.cut_off = CutOff{0.5, ProbabilityKind::kPd, "fixed", Sha256Hex(bundle.model_text), {}};
  bundle.reason_groups = {{"R1", "Credit amount", {"AMOUNT"}},
                          {"R2", "Time in employment", {"DAYS_EMPLOYED"}},
                          {"R3", "Income", {"INCOME"}},
                          {"R4", "Kind of contract", {"CONTRACT"}}};
  bundle.references = {"path_dependent_tree_shap",
                       "log_odds",
                       {{"all", "all test rows", 1000, {0.1, 0.05, -0.02, 0.01}}}};
  bundle.lineage["seed"] = seed;
  return bundle;
}

inline BundleFiles TestBundleFiles(int seed = 0) {
  auto files = WriteBundle(TestBundle(seed));
  FAIRLINE_CHECK(files, "the test bundle is valid");
  return *std::move(files);
}

}  // namespace fairline
