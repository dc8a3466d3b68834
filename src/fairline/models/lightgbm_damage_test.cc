// Damage done to a model file systematically: whatever happens to a file, it is refused or means
// the same model as before, unless what was put in its place is a value LightGBM could have
// written.
#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "fairline/models/lightgbm_section.h"
#include "fairline/models/lightgbm_text.h"
#include "fairline/models/sample_model_test.h"

namespace fairline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Everything a score or an attribution comes from.
std::string Described(const TreeEnsemble& model) {
  std::ostringstream text;
  text << std::hexfloat << model.sigmoid << model.average;
  for (const std::string& name : model.feature_names) text << " " << name;
  for (const Tree& tree : model.trees) {
    text << "\n";
    for (const TreeNode& node : tree.nodes) {
      text << node.feature << " " << node.categorical << node.default_left
           << static_cast<int>(node.missing) << " " << node.threshold << " " << node.category_begin
           << " " << node.category_end << " " << node.left << " " << node.right << " " << node.cover
           << "; ";
    }
    for (const double value : tree.leaf_values) text << value << " ";
    for (const double cover : tree.leaf_covers) text << cover << " ";
    for (const uint32_t bits : tree.category_bits) text << bits << " ";
  }
  return text.str();
}

const std::string& Undamaged() {
  static const std::string described = Described(ParseLightGbmModel(SampleModelText()).value());
  return described;
}

enum class Outcome { kRefused, kTheSame, kAnother };

Outcome OutcomeOf(std::string_view text) {
  const auto model = ParseLightGbmModel(text);
  if (!model) {
    EXPECT_FALSE(model.error().message.empty());
    return Outcome::kRefused;
  }
  return Described(*model) == Undamaged() ? Outcome::kTheSame : Outcome::kAnother;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string Joined(const std::vector<std::string>& lines, const char* end = "\n") {
  std::string text;
  for (const std::string& line : lines) text += line + end;
  return text;
}

// LightGBM reads nothing of a score behind "end of trees", and takes files cut there; so do we.
TEST(DamagedModelFile, CutAnywhereIsRefusedOrWhole) {
  for (const std::string& text : {SampleModelText(), SampleModelWithoutSizes()}) {
    const size_t whole = text.find("end of trees") + std::string_view("end of trees").size();
    for (size_t size = 0; size < text.size(); ++size) {
      ASSERT_EQ(OutcomeOf(text.substr(0, size)),
                size < whole ? Outcome::kRefused : Outcome::kTheSame)
          << "after " << size << " characters";
    }
  }
}

TEST(DamagedModelFile, OfWhichATreeLostACharacterIsRefused) {
  const std::string text = SampleModelText();
  for (size_t at = text.find("Tree=0"); at < text.find("end of trees"); ++at) {
    std::string shorter = text, longer = text;
    shorter.erase(at, 1);
    longer.insert(at, 1, text[at]);
    ASSERT_EQ(OutcomeOf(shorter), Outcome::kRefused) << "without character " << at;
    ASSERT_EQ(OutcomeOf(longer), Outcome::kRefused) << "with character " << at << " twice";
  }
}

// What a file may lack: what changes no score, and what a tree without a split does not need.
TEST(DamagedModelFile, OfWhichALineIsMissingIsRefusedOrTheSame) {
  const std::vector<std::string> lines = LinesOf(SampleModelWithoutSizes());
  std::set<std::string> spared;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::vector<std::string> fewer = lines;
    fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
    const Outcome outcome = OutcomeOf(Joined(fewer));
    ASSERT_NE(outcome, Outcome::kAnother) << lines[i];
    const auto tree = static_cast<size_t>(
        std::count_if(lines.begin(), lines.begin() + static_cast<ptrdiff_t>(i),
                      [](const std::string& line) { return line.starts_with("Tree="); }));
    if (outcome == Outcome::kTheSame && tree < 2) {
      spared.insert(lines[i].substr(0, lines[i].find('=')));
    }
  }
  EXPECT_THAT(spared, testing::ElementsAre("", "feature_infos", "internal_value", "internal_weight",
                                           "is_linear", "label_index", "leaf_weight", "shrinkage",
                                           "split_gain"));
}

TEST(DamagedModelFile, WithALineTwiceIsRefused) {
  const std::vector<std::string> lines = LinesOf(SampleModelWithoutSizes());
  for (size_t i = 0; i < lines.size() && lines[i] != "end of trees"; ++i) {
    if (lines[i].empty()) continue;
    std::vector<std::string> more = lines;
    more.insert(more.begin() + static_cast<ptrdiff_t>(i), lines[i]);
    EXPECT_EQ(OutcomeOf(Joined(more)), Outcome::kRefused) << lines[i];
  }
}

// A number of the text that is replaced, and the replacements LightGBM could have written there.
struct Field {
  const char* tree;
  const char* key;
  std::set<std::string> legal = {};
  bool read = true;  // whether a score or an attribution comes from it
};

const Field kFields[] = {
    {"Tree=0", "num_leaves"},
    {"Tree=0", "num_cat"},
    {"Tree=0", "split_feature", {"0"}},
    {"Tree=0", "split_gain", {}, false},
    {"Tree=0", "threshold", {"inf", "-1", "0", "1e308", "4294967296"}},
    {"Tree=0", "decision_type", {"0"}},
    {"Tree=0", "left_child"},
    {"Tree=0", "right_child"},
    {"Tree=0", "leaf_value", {"-1", "0", "4294967296"}},
    {"Tree=0", "leaf_weight", {}, false},
    {"Tree=0", "leaf_count", {"0", "4294967296"}},
    {"Tree=0", "internal_value", {}, false},
    {"Tree=0", "internal_weight", {}, false},
    {"Tree=0", "internal_count", {"0", "4294967296"}},
    {"Tree=0", "is_linear"},
    {"Tree=0", "shrinkage", {}, false},
    {"Tree=1", "num_leaves"},
    {"Tree=1", "num_cat"},
    {"Tree=1", "threshold"},
    {"Tree=1", "decision_type"},
    {"Tree=1", "cat_boundaries"},
    {"Tree=1", "cat_threshold", {"0"}},
    {"Tree=2", "num_leaves"},
    {"Tree=2", "leaf_value", {"-1", "0", "4294967296"}},
};

/// The sample with the numbers of one field changed.
std::string WithNumbers(const Field& field, const std::vector<std::string>& numbers) {
  const std::string text = SampleModelWithoutSizes();
  const std::string key = std::string("\n") + field.key + "=";
  const size_t begin = text.find(key, text.find(field.tree)) + key.size();
  std::string line;
  for (const std::string& number : numbers) line += (line.empty() ? "" : " ") + number;
  return text.substr(0, begin) + line + text.substr(text.find('\n', begin));
}

std::vector<std::string> NumbersOf(const Field& field) {
  const std::string text = SampleModelWithoutSizes();
  const std::string key = std::string("\n") + field.key + "=";
  const size_t begin = text.find(key, text.find(field.tree)) + key.size();
  const std::string line = text.substr(begin, text.find('\n', begin) - begin);
  const auto tokens = SplitBlanks(line);
  return {tokens.begin(), tokens.end()};
}

void ExpectRefusedByName(const Field& field, const std::vector<std::string>& numbers) {
  const std::string text = WithNumbers(field, numbers);
  SCOPED_TRACE(std::string(field.tree) + ", " + field.key + ": " + testing::PrintToString(numbers));
  const auto model = ParseLightGbmModel(text);
  if (!field.read) {
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(Described(*model), Undamaged());
    return;
  }
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr(field.tree));
}

TEST(DamagedModelFile, WithAnotherNumberIsRefusedUnlessItIsALegalOne) {
  for (const Field& field : kFields) {
    const std::vector<std::string> numbers = NumbersOf(field);
    ASSERT_FALSE(numbers.empty()) << field.key;
    for (const std::string token :
         {"nan", "inf", "-1", "0", "1e308", "4294967296", "", "text", "1e", "0x1", "\xff"}) {
      for (size_t i = 0; i < numbers.size(); ++i) {
        std::vector<std::string> changed = numbers;
        changed[i] = token;
        if (changed == numbers) continue;
        if (!field.legal.contains(token)) {
          ExpectRefusedByName(field, changed);
        } else {
          EXPECT_EQ(OutcomeOf(WithNumbers(field, changed)), Outcome::kAnother)
              << field.key << " " << testing::PrintToString(changed);
        }
      }
    }
  }
}

TEST(DamagedModelFile, WithANumberTooFewOrTooManyIsRefused) {
  for (const Field& field : kFields) {
    std::vector<std::string> numbers = NumbersOf(field);
    numbers.push_back(numbers.back());
    ExpectRefusedByName(field, numbers);
    numbers.resize(numbers.size() - 2);
    ExpectRefusedByName(field, numbers);
  }
}

TEST(DamagedModelFile, SavedByAnEditorOfWindowsIsTheSame) {
  const std::vector<std::string> lines = LinesOf(SampleModelText());
  EXPECT_EQ(OutcomeOf(Joined(lines, "\r\n")), Outcome::kTheSame);
  EXPECT_EQ(OutcomeOf("\xef\xbb\xbf" + Joined(lines)), Outcome::kTheSame);
}

TEST(DamagedModelFile, WithBlanksAtTheEndOfALineIsTheSame) {
  const std::vector<std::string> lines = LinesOf(SampleModelWithoutSizes());
  for (const char* blanks : {" ", "\t", "   \t ", "\r", "\v"}) {
    EXPECT_EQ(OutcomeOf(Joined(lines, (std::string(blanks) + "\n").c_str())), Outcome::kTheSame);
    for (size_t i = 0; i < lines.size(); ++i) {
      std::vector<std::string> changed = lines;
      changed[i] += blanks;
      EXPECT_EQ(OutcomeOf(Joined(changed)), Outcome::kTheSame) << lines[i];
    }
  }
}

TEST(DamagedModelFile, WithAZeroByteIsRefused) {
  const std::string text = SampleModelWithoutSizes();
  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = '\0';
    ASSERT_EQ(OutcomeOf(changed), Outcome::kRefused) << "at character " << at;
  }
}

TEST(DamagedModelFile, WithALineOfMegabytesIsRefusedOrTheSame) {
  const std::string megabytes(4 << 20, ' ');
  const std::string numbers = [] {
    std::string text;
    while (text.size() < 4 << 20) text += "0 ";
    return text;
  }();
  for (const char* key : {"shrinkage=", "threshold=", "tree_sizes=", "leaf_value="}) {
    const std::string text = SampleModelText();
    EXPECT_NE(OutcomeOf(Replaced(text, key, key + megabytes)), Outcome::kAnother) << key;
    EXPECT_NE(OutcomeOf(Replaced(text, key, key + numbers)), Outcome::kAnother) << key;
  }
  const auto model = ParseLightGbmModel("tree\n" + std::string(4 << 20, 'x') + "\n");
  ASSERT_FALSE(model);
  EXPECT_LT(model.error().message.size(), 300u) << "a message is for a person";
}

}  // namespace
}  // namespace fairline
