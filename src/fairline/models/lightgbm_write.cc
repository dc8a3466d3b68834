// The keys that LightGBM 4 writes and asks for. Nodes keep their preorder: LightGBM follows the
// child numbers, whatever their order.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fairline/core/check.h"
#include "fairline/models/lightgbm_text.h"

namespace fairline {
namespace {

// decision_type of a numeric test whose missing values are NaN, which go right or left.
constexpr int kMissingRight = 8;
constexpr int kMissingLeft = 10;

/// A line `key=` with what `of` says of each item.
template <typename Items, typename Of>
void AddList(std::string& text, std::string_view key, const Items& items, Of of) {
  text += key;
  char separator = '=';
  for (const auto& item : items) {
    fmt::format_to(std::back_inserter(text), "{}{}", separator, of(item));
    separator = ' ';
  }
  text += '\n';
}

double Itself(double number) { return number; }

std::string TreeText(const Tree& tree, size_t index) {
  std::string text =
      fmt::format("Tree={}\nnum_leaves={}\nnum_cat=0\n", index, tree.leaf_values.size());
  if (!tree.nodes.empty()) {
    const auto& nodes = tree.nodes;
    AddList(text, "split_feature", nodes, [](const TreeNode& node) { return node.feature; });
    AddList(text, "split_gain", nodes, [](const TreeNode&) { return 0; });
    AddList(text, "threshold", nodes, [](const TreeNode& node) { return node.threshold; });
    AddList(text, "decision_type", nodes,
            [](const TreeNode& node) { return node.default_left ? kMissingLeft : kMissingRight; });
    AddList(text, "left_child", nodes, [](const TreeNode& node) { return node.left; });
    AddList(text, "right_child", nodes, [](const TreeNode& node) { return node.right; });
  }
  AddList(text, "leaf_value", tree.leaf_values, Itself);
  if (!tree.nodes.empty()) {
    const auto cover = [](const TreeNode& node) { return node.cover; };
    AddList(text, "leaf_weight", tree.leaf_covers, Itself);
    AddList(text, "leaf_count", tree.leaf_covers, Itself);
    AddList(text, "internal_value", tree.nodes, [](const TreeNode&) { return 0; });
    AddList(text, "internal_weight", tree.nodes, cover);
    AddList(text, "internal_count", tree.nodes, cover);
  }
  return text + "is_linear=0\nshrinkage=1\n\n\n";
}

}  // namespace

std::string WriteLightGbmForest(const TreeEnsemble& model) {
  FAIRLINE_CHECK(model.probabilities, "other models have their own text");
  std::string trees;
  std::vector<size_t> sizes;
  for (size_t i = 0; i < model.trees.size(); ++i) {
    const std::string text = TreeText(model.trees[i], i);
    sizes.push_back(text.size());
    trees += text;
  }
  std::string header = fmt::format(
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
      "max_feature_idx={}\nobjective=regression\naverage_output\n",
      model.feature_names.size() - 1);
  AddList(header, "feature_names", model.feature_names, LightGbmFeatureName);
  AddList(header, "feature_infos", model.feature_names,
          [](const std::string&) { return "[-1e+308:1e+308]"; });
  AddList(header, "tree_sizes", sizes, [](size_t size) { return size; });
  return header + "\n" + trees + "end of trees\n";
}

}  // namespace fairline
