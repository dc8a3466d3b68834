// A small model text for tests: one numeric tree, one tree with a categorical split, one leaf
// alone.
#pragma once

#include <string>

namespace fairline {

inline std::string SampleModelText() {
  return R"(tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=2
objective=binary sigmoid:1
feature_names=income age region
feature_infos=[0:9] [18:90] -1:0:1:2:3
tree_sizes=314 283 229

Tree=0
num_leaves=4
num_cat=0
split_feature=0 1 0
split_gain=3 2 1
threshold=4.5 30 1.5
decision_type=10 8 2
left_child=2 -2 -1
right_child=1 -3 -4
leaf_value=0.5 -0.25 0.125 1
leaf_weight=1 1 1 1
leaf_count=10 20 30 40
internal_value=0 0 0
internal_weight=4 2 2
internal_count=100 50 50
is_linear=0
shrinkage=1


Tree=1
num_leaves=2
num_cat=1
split_feature=2
split_gain=1
threshold=0
decision_type=1
left_child=-1
right_child=-2
leaf_value=-2 2
leaf_weight=1 1
leaf_count=60 40
internal_value=0
internal_weight=2
internal_count=100
cat_boundaries=0 2
cat_threshold=10 1
is_linear=0
shrinkage=1


Tree=2
num_leaves=1
num_cat=0
split_feature=
split_gain=
threshold=
decision_type=
left_child=
right_child=
leaf_value=0.0625
leaf_weight=
leaf_count=100
internal_value=
internal_weight=
internal_count=
is_linear=0
shrinkage=1


end of trees

feature_importances:
income=2

parameters:
[boosting: gbdt]

end of parameters

pandas_categorical:null
)";
}

/// `text` with the first `from` made `to`; the text itself when there is none.
inline std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  if (const size_t at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

/// The same, as files without the lengths of their trees are: these may be changed.
inline std::string SampleModelWithoutSizes() {
  return Replaced(SampleModelText(), "tree_sizes=314 283 229\n", "");
}

}  // namespace fairline
