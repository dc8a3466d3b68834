// Inputs and outputs of a run.
#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "fairline/cli/batch/predict_job.h"
#include "fairline/core/file.h"

namespace fairline {
namespace {

constexpr std::string_view kPatternCharacters = "*?[";

bool Exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool IsPattern(const std::string& word) {
  return word.find_first_of(kPatternCharacters) != std::string::npos && !Exists(word);
}

Result<std::vector<std::string>> Expand(const std::string& pattern) {
  glob_t found = {};
  const int failed = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths;
  for (size_t i = 0; failed == 0 && i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  if (!paths.empty()) return paths;
  return Fail(ErrorCode::kNotFound, fmt::format("{}: no file matches", pattern));
}

bool IsSameFile(const std::string& one, const std::string& other) {
  std::error_code error;
  const bool same = std::filesystem::equivalent(one, other, error);
  return !error && same && std::filesystem::is_regular_file(one, error);
}

Status CheckApart(const PredictTask& task) {
  if (task.input == "-" || task.output == "-") return {};
  for (const auto& written : {task.output, task.rejects()}) {
    if (!IsSameFile(task.input, written)) continue;
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} would be overwritten by {}", task.input, written));
  }
  return {};
}

/// The input's name with the suffix of the output's format.
std::string OutputName(const std::string& input, FileFormat input_format, FileFormat format) {
  std::filesystem::path name = std::filesystem::path(input).filename();
  if (input_format != format) name.replace_extension(std::string(FileFormatName(format)));
  return name.string();
}

}  // namespace

bool IsJob(const std::vector<std::string>& inputs, const std::string& output) {
  std::error_code ignored;
  return inputs.size() > 1 || IsPattern(inputs.front()) || output.ends_with('/') ||
         std::filesystem::is_directory(output, ignored);
}

Result<PredictTask> PlanFile(const std::string& input, const std::string& output,
                             const FormatChoice& formats) {
  PredictTask task{.input = input, .output = output};
  task.input_format = FAIRLINE_TRY(ChooseFormat(input, formats.input));
  task.output_format = FAIRLINE_TRY(ChooseFormat(output, formats.output));
  FAIRLINE_TRY(CheckApart(task));
  return task;
}

Result<std::vector<PredictTask>> PlanJob(const std::vector<std::string>& inputs,
                                         const std::string& output, const FormatChoice& formats) {
  std::vector<std::string> paths;
  for (const std::string& word : inputs) {
    if (IsPattern(word)) {
      std::ranges::move(FAIRLINE_TRY(Expand(word)), std::back_inserter(paths));
    } else {
      paths.push_back(word);
    }
  }
  FAIRLINE_TRY(MakeFolders(output));
  std::map<std::string, std::string> input_of;
  std::vector<PredictTask> tasks;
  for (const std::string& path : paths) {
    PredictTask task{.input = path};
    task.input_format = FAIRLINE_TRY(ChooseFormat(path, formats.input));
    task.output_format =
        formats.output.empty() ? task.input_format : FAIRLINE_TRY(ChooseFormat("", formats.output));
    task.output =
        (std::filesystem::path(output) / OutputName(path, task.input_format, task.output_format))
            .string();
    FAIRLINE_TRY(CheckApart(task));
    const auto [taken, is_new] = input_of.emplace(task.output, path);
    if (!is_new) {
      return Fail(ErrorCode::kInvalidArgument, fmt::format("{} and {} would both be written to {}",
                                                           taken->second, path, task.output));
    }
    tasks.push_back(std::move(task));
  }
  return tasks;
}

}  // namespace fairline
