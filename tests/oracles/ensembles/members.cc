#include "members.h"

#include <utility>

namespace fairline {
namespace {

Json RowsJson(const RowsByClass& rows) {
  Json both = Json::MakeArray();
  for (const std::vector<uint32_t>& of_class : rows) {
    Json list = Json::MakeArray();
    for (uint32_t row : of_class) list.Append(int64_t{row});
    both.Append(std::move(list));
  }
  return both;
}

Json StumpsJson(const StumpBag& bag) {
  Json stumps = Json::MakeArray();
  for (const Stump& stump : bag.stumps) {
    Json one = Json::MakeObject();
    one["feature"] = int64_t{stump.feature};
    one["threshold"] = stump.threshold;
    one["missing_left"] = stump.missing_left;
    one["votes"] = Json(Json::Array{stump.left_vote, stump.right_vote});
    one["covers"] = Json(Json::Array{stump.left_cover, stump.right_cover});
    stumps.Append(std::move(one));
  }
  return stumps;
}

Json NodesJson(const Tree& tree) {
  Json nodes = Json::MakeArray();
  for (const TreeNode& node : tree.nodes) {
    Json one = Json::MakeObject();
    one["feature"] = int64_t{node.feature};
    one["threshold"] = node.threshold;
    one["missing_left"] = node.default_left;
    one["children"] = Json(Json::Array{int64_t{node.left}, int64_t{node.right}});
    one["cover"] = node.cover;
    nodes.Append(std::move(one));
  }
  return nodes;
}

}  // namespace

Json MembersOf(const EasyEnsemble& made) {
  Json bags = Json::MakeArray();
  for (size_t bag = 0; bag < made.bag_rows.size(); ++bag) {
    Json one = Json::MakeObject();
    one["rows"] = RowsJson(made.bag_rows[bag]);
    one["stumps"] = StumpsJson(made.model.bags[bag]);
    bags.Append(std::move(one));
  }
  return bags;
}

Json MembersOf(const BalancedForest& made) {
  Json trees = Json::MakeArray();
  for (size_t tree = 0; tree < made.samples.size(); ++tree) {
    Json one = Json::MakeObject();
    one["rows"] = RowsJson(made.samples[tree].rows);
    one["times"] = RowsJson(made.samples[tree].times);
    one["nodes"] = NodesJson(made.model.trees[tree]);
    one["leaf_values"] = Json::ArrayOf(made.model.trees[tree].leaf_values);
    one["leaf_covers"] = Json::ArrayOf(made.model.trees[tree].leaf_covers);
    trees.Append(std::move(one));
  }
  return trees;
}

}  // namespace fairline
