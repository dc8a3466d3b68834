#include "fairline/features/signature.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include "fairline/core/check.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

template <typename Enum, size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<FieldRole, 6> kRoles = {{{FieldRole::kId, "id"},
                                         {FieldRole::kTarget, "target"},
                                         {FieldRole::kAmount, "amount"},
                                         {FieldRole::kFeature, "feature"},
                                         {FieldRole::kProtected, "protected"},
                                         {FieldRole::kIgnored, "ignored"}}};
constexpr Names<Availability, 3> kAvailabilities = {
    {{Availability::kApplication, "application"},
     {Availability::kBureau, "bureau"},
     {Availability::kAfterDecision, "after_decision"}}};

template <typename Enum, size_t N>
std::string_view NameOf(const Names<Enum, N>& names, Enum value) {
  return std::ranges::find(names, value, &Names<Enum, N>::value_type::first)->second;
}

template <typename Enum, size_t N>
Result<Enum> Parse(const Names<Enum, N>& names, std::string_view text, std::string_view what) {
  const auto found = std::ranges::find(names, text, &Names<Enum, N>::value_type::second);
  if (found != names.end()) return found->first;
  std::vector<std::string_view> known;
  for (const auto& name : names) known.push_back(name.second);
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is not {}; use {}", text, what, fmt::join(known, ", ")));
}

// What is wrong with the categories of one field, or nothing.
std::string VocabularyFault(const Field& field) {
  const auto& words = field.vocabulary;
  if (field.type == ColumnType::kNumeric) {
    return words.empty() ? "" : "a numeric field has no categories";
  }
  if (words.size() > limits::kCategoriesPerColumn) {
    return fmt::format("{} categories, more than the limit of {}: declare `role: ignored`",
                       words.size(), limits::kCategoriesPerColumn);
  }
  for (const auto& word : words) {
    if (word.size() > limits::kCategoryBytes) {
      return fmt::format("a category of {} bytes, more than the limit of {}: {}…", word.size(),
                         limits::kCategoryBytes, word.substr(0, 40));
    }
  }
  const bool rising = std::ranges::adjacent_find(words, std::greater_equal<>()) == words.end();
  return rising ? "" : "its categories must be in order and each only once";
}

std::string RangeFault(const Field& field) {
  const bool declared = field.minimum || field.maximum || !field.missing_values.empty();
  if (declared && field.type == ColumnType::kCategorical) {
    return "a range and missing values are for numbers, and this field holds categories";
  }
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!finite(field.minimum.value_or(0)) || !finite(field.maximum.value_or(0)) ||
      !std::ranges::all_of(field.missing_values, finite)) {
    return "its range and missing values must be finite numbers";
  }
  if (field.minimum && field.maximum && *field.minimum > *field.maximum) {
    return fmt::format("its minimum {} is above its maximum {}", *field.minimum, *field.maximum);
  }
  return "";
}

std::string RoleFault(const Field& field) {
  switch (field.role) {
    case FieldRole::kTarget:
      return "the target is not part of a signature";
    case FieldRole::kAmount:
      if (field.type != ColumnType::kNumeric) return "an amount must be numeric";
      [[fallthrough]];
    case FieldRole::kFeature:
      return field.is_model_input ? "" : "a feature must be a model input";
    case FieldRole::kId:
    case FieldRole::kIgnored:
      return field.is_model_input ? fmt::format("a field of role {} is never a model input",
                                                FieldRoleName(field.role))
                                  : "";
    case FieldRole::kProtected:
      return "";
  }
  return "unknown role";
}

std::vector<FieldFault> FaultsOf(const std::vector<Field>& fields) {
  std::vector<FieldFault> faults;
  std::unordered_set<std::string_view> names;
  int ids = 0, amounts = 0;
  for (const Field& field : fields) {
    const auto note = [&](std::string message) {
      if (!message.empty()) faults.push_back({field.name, std::move(message)});
    };
    if (field.name.empty()) note("a field needs a name");
    if (!names.insert(field.name).second) note("there are two fields of this name");
    note(RoleFault(field));
    note(RangeFault(field));
    note(VocabularyFault(field));
    if (field.role == FieldRole::kId && ++ids > 1) note("there can be only one id");
    if (field.role == FieldRole::kAmount && ++amounts > 1) note("there can be only one amount");
  }
  return faults;
}

}  // namespace

std::string_view FieldRoleName(FieldRole role) { return NameOf(kRoles, role); }
Result<FieldRole> ParseFieldRole(std::string_view name) { return Parse(kRoles, name, "a role"); }

std::string_view AvailabilityName(Availability availability) {
  return NameOf(kAvailabilities, availability);
}
Result<Availability> ParseAvailability(std::string_view name) {
  return Parse(kAvailabilities, name, "a time of availability");
}

std::string CategoryText(double number) {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  char text[32];
  const bool whole = std::trunc(number) == number && std::abs(number) < kExactIntegers;
  const auto end = whole ? std::to_chars(text, text + sizeof text, static_cast<int64_t>(number))
                         : std::to_chars(text, text + sizeof text, number);
  return std::string(text, end.ptr);
}

Signature::Signature(std::vector<Field> fields) : fields_(std::move(fields)) {
  categories_.resize(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i) {
    const bool added = index_.emplace(fields_[i].name, static_cast<int>(i)).second;
    FAIRLINE_CHECK(added, "two fields of one name: fields from outside go through Create");
    const auto& words = fields_[i].vocabulary;
    for (size_t code = 0; code < words.size(); ++code) {
      categories_[i].emplace(words[code], static_cast<int>(code));
    }
  }
}

Result<Signature> Signature::Create(std::vector<Field> fields) {
  if (fields.size() > limits::kColumns) {
    return Fail(ErrorCode::kTooLarge, fmt::format("{} fields, more than the limit of {}",
                                                  fields.size(), limits::kColumns));
  }
  std::vector<FieldFault> faults = FaultsOf(fields);
  if (faults.empty()) return Signature(std::move(fields));
  std::vector<std::string> sentences;
  for (const auto& fault : faults) {
    sentences.push_back(fmt::format("{}: {}", fault.field, fault.message));
  }
  return std::unexpected(Error{ErrorCode::kInvalidArgument,
                               fmt::format("{}", fmt::join(sentences, "; ")),
                               {},
                               std::move(faults)});
}

int Signature::Find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
}

double Signature::CategoryCode(size_t index, std::string_view category) const {
  const Positions& codes = categories_[index];
  const auto found = codes.find(category);
  return found == codes.end() ? kUnseenCategory : found->second;
}

double Signature::CategoryCode(size_t index, double category) const {
  return CategoryCode(index, CategoryText(category));
}

}  // namespace fairline
