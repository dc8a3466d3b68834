// Times passes over rows on demand, so that whoever asks can interleave contenders. A line that
// says who takes part, in JSON, comes first; then for each line of standard input one line is
// answered:
//   CASE THREADS COUNT CONTENDER   ->  seconds of wall clock and of CPU for the first COUNT rows
//   check                          ->  "ok" when everybody gives LightGBM's results, else a
//   sentence
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/check.h"
#include "engine/contender.h"
#include "fairline/core/file.h"
#include "fairline/models/lightgbm_text.h"
#include "writer/cpu.h"

namespace fairline::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_engine MODEL ROWS [tl2cgen=LIBRARY] [lleaves=LIBRARY]\n"
    "                    [xgboost=LIBRARY,MODEL]   (ROWS: doubles, row by row)\n";
constexpr size_t kMostBytes = size_t{1} << 31;

Rows ReadRows(const std::string& path, size_t features) {
  const std::string bytes = ReadFile(path, kMostBytes).value();
  Rows rows{.count = bytes.size() / sizeof(double) / features, .features = features};
  rows.by_row.resize(rows.count * features);
  rows.by_column.resize(rows.count * features);
  bytes.copy(reinterpret_cast<char*>(rows.by_row.data()), rows.by_row.size() * sizeof(double));
  for (size_t r = 0; r < rows.count; ++r) {
    for (size_t f = 0; f < features; ++f) rows.by_column[f * rows.count + r] = rows.Row(r)[f];
  }
  return rows;
}

using Batch = decltype(Contender::score_batch);

void RunBatch(const Contender& contender, const Batch& batch, size_t count, size_t width,
              int threads, double* results) {
  if (contender.has_threads || threads == 1) return batch(0, count, results, threads);
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) {
    const size_t begin = count * i / threads, end = count * (i + 1) / threads;
    running.emplace_back([&, begin, end] { batch(begin, end, results + begin * width, 1); });
  }
}

/// False when the contender does not do this.
bool Run(const Contender& contender, std::string_view what, int threads, size_t count,
         size_t features, std::vector<double>& results) {
  const size_t width = features + 1;
  if (what == "score_row" && contender.score_row) {
    for (size_t row = 0; row < count; ++row) contender.score_row(row, &results[row]);
  } else if (what == "score_batch" && contender.score_batch) {
    RunBatch(contender, contender.score_batch, count, 1, threads, results.data());
  } else if (what == "shap_row" && contender.shap_row) {
    for (size_t row = 0; row < count; ++row) contender.shap_row(row, &results[row * width]);
  } else if (what == "shap_batch" && contender.shap_batch) {
    RunBatch(contender, contender.shap_batch, count, width, threads, results.data());
  } else if (what == "reasons_row" && contender.reasons_row) {
    for (size_t row = 0; row < count; ++row) contender.reasons_row(row);
  } else if (what == "model_load" && contender.model_load) {
    for (size_t time = 0; time < count; ++time) contender.model_load();
  } else {
    return false;
  }
  return true;
}

std::string Turn(const std::string& line, const std::vector<Contender>& contenders,
                 const Rows& rows, std::vector<double>& results) {
  std::istringstream words(line);
  std::string what, name;
  int threads = 0;
  size_t count = 0;
  words >> what >> threads >> count >> std::ws;
  std::getline(words, name);
  if (threads < 1 || count > rows.count) return "no such turn";
  results.resize(std::max(results.size(), count * (rows.features + 1)));
  for (const Contender& contender : contenders) {
    if (contender.name != name) continue;
    const auto cpu = threads == 1 ? ThreadCpuSeconds : ProcessCpuSeconds;
    const double cpu_before = cpu();
    const auto before = std::chrono::steady_clock::now();
    if (!Run(contender, what, threads, count, rows.features, results)) break;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - before;
    return fmt::format("{} {}", wall.count(), cpu() - cpu_before);
  }
  return "nobody of that name does that";
}

std::vector<Contender> Everybody(const std::string& model_text, const Rows& rows, int argc,
                                 char** argv) {
  std::vector<Contender> everybody;
  for (const Engine engine : Engines()) {
    if (engine != Engine::kReference) everybody.push_back(MakeFairline(model_text, rows, engine));
  }
  everybody.push_back(MakeLightGbm(model_text, rows));
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('='), comma = word.find(',');
    const std::string who = word.substr(0, equals);
    const std::string library = word.substr(equals + 1, comma - equals - 1);
    if (who == "tl2cgen") everybody.push_back(MakeTl2cgen(library, rows));
    if (who == "lleaves") everybody.push_back(MakeLleaves(library, rows));
    if (who == "xgboost") {
      everybody.push_back(MakeXgboost(library, word.substr(comma + 1), rows));
    }
  }
  return everybody;
}

std::string Introduction(const TreeEnsemble& model, const Rows& rows,
                         const std::vector<Contender>& contenders) {
  size_t nodes = 0;
  for (const Tree& tree : model.trees) nodes += tree.nodes.size();
  std::vector<std::string> names;
  for (const Contender& contender : contenders) {
    names.push_back(fmt::format("\"{}\": \"{}\"", contender.name, contender.engine));
  }
  return fmt::format(
      "{{\"trees\": {}, \"nodes\": {}, \"features\": {}, \"rows\": {}, \"runs\": \"{}\", "
      "\"engines\": {{{}}}}}",
      model.trees.size(), nodes, rows.features, rows.count, contenders.front().runs,
      fmt::join(names, ", "));
}

int Main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const std::string model_text = ReadFile(argv[1], kMostBytes).value();
  const TreeEnsemble model = ParseLightGbmModel(model_text).value();
  const Rows rows = ReadRows(argv[2], model.feature_names.size());
  const std::vector<Contender> contenders = Everybody(model_text, rows, argc, argv);
  std::vector<double> results;
  std::cout << Introduction(model, rows, contenders) << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << (line == "check" ? CheckEverybody(contenders, rows)
                                  : Turn(line, contenders, rows, results))
              << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace fairline::bench

int main(int argc, char** argv) { return fairline::bench::Main(argc, argv); }
