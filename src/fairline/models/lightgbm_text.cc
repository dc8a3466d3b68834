// The file is a header, the sections Tree=0, Tree=1, … and, after "end of trees", notes that do not
// change a score.
#include "fairline/models/lightgbm_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <span>
#include <unordered_set>
#include <utility>

#include "fairline/core/json.h"
#include "fairline/core/limits.h"
#include "fairline/models/lightgbm_section.h"
#include "fairline/models/lightgbm_tree.h"

namespace fairline {
namespace {

constexpr std::string_view kTreePrefix = "Tree=";
constexpr std::string_view kEndOfTrees = "end of trees";

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// The next line that is not empty, without blanks at its end; false at the end of the text.
  bool Next(std::string_view& line) {
    do {
      if (text_.empty()) return false;
      const size_t end = std::min(text_.find('\n'), text_.size());
      line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      ended_ += begun_;
      begun_ = line.size() + 1;
      line = line.substr(0, line.find_last_not_of(" \t\v\r") + 1);
    } while (line.empty());
    return true;
  }

  /// Where the line that Next gave begins, in a file whose lines end in one character.
  size_t Offset() const { return ended_; }

 private:
  std::string_view text_;
  size_t ended_ = 0;  // characters of the lines before
  size_t begun_ = 0;  // of this one
};

std::unexpected<Error> CutShort() {
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("model file: it ends before \"{}\"; it was cut short", kEndOfTrees));
}

/// Adds lines to `section` up to the next tree or the end of trees, which `line` then holds.
Status ReadSection(Lines& lines, std::string_view& line, LightGbmSection& section) {
  while (lines.Next(line)) {
    if (line.starts_with(kTreePrefix) || line == kEndOfTrees) return {};
    FAIRLINE_TRY(section.Add(line));
  }
  return CutShort();
}

Status ReadSigmoid(const LightGbmSection& header, std::span<const std::string_view> words,
                   TreeEnsemble& model) {
  constexpr std::string_view kSigmoid = "sigmoid:";
  if (words.size() != 2 || !words[1].starts_with(kSigmoid)) {
    return header.Fault("objective", "is not \"binary\" and its sigmoid, nothing else");
  }
  const char* end = words[1].data() + words[1].size();
  const auto [parsed_to, error] =
      std::from_chars(words[1].data() + kSigmoid.size(), end, model.sigmoid);
  if (error != std::errc() || parsed_to != end || !std::isfinite(model.sigmoid) ||
      model.sigmoid <= 0) {
    return header.Fault("objective", "sigmoid must be a number above 0");
  }
  return {};
}

/// Binary classifiers; and regressions whose outputs are averaged, as forests are written whose
/// leaves are probabilities (CheckProbabilities looks at these).
Status ReadObjective(const LightGbmSection& header, TreeEnsemble& model) {
  if (!header.Has("objective")) {
    return header.Fault("objective", "is missing; only binary classifiers are supported",
                        ErrorCode::kUnsupported);
  }
  const auto words = SplitBlanks(FAIRLINE_TRY(header.Text("objective")));
  const std::string_view name = words.empty() ? "" : words[0];
  model.average = header.Has("average_output");
  model.probabilities = model.average && name == "regression" && words.size() == 1;
  if (model.probabilities) return {};
  if (name == "binary") return ReadSigmoid(header, words, model);
  return header.Fault("objective",
                      fmt::format("\"{}\" is not supported; only \"binary\" is, and "
                                  "\"regression\" for a forest whose leaves are probabilities",
                                  name.substr(0, 40)),
                      ErrorCode::kUnsupported);
}

Status CheckProbabilities(const TreeEnsemble& model) {
  for (size_t i = 0; model.probabilities && i < model.trees.size(); ++i) {
    for (const double value : model.trees[i].leaf_values) {
      if (value >= 0 && value <= 1) continue;
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("model file: Tree={}: leaf_value: {} is no probability; a regression "
                              "is taken as a forest of probabilities only",
                              i, value));
    }
  }
  return {};
}

Status ReadFeatureNames(const LightGbmSection& header, TreeEnsemble& model) {
  const auto last = FAIRLINE_TRY(
      header.Integer("max_feature_idx", 0, static_cast<int64_t>(limits::kColumns) - 1));
  const auto text = FAIRLINE_TRY(header.Text("feature_names"));
  std::unordered_set<std::string_view> seen;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view name = text.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) {
      return header.Fault("feature_names",
                          fmt::format("name {} is empty", model.feature_names.size()));
    }
    if (!seen.insert(name).second) {
      return header.Fault("feature_names", fmt::format("\"{}\" is given twice", name));
    }
    model.feature_names.emplace_back(name);
  }
  if (model.feature_names.size() != static_cast<size_t>(last) + 1) {
    return header.Fault("feature_names", fmt::format("has {} names where {} are expected",
                                                     model.feature_names.size(), last + 1));
  }
  // JSON text holds UTF-8 only: names that are not do not come back as they were.
  const Json names = Json::ArrayOf(model.feature_names);
  const auto read_back = Json::Parse(names.Dump());
  if (!read_back || *read_back != names) {
    return header.Fault("feature_names", "is not UTF-8 text");
  }
  return {};
}

Status CheckHeader(const LightGbmSection& header, TreeEnsemble& model) {
  const auto version = FAIRLINE_TRY(header.Text("version"));
  if (version != "v3" && version != "v4") {
    return header.Fault(
        "version", fmt::format("\"{}\" is not supported; v3 and v4 are", version.substr(0, 40)),
        ErrorCode::kUnsupported);
  }
  FAIRLINE_TRY(ReadObjective(header, model));
  FAIRLINE_TRY(header.Integer("num_class", 1, 1));
  FAIRLINE_TRY(header.Integer("num_tree_per_iteration", 1, 1));
  return ReadFeatureNames(header, model);
}

/// The header tells the length of every tree, by which a file that lost or gained a character is
/// known; older files do not have them. `offsets`: where each tree begins, and where they end.
Status CheckTreeSizes(const LightGbmSection& header, const std::vector<size_t>& offsets) {
  if (!header.Has("tree_sizes")) return {};
  const size_t trees = offsets.size() - 1;
  const auto sizes = FAIRLINE_TRY(
      header.Integers("tree_sizes", trees, 0, static_cast<int64_t>(limits::kModelBytes)));
  for (size_t i = 0; i < trees; ++i) {
    const size_t size = offsets[i + 1] - offsets[i];
    if (std::cmp_equal(size, sizes[i])) continue;
    return header.Fault("tree_sizes", fmt::format("tells of {} characters in Tree={}, which has "
                                                  "{}; the file was changed or damaged",
                                                  sizes[i], i, size));
  }
  return {};
}

}  // namespace

Result<TreeEnsemble> ParseLightGbmModel(std::string_view text) {
  if (text.size() > limits::kModelBytes) {
    return Fail(ErrorCode::kTooLarge, fmt::format("model file: {} bytes are more than {}",
                                                  text.size(), limits::kModelBytes));
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.contains('\0')) {
    return Fail(ErrorCode::kInvalidArgument,
                "model file: it has a zero byte, which text does not have; it is damaged");
  }
  Lines lines(text);
  std::string_view line;
  if (!lines.Next(line) || line != "tree") {
    return Fail(ErrorCode::kInvalidArgument,
                "model file: this is not a LightGBM text model, whose first line is \"tree\"");
  }
  TreeEnsemble model;
  LightGbmSection header("header", "average_output");
  FAIRLINE_TRY(ReadSection(lines, line, header));
  FAIRLINE_TRY(CheckHeader(header, model));
  std::vector<size_t> offsets = {lines.Offset()};
  while (line != kEndOfTrees) {
    const std::string name = fmt::format("{}{}", kTreePrefix, model.trees.size());
    if (line != name) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("model file: {} is missing or out of order", name));
    }
    if (model.trees.size() == limits::kTrees) {
      return Fail(ErrorCode::kTooLarge,
                  fmt::format("model file: more than {} trees", limits::kTrees));
    }
    LightGbmSection section(name);
    FAIRLINE_TRY(ReadSection(lines, line, section));
    model.trees.push_back(FAIRLINE_TRY(ParseLightGbmTree(section, model.feature_names.size())));
    offsets.push_back(lines.Offset());
  }
  if (model.trees.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "model file: the model has no trees");
  }
  FAIRLINE_TRY(CheckTreeSizes(header, offsets));
  FAIRLINE_TRY(CheckProbabilities(model));
  return model;
}

std::string LightGbmFeatureName(std::string_view name) {
  std::string written(name);
  for (char& c : written) {
    if (std::string_view(" \t\n\r\v\f\",:[]{}").contains(c)) c = '_';
  }
  return written;
}

}  // namespace fairline
