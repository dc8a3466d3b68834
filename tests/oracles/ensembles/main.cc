// Trains one ensemble and tells everything about it as JSON, for tests/functional/
// test_ensemble_learners.py, or only judges rows with it, for equivalence.py; both train
// scikit-learn's on the same rows.
//
//   ensemble_oracle easy|forest TABLE COLUMNS [OPTION=NUMBER]… [judged=ROWS probabilities=OUT]
//
// TABLE holds float64 row by row, COLUMNS inputs and the outcome; ROWS the same without outcomes;
// OUT receives one float64 for each of them, the probability of default.
#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/models/stump_ensemble.h"
#include "fairline/models/tree_ensemble.h"
#include "fairline/training/ensembles/balanced_forest.h"
#include "fairline/training/ensembles/easy_ensemble.h"
#include "members.h"

namespace fairline {
namespace {

std::vector<double> ReadNumbers(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(double));
  return numbers;
}

struct Input {
  EncodedMatrix matrix;
  std::vector<double> outcomes;
};

Input ReadTable(const std::string& path, size_t columns) {
  const std::vector<double> numbers = ReadNumbers(path);
  Input input;
  input.matrix.rows = numbers.size() / (columns + 1);
  for (size_t i = 0; i < columns; ++i) input.matrix.names.push_back(fmt::format("f{}", i));
  for (size_t row = 0; row < input.matrix.rows; ++row) {
    const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(row * (columns + 1));
    input.matrix.values.insert(input.matrix.values.end(), first,
                               first + static_cast<std::ptrdiff_t>(columns));
    input.outcomes.push_back(first[static_cast<std::ptrdiff_t>(columns)]);
  }
  return input;
}

using Options = std::map<std::string, std::string>;

double Option(const Options& options, const std::string& name, double otherwise) {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : std::stod(found->second);
}

Result<EasyEnsemble> TrainEasy(const Input& input, const Options& options) {
  const EasyEnsembleOptions easy{
      .bags = static_cast<int>(Option(options, "bags", 10)),
      .stumps = static_cast<int>(Option(options, "stumps", 50)),
      .boosting = Option(options, "samme_r", 0) != 0 ? Boosting::kSammeR : Boosting::kSamme,
      .learning_rate = Option(options, "learning_rate", 1),
      .grower = Option(options, "histogram", 0) != 0 ? Grower::kHistogram : Grower::kExact,
      .replacement = Option(options, "replacement", 0) != 0,
      .seed = static_cast<uint64_t>(Option(options, "seed", 42)),
      .threads = static_cast<int>(Option(options, "threads", 1))};
  return TrainEasyEnsemble(input.matrix, input.outcomes, easy, {});
}

Result<BalancedForest> TrainForest(const Input& input, const Options& options) {
  const BalancedForestOptions forest{
      .trees = static_cast<int>(Option(options, "trees", 10)),
      .bootstrap = Option(options, "bootstrap", 0) != 0,
      .replacement = Option(options, "replacement", 1) != 0,
      .resample_rarer_class = Option(options, "resample_rarer_class", 1) != 0,
      .columns = static_cast<int>(Option(options, "columns", 0)),
      .min_leaf = static_cast<int>(Option(options, "min_leaf", 1)),
      .seed = static_cast<uint64_t>(Option(options, "seed", 42)),
      .threads = static_cast<int>(Option(options, "threads", 1))};
  return TrainBalancedForest(input.matrix, input.outcomes, forest, {});
}

double ProbabilityOf(const StumpEnsemble& model, std::span<const double> row) {
  return ModelScore(model, row);
}

double ProbabilityOf(const TreeEnsemble& model, std::span<const double> row) {
  return RawScore(model, row) / static_cast<double>(model.trees.size());
}

template <typename Model>
void Judge(const Model& model, const Options& options) {
  const std::vector<double> numbers = ReadNumbers(options.at("judged"));
  const size_t columns = model.feature_names.size();
  std::ofstream out(options.at("probabilities"), std::ios::binary);
  for (size_t at = 0; at < numbers.size(); at += columns) {
    const double probability = ProbabilityOf(model, std::span(numbers).subspan(at, columns));
    out.write(reinterpret_cast<const char*>(&probability), sizeof probability);
  }
}

template <typename Train>
int Report(Train train, const Input& input, const Options& options) {
  const std::clock_t cpu = std::clock();
  const auto start = std::chrono::steady_clock::now();
  const auto made = train(input, options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!made) {
    std::cerr << made.error().message << '\n';
    return 1;
  }
  Json report = Json::MakeObject();
  report["cpu_seconds"] = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  report["seconds"] = seconds.count();
  if (options.contains("judged")) {
    Judge(made->model, options);
  } else {
    report["members"] = MembersOf(*made);
  }
  std::cout << report.Dump() << '\n';
  return 0;
}

int Run(int count, char** arguments) {
  if (count < 4) {
    std::cerr << "usage: ensemble_oracle easy|forest TABLE COLUMNS [OPTION=NUMBER]…\n"
                 "                       [judged=ROWS probabilities=OUT]\n";
    return 2;
  }
  Options options;
  for (int i = 4; i < count; ++i) {
    const std::string option = arguments[i];
    const size_t equals = option.find('=');
    options[option.substr(0, equals)] = option.substr(equals + 1);
  }
  const Input input = ReadTable(arguments[2], std::stoul(arguments[3]));
  if (std::string_view(arguments[1]) == "forest") return Report(TrainForest, input, options);
  return Report(TrainEasy, input, options);
}

}  // namespace
}  // namespace fairline

int main(int count, char** arguments) { return fairline::Run(count, arguments); }
