// Trains ensembles and scores with them on demand, so that whoever asks can interleave it with
// others (bench/ensembles.py). A line that says who takes part, in JSON, comes first; then for each
// line of standard input one line is answered:
//   ensemble_fit THREADS MEMBERS WHO   ->  seconds of wall clock and of CPU; the model is kept
//   ensemble_row THREADS ROWS WHO      ->  the same, of the kept model and the first ROWS rows
//   ensemble_batch …, ensemble_shap_row …
//   accuracy WHO                       ->  balanced accuracy of the kept model on the rows it knows
// WHO: easy_exact, easy_histogram, forest.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fairline/core/file.h"
#include "fairline/explain/explainer.h"
#include "fairline/models/engine/scorer.h"
#include "fairline/training/ensembles/balanced_forest.h"
#include "fairline/training/ensembles/easy_ensemble.h"
#include "writer/cpu.h"

namespace fairline::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_ensembles TABLE COLUMNS   (TABLE: doubles row by row, the outcome last)\n";
constexpr size_t kMostBytes = size_t{1} << 31;

struct Table {
  EncodedMatrix matrix;
  std::vector<double> outcomes;
  std::vector<double> by_column;  // the inputs once more

  FeatureColumns Rows(size_t begin, std::vector<const double*>& columns) const {
    columns.clear();
    for (size_t i = 0; i < matrix.columns(); ++i) {
      columns.push_back(&by_column[i * matrix.rows + begin]);
    }
    return {columns};
  }
};

Table ReadTable(const std::string& path, size_t columns) {
  const std::string bytes = ReadFile(path, kMostBytes).value();
  std::vector<double> numbers(bytes.size() / sizeof(double));
  bytes.copy(reinterpret_cast<char*>(numbers.data()), numbers.size() * sizeof(double));
  Table table;
  const size_t rows = table.matrix.rows = numbers.size() / (columns + 1);
  for (size_t i = 0; i < columns; ++i) table.matrix.names.push_back(fmt::format("f{}", i));
  table.by_column.resize(rows * columns);
  for (size_t row = 0; row < rows; ++row) {
    const double* const first = &numbers[row * (columns + 1)];
    table.matrix.values.insert(table.matrix.values.end(), first, first + columns);
    table.outcomes.push_back(first[columns]);
    for (size_t i = 0; i < columns; ++i) table.by_column[i * rows + row] = first[i];
  }
  return table;
}

struct Fitted {
  std::unique_ptr<const Scorer> scorer;
  std::unique_ptr<const Explainer> explainer;
};

Model Fit(const Table& table, std::string_view who, int members, int threads) {
  if (who == "forest") {
    const BalancedForestOptions options{.trees = members, .threads = threads};
    return TrainBalancedForest(table.matrix, table.outcomes, options, {}).value().model;
  }
  const Grower grower = who == "easy_histogram" ? Grower::kHistogram : Grower::kExact;
  const EasyEnsembleOptions options{.bags = members, .grower = grower, .threads = threads};
  return TrainEasyEnsemble(table.matrix, table.outcomes, options, {}).value().model;
}

void Score(const Fitted& fitted, const Table& table, std::span<ModelOutput> outputs) {
  for (size_t row = 0; row < outputs.size(); ++row) {
    outputs[row] = fitted.scorer->Score(table.matrix.Row(row));
  }
}

void ScoreBatch(const Fitted& fitted, const Table& table, int threads,
                std::span<ModelOutput> outputs) {
  std::vector<std::jthread> others;
  const auto part = [&](int i) {
    const size_t begin = outputs.size() * i / threads, end = outputs.size() * (i + 1) / threads;
    std::vector<const double*> columns;
    fitted.scorer->ScoreRows(table.Rows(begin, columns), outputs.subspan(begin, end - begin));
  };
  for (int i = 1; i < threads; ++i) others.emplace_back(part, i);
  part(0);
}

void Explain(const Fitted& fitted, const Table& table, size_t rows) {
  std::vector<double> attributions(table.matrix.columns());
  for (size_t row = 0; row < rows; ++row) {
    fitted.explainer->Explain(table.matrix.Row(row), attributions);
  }
}

double BalancedAccuracy(const Fitted& fitted, const Table& table) {
  std::vector<ModelOutput> outputs(table.matrix.rows);
  ScoreBatch(fitted, table, 1, outputs);
  double rows[2] = {}, right[2] = {};
  for (size_t row = 0; row < outputs.size(); ++row) {
    const bool defaulted = table.outcomes[row] == 1;
    ++rows[defaulted];
    right[defaulted] += (outputs[row].model_score > 0.5) == defaulted;
  }
  return (right[0] / rows[0] + right[1] / rows[1]) / 2;
}

struct Bench {
  Table table;
  std::map<std::string, Fitted> fitted;

  std::string Turn(const std::string& line);
  std::string Accuracy(const std::string& who) {
    return fitted.contains(who) ? fmt::format("{}", BalancedAccuracy(fitted.at(who), table)) : "";
  }
};

std::string Bench::Turn(const std::string& line) {
  std::istringstream words(line);
  std::string what, who;
  words >> what;
  if (what == "accuracy" && words >> who) return Accuracy(who);
  int threads = 0;
  size_t count = 0;
  words >> threads >> count >> who;
  const bool fits = what == "ensemble_fit";
  if (threads < 1 || (!fits && (count > table.matrix.rows || !fitted.contains(who)))) {
    return "no such turn";
  }
  std::vector<ModelOutput> outputs(fits ? 0 : count);
  Model model;
  const double cpu_before = ProcessCpuSeconds();
  const auto before = std::chrono::steady_clock::now();
  if (fits) {
    model = Fit(table, who, static_cast<int>(count), threads);
  } else if (what == "ensemble_row") {
    Score(fitted[who], table, outputs);
  } else if (what == "ensemble_batch") {
    ScoreBatch(fitted[who], table, threads, outputs);
  } else if (what == "ensemble_shap_row") {
    Explain(fitted[who], table, count);
  } else {
    return "no such turn";
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - before;
  const double cpu_seconds = ProcessCpuSeconds() - cpu_before;
  if (fits) fitted[who] = {CompileScorer(model), MakeExplainer(model)};
  return fmt::format("{} {}", wall.count(), cpu_seconds);
}

int Main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  Bench bench{.table = ReadTable(argv[1], std::stoul(argv[2]))};
  const std::string_view engine = EngineName(DefaultEngine());
  std::cout << fmt::format(
                   "{{\"rows\": {}, \"columns\": {}, \"engines\": {{\"easy_exact\": \"{}\", "
                   "\"easy_histogram\": \"{}\", \"forest\": \"{}\"}}}}",
                   bench.table.matrix.rows, bench.table.matrix.columns(), engine, engine, engine)
            << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << bench.Turn(line) << std::endl;
  return 0;
}

}  // namespace
}  // namespace fairline::bench

int main(int argc, char** argv) { return fairline::bench::Main(argc, argv); }
