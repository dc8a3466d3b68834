// Trains one ensemble and tells everything about it as JSON, for tests/functional/
// test_ensemble_learners.py and equivalence.py, which train scikit-learn's on the same rows.
//
//   ensemble_oracle easy|forest TABLE COLUMNS [OPTION=NUMBER]…
//
// TABLE holds float64 row by row, COLUMNS inputs and the outcome.
#include <fmt/format.h>

#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "fairline/core/json.h"
#include "fairline/training/ensembles/balanced_forest.h"
#include "fairline/training/ensembles/easy_ensemble.h"

namespace fairline {
namespace {

struct Input {
  EncodedMatrix matrix;
  std::vector<double> outcomes;
};

Input ReadTable(const std::string& path, size_t columns) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Input input;
  input.matrix.rows = bytes.size() / sizeof(double) / (columns + 1);
  for (size_t i = 0; i < columns; ++i) input.matrix.names.push_back(fmt::format("f{}", i));
  std::vector<double> numbers(input.matrix.rows * (columns + 1));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(double));
  for (size_t row = 0; row < input.matrix.rows; ++row) {
    const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(row * (columns + 1));
    input.matrix.values.insert(input.matrix.values.end(), first,
                               first + static_cast<std::ptrdiff_t>(columns));
    input.outcomes.push_back(first[static_cast<std::ptrdiff_t>(columns)]);
  }
  return input;
}

using Options = std::map<std::string, double>;

double Option(const Options& options, const std::string& name, double otherwise) {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : found->second;
}

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

Result<Json> EasyJson(const Input& input, const Options& options) {
  const EasyEnsembleOptions easy{
      .bags = static_cast<int>(Option(options, "bags", 10)),
      .stumps = static_cast<int>(Option(options, "stumps", 50)),
      .boosting = Option(options, "samme_r", 0) != 0 ? Boosting::kSammeR : Boosting::kSamme,
      .learning_rate = Option(options, "learning_rate", 1),
      .grower = Option(options, "histogram", 0) != 0 ? Grower::kHistogram : Grower::kExact,
      .replacement = Option(options, "replacement", 0) != 0,
      .seed = static_cast<uint64_t>(Option(options, "seed", 42)),
      .threads = static_cast<int>(Option(options, "threads", 1))};
  const EasyEnsemble made = FAIRLINE_TRY(TrainEasyEnsemble(input.matrix, input.outcomes, easy, {}));
  Json bags = Json::MakeArray();
  for (size_t bag = 0; bag < made.bag_rows.size(); ++bag) {
    Json one = Json::MakeObject();
    one["rows"] = RowsJson(made.bag_rows[bag]);
    one["stumps"] = StumpsJson(made.model.bags[bag]);
    bags.Append(std::move(one));
  }
  return bags;
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

Result<Json> ForestJson(const Input& input, const Options& options) {
  const BalancedForestOptions forest{
      .trees = static_cast<int>(Option(options, "trees", 10)),
      .bootstrap = Option(options, "bootstrap", 0) != 0,
      .replacement = Option(options, "replacement", 1) != 0,
      .resample_rarer_class = Option(options, "resample_rarer_class", 1) != 0,
      .columns = static_cast<int>(Option(options, "columns", 0)),
      .min_leaf = static_cast<int>(Option(options, "min_leaf", 1)),
      .seed = static_cast<uint64_t>(Option(options, "seed", 42)),
      .threads = static_cast<int>(Option(options, "threads", 1))};
  const BalancedForest made =
      FAIRLINE_TRY(TrainBalancedForest(input.matrix, input.outcomes, forest, {}));
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

int Run(int count, char** arguments) {
  if (count < 4) {
    std::cerr << "usage: ensemble_oracle easy|forest TABLE COLUMNS [OPTION=NUMBER]…\n";
    return 2;
  }
  Options options;
  for (int i = 4; i < count; ++i) {
    const std::string option = arguments[i];
    const size_t equals = option.find('=');
    options[option.substr(0, equals)] = std::stod(option.substr(equals + 1));
  }
  const Input input = ReadTable(arguments[2], std::stoul(arguments[3]));
  const std::clock_t start = std::clock();
  const bool forest = std::string_view(arguments[1]) == "forest";
  const Result<Json> members = forest ? ForestJson(input, options) : EasyJson(input, options);
  if (!members) {
    std::cerr << members.error().message << '\n';
    return 1;
  }
  Json report = Json::MakeObject();
  report["cpu_seconds"] = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  report["members"] = *members;
  std::cout << report.Dump() << '\n';
  return 0;
}

}  // namespace
}  // namespace fairline

int main(int count, char** arguments) { return fairline::Run(count, arguments); }
