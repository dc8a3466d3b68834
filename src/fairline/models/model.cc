#include "fairline/models/model.h"

#include <fmt/format.h>

#include "fairline/models/lightgbm_text.h"

namespace fairline {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

/// The format that a JSON document says it has; empty if none.
std::string FormatOf(std::string_view text) {
  const auto json = Json::Parse(text);
  const Json* format = json && json->is_object() ? json->Find("format") : nullptr;
  return format != nullptr && format->is_string() ? format->string() : std::string();
}

std::string WithThousands(int64_t count) {
  std::string text = fmt::format("{}", count);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

Tree TreeOf(const Stump& stump, double bags) {
  if (stump.feature < 0) return {.leaf_values = {stump.left_vote / bags}, .leaf_covers = {0}};
  const TreeNode node{.feature = stump.feature,
                      .default_left = stump.missing_left,
                      .missing = MissingType::kNan,
                      .threshold = stump.threshold,
                      .left = ~0,
                      .right = ~1,
                      .cover = stump.left_cover + stump.right_cover};
  return {.nodes = {node},
          .leaf_values = {stump.left_vote / bags, stump.right_vote / bags},
          .leaf_covers = {stump.left_cover, stump.right_cover}};
}

TreeEnsemble TreesOfStumps(const StumpEnsemble& ensemble) {
  TreeEnsemble trees{.feature_names = ensemble.feature_names};
  const auto bags = static_cast<double>(ensemble.bags.size());
  for (const StumpBag& bag : ensemble.bags) {
    for (const Stump& stump : bag.stumps) trees.trees.push_back(TreeOf(stump, bags));
  }
  return trees;
}

}  // namespace

Result<Model> ParseModel(std::string_view text) {
  if (!text.substr(0, text.find_first_not_of(" \t\r\n") + 1).ends_with('{')) {
    return ParseLightGbmModel(text);
  }
  const std::string format = FormatOf(text);
  if (format == kScorecardFormat) return ParseScorecard(text);
  return ParseStumpEnsemble(text);
}

const std::vector<std::string>& FeatureNames(const Model& model) {
  return std::visit([](const auto& each) -> const auto& { return each.feature_names; }, model);
}

Json DescribeModel(const Model& model) {
  Json json;
  std::visit(Overloaded{[&](const TreeEnsemble& trees) {
                          json["kind"] = trees.probabilities ? "random_forest" : "lightgbm";
                          json["trees"] = trees.trees.size();
                        },
                        [&](const StumpEnsemble& ensemble) {
                          size_t stumps = 0;
                          for (const StumpBag& bag : ensemble.bags) stumps += bag.stumps.size();
                          json["kind"] = "easy_ensemble";
                          json["bags"] = ensemble.bags.size();
                          json["stumps"] = stumps;
                        },
                        [&](const Scorecard& scorecard) {
                          json["kind"] = "scorecard";
                          json["characteristics"] = scorecard.characteristics.size();
                        }},
             model);
  return json;
}

std::string ModelWords(const Json& description) {
  const auto count = [&](std::string_view key) {
    const Json* value = description.Find(key);
    return value != nullptr && value->is_number() ? static_cast<int64_t>(value->number()) : 0;
  };
  const auto many = [&](std::string_view key) {
    return fmt::format("{} {}", WithThousands(count(key)), key);
  };
  const Json* kind = description.Find("kind");
  const std::string name = kind != nullptr && kind->is_string() ? kind->string() : "";
  if (name == "easy_ensemble") {
    return fmt::format("EasyEnsemble, {} with {}", many("bags"), many("stumps"));
  }
  if (name == "scorecard") return "Scorecard, " + many("characteristics");
  if (name == "random_forest") return "Random forest, " + many("trees");
  if (name == "balanced_random_forest") return "Balanced random forest, " + many("trees");
  return "LightGBM, " + many("trees");
}

Result<TreeEnsemble> TreesOf(const Model& model) {
  if (std::holds_alternative<Scorecard>(model)) {
    return Fail(ErrorCode::kUnsupported,
                "a scorecard is no sum of trees: what it adds for a feature is its points");
  }
  if (const auto* ensemble = std::get_if<StumpEnsemble>(&model)) return TreesOfStumps(*ensemble);
  TreeEnsemble trees = std::get<TreeEnsemble>(model);
  if (!trees.probabilities) return trees;
  const auto count = static_cast<double>(trees.trees.size());
  for (Tree& tree : trees.trees) {
    for (double& value : tree.leaf_values) value /= count;
  }
  return trees;
}

AttributionKind AttributionsOf(const Model& model) {
  return std::visit(
      Overloaded{[](const TreeEnsemble& trees) -> AttributionKind {
                   return {"path_dependent_tree_shap",
                           trees.probabilities ? "probability" : "log_odds"};
                 },
                 [](const StumpEnsemble&) -> AttributionKind {
                   return {"path_dependent_tree_shap", "mean_bag_margin"};
                 },
                 [](const Scorecard&) -> AttributionKind { return {"scorecard", "log_odds"}; }},
      model);
}

}  // namespace fairline
